// Makes a crew code of an event (rule D22). The code is in the response to the request that made it, and nowhere else.

import { crewCodeFrom } from "../../auth/crew-codes.ts";
import { hashSecret } from "../../auth/secrets.ts";
import type { CrewCode } from "../../db/crew/crew-code-columns.ts";
import { insertCrewCode, readCrewCode, readCrewCodeObstacles } from "../../db/crew/crew-codes.ts";
import { readEvent } from "../../db/events/events.ts";
import { readIsStill } from "../../db/members/members.ts";
import { readOrganization } from "../../db/organizations/organizations.ts";
import { CREW_CODE_MS } from "../../domain/people/crew-code.ts";
import type { Refusal } from "../../domain/errors.ts";
import { type EventId, type GateId, parseId } from "../../domain/ids.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, must, refuse, type Result } from "../../domain/result.ts";
import { type Context, newId } from "../context.ts";
import type { WithSecret } from "../credentials/create-api-key.ts";
import { creatorOf } from "./create-device.ts";
import { createOnce } from "../create-once.ts";

/** `gate_id` null: any gate of the venue. `expires_at` is epoch ms; null for as late as possible. */
export type NewCrewCode = {
  readonly uses: number;
  readonly gate_id: GateId | null;
  readonly expires_at: number | null;
};

/**
 * Refuses a gate that is not of the event's venue as `unknown_reference`, and an event whose doors are over as
 * `door_closed`.
 */
export async function createCrewCode(
  context: Context<Organiser>,
  eventId: EventId,
  input: NewCrewCode,
  idempotencyKey: string | null,
): Promise<Result<WithSecret<CrewCode>, Refusal>> {
  const { actor, db, now } = context;
  const { organizationId } = actor;
  assert(can(actor, "crew.manage"), "the route has checked the permission");
  if (!(await readEvent(db, actor, eventId, now))) return refuse({ code: "not_found" });
  const creatorId = await creatorOf(context);
  const secret = crewCodeFrom(crypto.getRandomValues(new Uint8Array(16)));
  const created = await createOnce<CrewCode>(context, idempotencyKey, {
    kind: "crew_code",
    reference: "/gate_id",
    route: `POST /v1/events/${eventId}/crew-codes`,
    input: { event_id: eventId, ...input },
    compose: () => ({
      id: newId("crew"),
      organization_id: organizationId,
      event_id: eventId,
      gate_id: input.gate_id,
      code_hash: hashSecret(secret),
      uses: input.uses,
      creator_id: creatorId,
      expires_at: input.expires_at ?? now + CREW_CODE_MS,
      ended_at: null,
      created_at: now,
      used: 0,
    }),
    insert: async (code, provenance) =>
      explainExpiry(input, now) === null && insertCrewCode(db, code, actor, provenance),
    obstacles: async (code) => {
      const [organization, isStill, { gateFound, ...rest }] = await Promise.all([
        readOrganization(db, organizationId),
        readIsStill(db, actor),
        readCrewCodeObstacles(db, code),
      ]);
      const conflict: Refusal | null = isStill
        ? (explainExpiry(input, now) ?? explainEventRefusal(rest))
        : { code: "forbidden" };
      return { found: gateFound, suspended: organization?.status !== "active", conflict };
    },
    read: (id) => readCrewCode(db, organizationId, must(parseId("crew", id), "we wrote the id")),
  });
  return created.ok ? accept({ ...created.value, secret: created.value.replayed ? null : secret }) : created;
}

/**
 * Refuses an end that is over or too late. It does not matter to a repeat: the code of its first request may have expired
 * since.
 */
function explainExpiry({ expires_at: end }: NewCrewCode, now: number): Refusal | null {
  if (end === null || (now < end && end <= now + CREW_CODE_MS)) return null;
  const message = end <= now ? "Not a time in the future" : "More than 48 hours from now";
  return { code: "invalid_request", errors: [{ path: "/expires_at", message }] };
}

function explainEventRefusal({
  isManned,
  isFull,
}: {
  readonly isManned: boolean;
  readonly isFull: boolean;
}): Refusal | null {
  if (!isManned) return { code: "door_closed" };
  return isFull ? { code: "rate_limited", retryAfterSeconds: 60 * 60 } : null;
}
