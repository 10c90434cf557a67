// Decides to which screen each matter that needs attention leads, with which numbers it is shown, and where. A matter
// that is read later must not move one that a person is about to press.

import type { Operations } from "../../../../client/client.ts";

export type Item = Operations["GET /v1/attention"]["answer"]["data"][number];
/** `href`: the screen on which the matter can be dealt with. */
export type Matter = { readonly key: string; readonly href: string; readonly item: Item };

/** The matters that have a screen, in the order of the API. */
export function mattersIn(items: readonly Item[]): Matter[] {
  return items.flatMap((item) => {
    const href = placeOf(item);
    return href === null ? [] : [{ key: item.kind + href, href, item }];
  });
}

/**
 * What is drawn of the matters `now` while `shown` is on the screen: each shown matter keeps its place, even if it
 * needs no attention any more, and new ones wait until a person requests them. `others`: how many wait.
 */
export function keptInPlace(shown: readonly Matter[], now: readonly Matter[]) {
  const byKey = new Map(now.map((matter) => [matter.key, matter] as const));
  const rows = shown.map((matter) => ({ ...(byKey.get(matter.key) ?? matter), isDone: !byKey.has(matter.key) }));
  const open = rows.filter(({ isDone }) => !isDone).length;
  return { rows, others: byKey.size - open };
}

/** Null for a kind that a later release added. */
function placeOf({ kind, event }: Item): string | null {
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

/** Shows a count that may be higher as `12+`. */
export function countOf({ count, at_least }: Item, shown: (n: number) => string): string {
  return shown(count) + (at_least ? "+" : "");
}
