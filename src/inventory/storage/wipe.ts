// Deletes what an inventory has stored, once its ticket type is deleted (rules K6, X5).

import type { Refusal } from "../../domain/errors.ts";
import type { TicketTypeId } from "../../domain/ids.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import type { Feeds } from "../../feed/client.ts";
import type { Ledger } from "../batch-runner.ts";
import type { ObjectLog } from "../../shared/log.ts";
import type { TermsPull } from "../../shared/objects/terms-pull.ts";
import type { Terms } from "../../domain/terms.ts";

export type WipeDeps = {
  readonly ledger: Ledger;
  readonly feeds: Feeds;
  readonly terms: TermsPull<TicketTypeId, Terms>;
  readonly storage: Pick<DurableObjectStorage, "deleteAlarm" | "deleteAll">;
  readonly log: ObjectLog;
};

/** Refused while D1 has the type. May be repeated. */
export async function wipeInventory(id: TicketTypeId, deps: WipeDeps): Promise<Result<null, Refusal>> {
  const fromD1 = await deps.terms.read(id);
  if (fromD1.ok) return refuse({ code: "in_use" });
  if (fromD1.refusal.code !== "not_found") return fromD1;
  const { terms } = deps.ledger.book();
  // From here on no command is taken, not even terms that wait in the queue or were read from D1 before the deletion.
  deps.ledger.forget();
  // Not awaited: if this message is lost, the feed finds out when it queries its types.
  if (terms) void dropFromFeed(id, deps.feeds(terms.terms.eventId), deps.log);
  await deps.storage.deleteAlarm();
  await deps.storage.deleteAll();
  return accept(null);
}

async function dropFromFeed(id: TicketTypeId, feed: ReturnType<Feeds>, log: ObjectLog): Promise<void> {
  try {
    await feed.drop(id);
  } catch (fault) {
    log("feed_not_told", fault);
  }
}
