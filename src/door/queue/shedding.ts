// Which commands a door's queue sheds when it is long or slow (rules X2, D24): uploads first, then scans and other
// commands, and last the terms from D1 and the ticket changes from the homes of orders.

import type { DoorCommand } from "../../domain/door/command.ts";
import {
  MAX_IN_LINE,
  MAX_WAIT_FOR_UPLOADS_MS,
  MAX_WAIT_MS,
  MAX_WAITING,
  MAX_WAITING_FOR_UPLOADS,
} from "../../domain/limits.ts";

/** Implements `isShed` of `QueuePorts`. */
export function isShed(
  { kind }: Pick<DoorCommand, "kind">,
  waiting: number,
  oldestSince: number | null,
  now: number,
): boolean {
  if (kind === "terms" || kind === "judge") return waiting >= MAX_IN_LINE;
  const [most, longest] =
    kind === "upload" ? [MAX_WAITING_FOR_UPLOADS, MAX_WAIT_FOR_UPLOADS_MS] : [MAX_WAITING, MAX_WAIT_MS];
  return waiting >= most || (oldestSince !== null && now - oldestSince > longest);
}
