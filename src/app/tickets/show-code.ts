// Shows the code of a ticket to somebody who may see it (rules N5, N6): it is computed for this answer, and stored nowhere.

import { coalesceCalls } from "../../cache/coalesce-calls.ts";
import { writeAudit } from "../../db/audit/audit.ts";
import { isD1Fault } from "../../db/fault.ts";
import { insertKey, listKeys, readNumber } from "../../db/tickets/ticket-keys.ts";
import { isBeingChanged, type Ticket } from "../../domain/door/ticket.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { EventId, OrganizationId, TicketTypeId } from "../../domain/ids.ts";
import type { Order } from "../../domain/order.ts";
import { type Buyer, isOrganiser, type OrderLink, type TicketLink } from "../../domain/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { publicKeyOf, signCode, typedCodeOf } from "../../shared/ticket-keys.ts";
import { secretIdOf, type TicketSecrets, ticketSecretOf } from "../../shared/ticket-secrets.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";
import { deliverDoorFirst } from "../jobs/deliver-doors.ts";

/** Who may see a ticket; what of it, the route has asked its order's home. */
export type TicketReader = Buyer | OrderLink | TicketLink;
type Owner = Pick<Order, "id" | "pending"> & {
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
};
export type ShownCode = { readonly code: string; readonly typedCode: string };

/** Beyond it there is no number left; each is a rotation of the secret. */
const MAX_KEYS = 255;
/** Each further attempt needs another Worker that has made a key of another secret at the same time. */
const ATTEMPTS = 4;
/** A key that is younger may be one that its event's door has not been told of; of an older one the cron has seen to that. */
const YOUNG_MS = 60_000;
/** How long an isolate goes by what D1 had of an event's keys; while D1 fails, for as long as that lasts. */
const KEY_MS = 5_000;

/** By event and secret, the number of the key that signs. */
const signing = coalesceCalls<string, number | null>(KEY_MS, (number) => number !== null);
/** They never change. */
const numbers = coalesceCalls<TicketTypeId, number | null>(Number.POSITIVE_INFINITY, (number) => number !== null);

/**
 * The code of a valid ticket, signed by the newest key of its event that this Worker's secret has made; when there is
 * none that is accepted, it is made, and the event's door told of it, first. An organiser's look is written down before
 * (rule T7).
 */
export async function showCode(
  context: Context<TicketReader>,
  secrets: TicketSecrets,
  owner: Owner,
  ticket: Ticket,
): Promise<Result<ShownCode, Refusal>> {
  if (ticket.status === "void") return refuse({ code: "ticket_void" });
  // Its door may be making it void, or another generation, just now.
  if (isBeingChanged(owner, ticket)) return refuse(UNAVAILABLE);
  const secret = ticketSecretOf(secrets);
  if (secret === null) return refuse(UNAVAILABLE);
  const { serial, generation } = ticket;
  const [keyNumber, typeNumber] = await Promise.all([
    signingKey(context, secret, owner.eventId),
    numberOf(context, ticket.ticketTypeId),
  ]);
  if (keyNumber === null) return refuse(UNAVAILABLE);
  // A type that a restored D1 has forgotten (rule X6): no scanner could tell what it admits to.
  if (typeNumber === null) return refuse({ code: "not_found" });
  await noteLook(context, owner, ticket, "ticket.show_code");
  const code = await signCode(secret, owner.eventId, { keyNumber, typeNumber, generation, serial });
  return accept({ code, typedCode: typedCodeOf(secret, serial, generation) });
}

/** What lets somebody in is shown to an organiser with an audit row, and to a buyer or by a link without. */
export async function noteLook(
  context: Context<TicketReader>,
  { organizationId }: Pick<Owner, "organizationId">,
  { id, generation }: Ticket,
  action: "ticket.show_code" | "ticket.make_link",
): Promise<void> {
  if (!isOrganiser(context.actor)) return;
  const what = { resourceKind: "ticket", resourceId: id, changes: { generation } };
  await writeAudit(context.db, auditOf(context, { organizationId, action, ...what }));
}

async function signingKey(context: Context<TicketReader>, secret: string, eventId: EventId): Promise<number | null> {
  const name = `${eventId} ${secretIdOf(secret)}`;
  const call = () => findOrMakeKey(context, secret, eventId);
  try {
    return await signing.read(name, { call, keep: context.waitUntil });
  } catch (fault) {
    const last = signing.last(name);
    if (last === undefined || !isD1Fault(fault)) throw fault;
    return last;
  }
}

/** Null when others were quicker each time. A key that another Worker has just made is no other than one made here. */
async function findOrMakeKey(context: Context<TicketReader>, secret: string, eventId: EventId): Promise<number | null> {
  const { db, now } = context;
  const secretId = secretIdOf(secret);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const keys = await listKeys(db, eventId);
    const own = keys.filter(({ secret_id, status }) => secret_id === secretId && status !== "refused").at(-1);
    if (own) {
      if (own.created_at > now - YOUNG_MS) await deliverDoorFirst(context, eventId);
      return own.n;
    }
    const n = (keys.at(-1)?.n ?? 0) + 1;
    assert(n <= MAX_KEYS, "a secret is not rotated as often as that");
    const made = { event_id: eventId, n, status: "active", secret_id: secretId, created_at: now } as const;
    await insertKey(db, { ...made, public_key: await publicKeyOf(secret, eventId, n) });
  }
  return null;
}

function numberOf({ db, now, waitUntil }: Context<TicketReader>, id: TicketTypeId): Promise<number | null> {
  return numbers.read(id, { call: () => readNumber(db, id, now), keep: waitUntil });
}
