// Enforces what the platform accepts in SQLite, in D1 and in objects, as its documentation says. node:sqlite accepts a
// thousand times as much, and local workerd a text of 8 MiB; every stand-in for either refuses what the platform
// refuses.

/** Of a text, and of a row as the sum of its values. */
export const MAX_VALUE_BYTES = 2_000_000;
export const MAX_PARAMETERS = 100;
export const MAX_STATEMENT_BYTES = 100_000;
/** The limit of all that one object stores, and of a D1 database. */
export const MAX_DATABASE_BYTES = 10_000_000_000;

const MAX_BYTES_A_UNIT = 3;

/** Throws as SQLite would for a statement or a value that is too large, or for too many values. `most`: of a value. */
export function assertTaken(query: string, values: readonly unknown[], most: number = MAX_VALUE_BYTES): void {
  if (bytesOf(query, MAX_STATEMENT_BYTES) > MAX_STATEMENT_BYTES) throw new Error("statement too long: SQLITE_TOOBIG");
  if (values.length > MAX_PARAMETERS) throw new Error("too many SQL variables: SQLITE_ERROR");
  for (const value of values) assertRow([value], most);
}

/** Throws as SQLite would for a row that is too large. */
export function assertRow(values: readonly unknown[], most: number = MAX_VALUE_BYTES): void {
  let bytes = 0;
  for (const value of values) if (typeof value === "string") bytes += bytesOf(value, most / values.length);
  if (bytes > most) throw new Error("string or blob too big: SQLITE_TOOBIG");
}

/** Exact for a text that may have more than `enough` bytes; an upper bound, at no cost, for any other. */
function bytesOf(text: string, enough: number): number {
  const most = MAX_BYTES_A_UNIT * text.length;
  return most > enough ? new TextEncoder().encode(text).length : most;
}
