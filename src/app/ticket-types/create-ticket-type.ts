// Creates a ticket type (rules K1, K3, D8, T4), and returns only after its inventory has the terms (rule K6).

import {
  insertTicketType,
  readTicketType,
  readTicketTypeObstacles,
  type TicketType,
} from "../../db/ticket-types/ticket-types.ts";
import { defaultMaxUnpaid, windowFaults } from "../../domain/events/catalogue.ts";
import { admissionText, type SentAdmission } from "../../domain/door/admission.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { type EventId, parseId } from "../../domain/ids.ts";
import { MAX_TICKET_TYPES_PER_EVENT } from "../../domain/limits.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { assert, must, refuse, type Result } from "../../domain/result.ts";
import { admissionFaults, refuseUnknownGate } from "./admission-of.ts";
import { type Context, newId } from "../context.ts";
import { type Created, createOnce } from "../create-once.ts";
import { deliverDoors } from "../deliveries/deliver-doors.ts";
import { deliverTerms } from "../deliveries/deliver-terms.ts";
import { refreshPublishedEvent } from "../events/refresh-published-event.ts";

/** The fields of a new type, after defaults; `price` is in minor units, times are epoch ms. */
export type NewTicketType = Pick<
  TicketType,
  | "name"
  | "description"
  | "price"
  | "currency"
  | "total_quantity"
  | "sale_start"
  | "sale_end"
  | "min_per_order"
  | "max_per_order"
> & {
  readonly status: "available" | "hidden";
  readonly settings: object;
  /** Undefined for the standard one. */
  readonly max_unpaid_per_address?: number | null | undefined;
  /** Null for the standard one. */
  readonly admission: SentAdmission | null;
};

export async function createTicketType(
  context: Context<Organiser>,
  eventId: EventId,
  input: NewTicketType,
  idempotencyKey: string | null,
): Promise<Result<Created<TicketType>, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "ticket_type.write"), "the route has checked the permission");
  const created = await createOnce(context, idempotencyKey, {
    kind: "ticket_type",
    route: `POST /v1/events/${eventId}/ticket-types`,
    input,
    compose: () => compose(context, eventId, input),
    insert: (type, provenance) => insertTicketType(db, type, provenance),
    obstacles: async (type) => {
      const { event, suspended, ...rest } = await readTicketTypeObstacles(db, type);
      const conflict = event && (faultsWithin(event, type) ?? (await refuseUnknownGate(db, eventId, type.admission)));
      return {
        found: event !== null,
        suspended,
        conflict: conflict ?? (event && eventRefuses({ ...event, ...rest }, type)),
      };
    },
    read: (id) => readTicketType(db, actor, must(parseId("tt", id), "we wrote the id"), context.now),
  });
  if (!created.ok) return created;
  // Also for a repeat, since the first attempt may have ended between the write and the deliveries.
  deliverDoors(context, [eventId]);
  const [delivered] = await Promise.all([
    deliverTerms(context, [created.value.row.id]),
    refreshPublishedEvent(context, eventId),
  ]);
  return delivered ? created : refuse(UNAVAILABLE);
}

function compose({ actor, now }: Context<Organiser>, eventId: EventId, input: NewTicketType): TicketType {
  const { status, settings, admission, max_unpaid_per_address: unpaid, ...fields } = input;
  return {
    ...fields,
    max_unpaid_per_address: unpaid === undefined ? defaultMaxUnpaid(fields.total_quantity) : unpaid,
    id: newId("tt"),
    event_id: eventId,
    organization_id: actor.organizationId,
    hidden: status === "hidden",
    admission: admissionText(admission),
    settings: JSON.stringify(settings),
    // The batch that writes the row sets it.
    number: null,
    pending_total: null,
    pending_audit: null,
    deleting_since: null,
    seen_seq: 0,
    look_at: now,
    terms_version: 1,
    sold_count: 0,
    held_count: 0,
    withdrawn_count: 0,
    counts_seq: 0,
    counts_hash: null,
    created_at: now,
    updated_at: now,
    version: 1,
  };
}

type EventRow = NonNullable<Awaited<ReturnType<typeof readTicketTypeObstacles>>["event"]>;

/** The refusal if a window of the type's sale or admission is never open at the event. */
function faultsWithin(event: EventRow, type: TicketType): Refusal | null {
  const errors = [...windowFaults(type, event), ...admissionFaults(type.admission, event)];
  return errors.length > 0 ? { code: "invalid_request", errors } : null;
}

type EventFacts = EventRow & {
  readonly types: number;
  readonly used: number;
};

function eventRefuses({ status, capacity, types, used }: EventFacts, type: TicketType): Refusal | null {
  const requested = type.total_quantity;
  // `not_on_sale`, since its reason can say that the event is over. `invalid_transition` is about a transition, and
  // `in_use` about something that refers to the type.
  if (status === "ended" || status === "archived") return { code: "not_on_sale", reason: "event_over" };
  if (types >= MAX_TICKET_TYPES_PER_EVENT) {
    return { code: "capacity_exceeded", requested: 1, used: types, capacity: MAX_TICKET_TYPES_PER_EVENT };
  }
  return used + requested > capacity ? { code: "capacity_exceeded", requested, used, capacity } : null;
}
