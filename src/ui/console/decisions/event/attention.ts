// Decides to which screen each matter that needs attention leads, and with which numbers it is shown.

import type { Operations } from "../../../../client/client.ts";

export type Item = Operations["GET /v1/attention"]["answer"]["data"][number];

/** The screen on which it is put right; null for a kind that a later release added. */
export function placeOf({ kind, event }: Item): string | null {
  switch (kind) {
    case "door_alerts":
      return event && `/console/events/${event.id}/door`;
    case "orders_waiting":
      return event && `/console/orders?status=reserved&event=${event.id}`;
    case "mails_failing":
      return "/console/team";
    case "draft":
      return event && `/console/events/${event.id}/setup`;
    default:
      return null;
  }
}

/** `12+` where there may be more. */
export function countOf({ count, at_least }: Item, shown: (n: number) => string): string {
  return shown(count) + (at_least ? "+" : "");
}
