// Identifies and ends other processes. The time of its start distinguishes a process from a later one with the same
// number.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** `born` identifies the moment of its start, in whatever form the system reports it. */
export type ProcessName = { readonly pid: number; readonly born: string };

export function nameProcess(pid: number): ProcessName {
  return { pid, born: birthOf(pid) ?? "" };
}

export function isRunning(name: ProcessName): boolean {
  return name.born !== "" && birthOf(name.pid) === name.born;
}

/** Kills a process and waits until it is gone. */
export async function end(name: ProcessName): Promise<void> {
  while (isRunning(name)) {
    process.kill(name.pid, "SIGKILL");
    await wait(20);
  }
}

/** Parses the text as a process; null when the record is incomplete. */
export function parseProcess(value: unknown): ProcessName | null {
  if (typeof value !== "object" || value === null || !("pid" in value) || !("born" in value)) return null;
  const { pid, born } = value;
  return typeof pid === "number" && typeof born === "string" ? { pid, born } : null;
}

function birthOf(pid: number): string | null {
  try {
    if (process.platform !== "linux") {
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
    }
    // The command's name, in parentheses, may contain spaces. After it the state is the 1st field, and the start time the
    // 20th.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
