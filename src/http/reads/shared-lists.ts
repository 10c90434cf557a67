// Reads an organisation's public events for anybody (rules E7, X5). However many requests for a page come, an isolate
// makes one query of D1 for it at a time, and at most four a second.

import { coalesceCalls } from "../../cache/coalesce-calls.ts";
import { findOrganizationBySlug, listPublicEvents, type ListedEvent } from "../../db/events/public-events.ts";
import type { Refusal } from "../../domain/errors.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import { dbOf } from "../db.ts";
import { admitId, rememberId } from "../middleware/limits/miss-limit.ts";

const LIST_MS = 250;
/** `name` is the organisation's, which is set even when there are no events. */
type PublicList = { readonly name: string; readonly events: readonly ListedEvent[] };
const shared = coalesceCalls<string, PublicList | null>(LIST_MS);

type Page = { readonly slug: string; readonly limit: number; readonly after: { startTime: number; id: string } | null };

/** Returns up to `limit` events. A page that this isolate has not returned yet counts as an unknown id. */
export async function readPublicList(
  c: Parameters<typeof admitId>[0],
  { slug, limit, after }: Page,
): Promise<Result<PublicList, Refusal>> {
  const page = JSON.stringify([slug, limit, after]);
  const excess = await admitId(c, page);
  if (excess) return refuse(excess);
  const db = dbOf(c.env);
  const call = async () => {
    const found = await findOrganizationBySlug(db, slug);
    if (!found) return null;
    const events = await listPublicEvents(db, { organizationId: found.id, limit, now: Date.now(), after });
    return { name: found.name, events };
  };
  const found = await shared.read(page, { call, keep: (work) => c.executionCtx.waitUntil(work) });
  if (found === null) return refuse({ code: "not_found" });
  rememberId(page);
  return accept(found);
}
