// Reads the CPU time of a process from Linux.

import { readFileSync } from "node:fs";

/** Linux counts in ticks of 10 ms on every machine that Node runs on. */
const TICK_MS = 10;

/** User and system time, ms; NaN where there is no /proc. */
export function cpuMsOf(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  // The command's name, in parentheses, may hold spaces; utime and stime are the 12th and 13th field after it.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
