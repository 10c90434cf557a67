// Lists what every SQLite of the tests must refuse, as the platform's would; the tests run it against each of them.

import { MAX_PARAMETERS, MAX_STATEMENT_BYTES, MAX_VALUE_BYTES } from "./platform-limits.ts";

export type LimitCase = {
  readonly title: string;
  readonly query: string;
  readonly values: readonly (string | number)[];
  /** Null: it is accepted. */
  readonly fault: RegExp | null;
};

const TOO_BIG = /SQLITE_TOOBIG/;
const half = "n".repeat(MAX_VALUE_BYTES / 2);
const list = JSON.stringify(Array.from({ length: 10 }, () => "n".repeat(MAX_VALUE_BYTES / 20)));
const sum = (count: number): string => `SELECT ${Array.from({ length: count }, () => "?").join(" + ")} AS sum`;
const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

export const LIMIT_CASES: readonly LimitCase[] = [
  { title: "a value of 2,000,000 bytes", query: "SELECT length(?) AS n", values: [half + half], fault: null },
  { title: "a value of a byte more", query: "SELECT length(?) AS n", values: [`${half}${half}n`], fault: TOO_BIG },
  {
    title: "a value that is longer in UTF-8 than in characters",
    query: "SELECT length(?) AS n",
    values: ["\u20ac".repeat(MAX_VALUE_BYTES / 3 + 1)],
    fault: TOO_BIG,
  },
  { title: "a row of 2,000,000 bytes", query: "SELECT ? AS a, ? AS b", values: [half, half], fault: null },
  { title: "a row of a byte more", query: "SELECT ? AS a, ? AS b, ? AS c", values: [half, half, "n"], fault: TOO_BIG },
  {
    title: "a text that a statement makes of smaller ones",
    query: "SELECT json_group_array(value || value) AS texts FROM json_each(?)",
    values: [list],
    fault: TOO_BIG,
  },
  { title: "100 values", query: sum(MAX_PARAMETERS), values: ones(MAX_PARAMETERS), fault: null },
  { title: "101 values", query: sum(MAX_PARAMETERS + 1), values: ones(MAX_PARAMETERS + 1), fault: /too many SQL/ },
  {
    title: "a statement of over 100,000 bytes",
    query: `SELECT '${"n".repeat(MAX_STATEMENT_BYTES)}' AS text`,
    values: [],
    fault: TOO_BIG,
  },
];
