// Shows the code of a ticket to somebody who may see it (rules N5, N6). The code is computed for this response, and stored
// nowhere.

import { coalesceCalls } from "../../cache/coalesce-calls.ts";
import { writeAudit } from "../../db/audit/audit.ts";
import { isD1Fault } from "../../db/fault.ts";
import { insertKey, listKeys, readNumber } from "../../db/tickets/ticket-keys.ts";
import { isBeingChanged, type Ticket } from "../../domain/door/tickets/ticket.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { EventId, OrganizationId, TicketTypeId } from "../../domain/ids.ts";
import type { Order } from "../../domain/orders/order.ts";
import { type Buyer, isOrganiser, type OrderLink, type TicketLink } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { publicKeyOf, signCode, typedCodeOf } from "../../shared/ticket-keys.ts";
import { secretIdOf, type TicketSecrets, ticketSecretOf } from "../../shared/ticket-secrets.ts";
import { auditOf } from "../audit-of.ts";
import type { Context } from "../context.ts";
import { deliverDoorFirst } from "../deliveries/deliver-doors.ts";

/** Who may see a ticket. The route has read the ticket from its order's home, which checks whether they may. */
export type TicketReader = Buyer | OrderLink | TicketLink;
type Owner = Pick<Order, "id" | "pending"> & {
  readonly eventId: EventId;
  readonly organizationId: OrganizationId;
};
export type ShownCode = { readonly code: string; readonly typedCode: string };

/** The highest number of an event's key. Each rotation of the secret takes one. */
const MAX_KEYS = 255;
/** Each further attempt is needed only if another Worker has made a key of another secret at the same time. */
const ATTEMPTS = 4;
/** The event's door may not know a key that is younger than this; older ones the cron has delivered. */
const YOUNG_MS = 60_000;
/** How long an isolate caches what D1 has of an event's keys; while D1 fails, for as long as that lasts. */
const KEY_MS = 5_000;

/** The number of the key that signs, by event and secret. */
const signing = coalesceCalls<string, number | null>(KEY_MS, (number) => number !== null);
/** The numbers of ticket types, which never change. */
const numbers = coalesceCalls<TicketTypeId, number | null>(Number.POSITIVE_INFINITY, (number) => number !== null);

/**
 * Returns the code of a valid ticket, signed by the newest key of its event that was made from this Worker's secret. If
 * no accepted key was, one is made first, and delivered to the event's door. An organiser's reading of a code is
 * recorded before the code is returned (rule T7).
 */
export async function showCode(
  context: Context<TicketReader>,
  secrets: TicketSecrets,
  owner: Owner,
  ticket: Ticket,
): Promise<Result<ShownCode, Refusal>> {
  if (ticket.status === "void") return refuse({ code: "ticket_void" });
  // The event's door may be making the ticket void, or giving it another generation, just now.
  if (isBeingChanged(owner, ticket)) return refuse(UNAVAILABLE);
  const secret = ticketSecretOf(secrets);
  if (secret === null) return refuse(UNAVAILABLE);
  const { serial, generation } = ticket;
  const [keyNumber, typeNumber] = await Promise.all([
    signingKey(context, secret, owner.eventId),
    numberOf(context, ticket.ticketTypeId),
  ]);
  if (keyNumber === null) return refuse(UNAVAILABLE);
  // A restored D1 has lost the type (rule X6), so no scanner could know what it admits to.
  if (typeNumber === null) return refuse({ code: "not_found" });
  await recordCodeView(context, owner, ticket, "ticket.show_code");
  const code = await signCode(secret, owner.eventId, { keyNumber, typeNumber, generation, serial });
  return accept({ code, typedCode: typedCodeOf(secret, serial, generation) });
}

/**
 * Writes an audit row when an organiser is shown a code, since a code lets somebody in. A buyer, or a holder of a link,
 * sees it without one.
 */
export async function recordCodeView(
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

/**
 * Null when other Workers were quicker each time. A key that another Worker has just made from the same secret is the same
 * key.
 */
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
