// Sets the supervisor's notice to all gates of an event. Its audit row is written first, so that no notice is shown without
// one (T7).

import { writeAudit } from "../../db/audit/audit.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { EventId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, must, refuse, type Result } from "../../domain/result.ts";
import type { Notice } from "../../desk/desk-state.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";
import { renderNoticeShown } from "../../feed/client.ts";
import { mayUseDesk, pushDeskUpdate } from "./desk.ts";

/** `text` null removes the notice. 503 means that the gates may not have it yet; sending it again is harmless. */
export async function putNotice(
  context: Context<Organiser>,
  id: EventId,
  text: string | null,
): Promise<Result<Notice, Refusal>> {
  const { actor, db, desks, now } = context;
  assert(can(actor, "desk.notice"), "the route has checked the permission");
  if (!(await mayUseDesk(context, id))) return refuse({ code: "not_found" });
  const audit = auditOf(context, {
    organizationId: actor.organizationId,
    action: "desk.notice",
    resourceKind: "event",
    resourceId: id,
    changes: { text },
  });
  await writeAudit(db, audit);
  const taken = await desks(id).putNotice(text, now);
  if (!taken.ok) return taken;
  const notice = must(taken.value.notice, "the desk has just taken it");
  const shown = renderNoticeShown(notice);
  const [told, door] = await Promise.all([
    pushDeskUpdate(context, id, { notice: shown }),
    context.doors(id).notice(shown),
  ]);
  return told && door.ok ? accept(notice) : refuse(UNAVAILABLE);
}
