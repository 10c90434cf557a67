// Decides to which screen each matter that needs attention leads, with which numbers it is shown, and where: what is read later
// moves nothing that a person aims at.

import type { Operations } from "../../../../client/client.ts";

export type Item = Operations["GET /v1/attention"]["answer"]["data"][number];
/** `href`: the screen on which it is put right. */
export type Matter = { readonly key: string; readonly href: string; readonly item: Item };

/** Those that have a screen, as they were read. */
export function mattersIn(items: readonly Item[]): Matter[] {
  return items.flatMap((item) => {
    const href = placeOf(item);
    return href === null ? [] : [{ key: item.kind + href, href, item }];
  });
}

/**
 * What is drawn of `now` while `shown` is on the screen: every matter keeps its place, also one that needs nobody any more, and
 * the others wait until a person asks for them. `others`: how many they are.
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

/** `12+` where there may be more. */
export function countOf({ count, at_least }: Item, shown: (n: number) => string): string {
  return shown(count) + (at_least ? "+" : "");
}
