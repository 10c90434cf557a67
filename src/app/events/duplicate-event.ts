// Duplicates an event at a new start (rule E13): a draft with the same ticket types, of which nothing is sold. Returns only
// after their inventories have the terms (rule K6).

import { type Duplicate, insertDuplicate } from "../../db/events/event-duplicates.ts";
import { readEventObstacles } from "../../db/events/event-creation.ts";
import { type Event, readEvent } from "../../db/events/events.ts";
import { listTicketTypes, type TicketType } from "../../db/ticket-types/ticket-types.ts";
import { readVenue } from "../../db/venues/venues.ts";
import { admissionFrom, admissionText } from "../../domain/door/admission.ts";
import { type Times, timesAt, type TypeTimes } from "../../domain/events/duplicate-times.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { type EventId, parseId } from "../../domain/ids.ts";
import { MAX_TICKET_TYPES_PER_EVENT } from "../../domain/limits.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { assert, must, refuse, type Result } from "../../domain/result.ts";
import { auditOf } from "../audit-of.ts";
import { chooseSlug } from "../choose-slug.ts";
import { type Context, newId } from "../context.ts";
import { type Created, createOnce, findCreated } from "../create-once.ts";
import { deliverTerms } from "../deliveries/deliver-terms.ts";
import { venueRefuses } from "./create-event.ts";

/**
 * `start_time` is epoch ms. Without a name the duplicate has that of the source; without a slug, one is made from the name.
 */
export type DuplicateInput = {
  readonly start_time: number;
  readonly name?: string | undefined;
  readonly slug?: string | undefined;
};

const EVERY_TYPE = { limit: MAX_TICKET_TYPES_PER_EVENT, before: null };

export async function duplicateEvent(
  context: Context<Organiser>,
  sourceId: EventId,
  input: DuplicateInput,
  idempotencyKey: string | null,
): Promise<Result<Created<Event>, Refusal>> {
  const { actor, db, now } = context;
  assert(can(actor, "event.write") && can(actor, "ticket_type.write"), "the route has checked the permission");
  const repeatable = {
    route: `POST /v1/events/${sourceId}/duplicate`,
    input: { ...input, duplicate_of: sourceId },
    read: (id: string) => readEvent(db, actor, must(parseId("evt", id), "we wrote the id"), now),
  };
  const source = await readEvent(db, actor, sourceId, now);
  const venue = source && (await readVenue(db, actor, source.venue_id));
  // A draft may be deleted once it was duplicated; a repeat of the request still returns the copy.
  if (!source || !venue) return withTerms(context, await findCreated(context, idempotencyKey, repeatable));
  // The oldest first, in the order in which they were made.
  const types = (await listTicketTypes(db, actor, sourceId, { ...EVERY_TYPE, now })).reverse();
  const times = timesAt({ event: source, types: types.map(timesOf) }, input.start_time, venue.timezone);
  if (!times) return refuse({ code: "invalid_request", errors: [OUT_OF_YEARS] });
  // The two are read one after the other, so they may not fit together (rule K3). Then nothing is written and both are
  // read again.
  const fits = types.reduce((sum, { total_quantity }) => sum + total_quantity, 0) <= source.capacity;
  const created = await createOnce(context, idempotencyKey, {
    ...repeatable,
    kind: "event",
    compose: (attempt) => composeEvent(context, source, times, input, attempt),
    insert: async (event, provenance) =>
      fits && (await insertDuplicate(db, composeTypes(context, event, types, times), provenance)),
    obstacles: async (event) => {
      const obstacles = await readEventObstacles(db, event);
      const slug: Refusal | null = obstacles.slugTaken && input.slug !== undefined ? { code: "slug_taken" } : null;
      const conflict = (obstacles.venue && venueRefuses(obstacles.venue, event)) ?? slug;
      return { found: obstacles.venue !== null, suspended: obstacles.suspended, conflict };
    },
  });
  return withTerms(context, created);
}

/** Also for a replay: the first attempt may have ended between the write and the deliveries. */
async function withTerms(
  context: Context<Organiser>,
  created: Result<Created<Event>, Refusal>,
): Promise<Result<Created<Event>, Refusal>> {
  const { actor, db, now } = context;
  if (!created.ok) return created;
  const made = await listTicketTypes(db, actor, created.value.row.id, { ...EVERY_TYPE, now });
  const delivered = await deliverTerms(
    context,
    made.map(({ id }) => id),
  );
  return delivered ? created : refuse(UNAVAILABLE);
}

const OUT_OF_YEARS = { path: "/start_time", message: "A time of the event would leave the years 1970 to 9999" };

function timesOf({ sale_start, sale_end, admission }: TicketType): TypeTimes {
  return { sale_start, sale_end, windows: admissionFrom(admission).windows };
}

function composeEvent(
  { now }: Context<Organiser>,
  source: Event,
  { event: times }: Times,
  input: DuplicateInput,
  attempt: number,
): Event {
  const name = input.name ?? source.name;
  return {
    ...source,
    ...times,
    id: newId("evt"),
    name,
    slug: chooseSlug(input.slug, name, "event", attempt),
    ...{ status: "draft", ended_at: null, archived_at: null, door_version: 1 },
    ...{ created_at: now, updated_at: now, version: 1 },
  };
}

/** The types in the order of the source's. Lists sort them by the time when they were made. */
function composeTypes(
  context: Context<Organiser>,
  event: Event,
  sources: readonly TicketType[],
  times: Times,
): Duplicate {
  const types = sources.map((source, index): TicketType => {
    const { sale_start, sale_end, windows } = must(times.types[index], "each type has its times");
    const createdAt = context.now - (sources.length - 1 - index);
    return {
      ...source,
      ...{ sale_start, sale_end, admission: admissionText({ ...admissionFrom(source.admission), windows }) },
      ...{ id: newId("tt"), event_id: event.id, number: index + 1 },
      ...{ pending_total: null, pending_audit: null, deleting_since: null, seen_seq: 0, look_at: context.now },
      ...{ sold_count: 0, held_count: 0, withdrawn_count: 0, counts_seq: 0, counts_hash: null, terms_version: 1 },
      ...{ created_at: createdAt, updated_at: createdAt, version: 1 },
    };
  });
  const audits = types.map((type, index) =>
    auditOf(context, {
      ...{ organizationId: event.organization_id, action: "ticket_type.create", resourceKind: "ticket_type" },
      ...{ resourceId: type.id, changes: { event_id: event.id, duplicate_of: sources[index]?.id } },
    }),
  );
  return { event, types, audits };
}
