// Reads and writes files with secrets: readable by their owner only, and never half written.

import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { describeFault } from "../../domain/fault.ts";
import { fail } from "../terminal/terminal.ts";

/** The advice printed when a file of the state folder is lost or damaged. */
export const PUT_BACK = "Put a copy of it back; or, to begin anew, move the whole folder away.";

const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Makes the folder, or restricts it to its owner, since the database in it has sessions and links in clear. From here on,
 * this process and its children make no file that others can read. A folder that is shared on purpose stays as it is.
 */
export function openPrivateFolder(path: string): void {
  process.umask(OTHERS);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { mode, uid } = statSync(path);
  const isOurs = uid === process.getuid?.() && (mode & STICKY) === 0;
  if (isOurs && (mode & OTHERS) !== 0) chmodSync(path, 0o700);
}

/** Replaces `path` as a whole: after a crash it has the old text or the new one. */
export function writePrivate(path: string, text: string): void {
  openPrivateFolder(dirname(path));
  const draft = `${path}.${process.pid}.draft`;
  const file = openSync(draft, "w", 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
}

/** The JSON object in `path`, or null when there is no such file. Ends the command when the file has anything else. */
export function readJson(path: string): object | null {
  const value = readIfThere(path);
  if (value === undefined) return null;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  return fail(`${path} is damaged: it holds no JSON object. ${PUT_BACK}`);
}

/** Undefined when there is no such file, null when it is not JSON. */
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
