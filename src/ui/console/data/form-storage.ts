// Stores what outlives a reload of this tab (rule C4): the idempotency key of each form that makes something, and what
// was typed. Where the browser refuses storage, memory serves until the reload.

const memory = new Map<string, string>();

function read(name: string): string | null {
  try {
    return sessionStorage.getItem(name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

function write(name: string, value: string): void {
  memory.set(name, value);
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Storage is refused: only the memory has it.
  }
}

function remove(name: string): void {
  memory.delete(name);
  try {
    sessionStorage.removeItem(name);
  } catch {
    // Storage is refused, so nothing was stored there.
  }
}

const OWN = "voelgoed:";
const WHOSE = `${OWN}whose`;

/** What is stored belongs to the member who typed it, in one organisation: it is dropped for anybody else. */
export function keepFor(whose: string): void {
  const before = read(WHOSE);
  if (before !== null && before !== whose) forgetAll();
  write(WHOSE, whose);
}

export function forgetAll(): void {
  memory.clear();
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(OWN)) sessionStorage.removeItem(name);
  } catch {
    // Storage is refused: only the memory had it.
  }
}

const keyName = (form: string) => `voelgoed:key:${form}`;
const baseName = (form: string) => `voelgoed:base:${form}`;
const typedName = (form: string) => `voelgoed:typed:${form}`;

/** The idempotency key of this form. It stays the same until the thing was made, however many replies are lost. */
export function keyOf(form: string): string {
  const stored = read(keyName(form));
  if (stored !== null) return stored;
  const key = crypto.randomUUID();
  write(keyName(form), key);
  return key;
}

/** Whether the form was sent at least once without a known success: the thing may have been made and the reply lost. */
export function wasSent(form: string): boolean {
  return read(keyName(form)) !== null;
}

/** Drops the key, whose thing was made with other contents, so that the next press makes another thing. */
export function renewKey(form: string): void {
  remove(keyName(form));
}

/** What was typed, by field; null when nothing was typed. */
export function typedIn(form: string): Readonly<Record<string, string>> | null {
  try {
    const stored: unknown = JSON.parse(read(typedName(form)) ?? "null");
    if (typeof stored !== "object" || stored === null) return null;
    return Object.fromEntries(
      Object.entries(stored).filter((each): each is [string, string] => typeof each[1] === "string"),
    );
  } catch {
    return null;
  }
}

export function keepTyped(form: string, typed: Readonly<Record<string, string>>): void {
  write(typedName(form), JSON.stringify(typed));
}

/**
 * The values as they were when the form was opened. Without them, what was typed would count as changes of newer values
 * (rule C3).
 */
export type Base = { readonly values: Readonly<Record<string, unknown>>; readonly etag: string };

export function keepBase(form: string, { values, etag }: Base): void {
  write(baseName(form), JSON.stringify({ values, etag }));
}

/** Null unless something was typed into the form. */
export function baseIn(form: string): Base | null {
  if (typedIn(form) === null) return null;
  const stored: unknown = JSON.parse(read(baseName(form)) ?? "null");
  // Written by `keepBase` alone, in this tab.
  return stored as Base | null;
}

/** Forgets everything of a form that has done its work, so that the next one makes something else. */
export function forget(form: string): void {
  for (const name of [keyName(form), typedName(form), baseName(form)]) remove(name);
}
