// Files that hold secrets: readable by their owner only, and never half written.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { describeFault } from "../domain/fault.ts";
import { fail } from "./terminal.ts";

/** Replaces `path` as a whole: after a crash it holds the old text or the new one. */
export function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  const file = openSync(draft, "w", 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
}

/** The JSON object in `path`, or null when there is no such file. Ends the command when it holds anything else. */
export function readJson(path: string): object | null {
  const value = readIfThere(path);
  if (value === undefined) return null;
  if (typeof value === "object" && value !== null) return value;
  return fail(
    `${path} is damaged: it holds no JSON object. Put a copy of it back; or, to begin anew, move the whole folder away.`,
  );
}

/** Undefined when there is no such file, null when it holds no JSON. */
export function readIfThere(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (fault) {
    if (isMissing(fault)) return undefined;
    if (fault instanceof SyntaxError) return null;
    return fail(`${path} cannot be read: ${describeFault(fault)}`);
  }
}

export function isMissing(fault: unknown): boolean {
  return fault instanceof Error && "code" in fault && fault.code === "ENOENT";
}
