// Runs viewers on an event's sockets and holds at a steady pace, each in a process of its own, and measures what they
// cost the runtime.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { must } from "../../../src/domain/result.ts";
import type { TestServer } from "../../support/server/server.ts";
import type { ViewersSeen } from "./live-viewers.ts";
import type { PacedResult } from "./paced-holds.ts";

/** Holds a second, in all. */
export const OFFERED = 1_000;
/** The unit of Linux's processor times. */
const MS_A_TICK = 10;

/** Opens `count` sockets on the event's feed; each has had its first frame when this returns. */
export async function openViewers(
  server: TestServer,
  eventId: string,
  count: number,
  typeId: string,
): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "live-viewers.ts"));
  const url = `${server.baseUrl.replace("http", "ws")}/v1/events/${eventId}/live`;
  child.send({ kind: "open", asked: { url, count, typeId } });
  await once(child, "message");
  return child;
}

/** Closes all of them completely: the runtime here has two descriptors a socket, and the next round opens as many. */
export async function closeViewers(viewers: ChildProcess): Promise<void> {
  const ended = once(viewers, "exit");
  viewers.send({ kind: "close" });
  await ended;
}

/** What the viewers saw, once each of them was shown position `seq` of the type. */
export async function untilShown(viewers: ChildProcess, seq: number): Promise<ViewersSeen> {
  for (;;) {
    viewers.send({ kind: "report" });
    const [seen] = (await once(viewers, "message")) as [ViewersSeen];
    if (seen.latest.every(([shown]) => shown >= seq)) return seen;
    await new Promise((settle) => setTimeout(settle, 200));
  }
}

/** From the last hold's response until every socket had the state with it, ms; `seen` was reported after that. */
export function finalMsOf({ latest }: ViewersSeen, { answeredAt }: PacedResult): number {
  const last = must(answeredAt.at(-1), "holds were placed");
  return latest.reduce((longest, [, cameAt]) => Math.max(longest, cameAt - last), 0);
}

export async function placeHolds(
  { baseUrl }: TestServer,
  typeId: string,
  tokens: readonly string[],
  seconds: number,
  perSecond = OFFERED,
): Promise<PacedResult> {
  const child = fork(join(import.meta.dirname, "paced-holds.ts"));
  child.send({ baseUrl, path: `/v1/ticket-types/${typeId}/holds`, tokens, perSecond, seconds });
  const [result] = (await once(child, "message")) as [PacedResult];
  return result;
}

/** Processor time that a process has used so far, ms; 0 where the system does not say. */
export function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MS_A_TICK;
  } catch {
    return 0;
  }
}

/** Resident memory of a process, bytes; 0 where the system does not say. */
export function memoryOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
