// Is the mailer of a world (rule O14): it takes mails of orders, loses some, and compares each with the order.

import { contactIn } from "../../../../src/domain/orders/contact.ts";
import { homeOf, parseOrderId, type TicketTypeId } from "../../../../src/domain/ids.ts";
import type { Order } from "../../../../src/domain/orders/order.ts";
import type { Checks } from "../../watchers/checks.ts";
import type { Faults } from "../faults.ts";
import type { Caller, Network } from "../network.ts";
import type { Host } from "../objects/kinds.ts";
import type { Scheduler } from "../scheduler.ts";

type Message = { readonly to: string; readonly headers?: { readonly "X-Entity-Ref-ID"?: string } };

export type Mailbox = {
  /** The binding as one object has it. */
  for(caller: Caller, id: TicketTypeId): { send(message: Message): Promise<void> };
  /** Whether the mail of the order in its present status has come. */
  has(order: Order): boolean;
};

type Parts = {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly checks: Checks;
  readonly note: (what: string) => void;
  readonly fail: (what: string) => void;
  readonly faults: () => Faults;
  readonly host: (id: TicketTypeId) => Host;
};

/** The sender gives a mail up after so long, and sends it again. */
const GIVEN_UP_MS = 10_000;

export function openMailbox({ scheduler, network, checks, note, fail, faults, host }: Parts): Mailbox {
  const arrived = new Set<string>();
  /** The mails that their sender knows to be sent, each with the mishaps of its object until then. */
  const settled = new Map<string, number>();

  /** As the object sends it: its rows say at this moment what the order is. */
  function judge(id: string, { to }: Message): void {
    const [text = "", status] = id.split(".");
    const orderId = parseOrderId(text);
    const order = orderId && checks.findOrder(orderId);
    if (!order || order.status !== status)
      return fail(`[O14] a mail says of ${text} that it is ${status}, and it is ${order?.status}`);
    const contact = contactIn(order.contact);
    if (contact === null) return fail(`[O14] the contact of ${text} is erased, and is sent a mail`);
    if (contact.email !== to) fail(`[O14] a mail of ${text} goes to another address`);
    const since = settled.get(id);
    if (since !== undefined && since === host(homeOf(order.id)).mishaps())
      fail(`[O14] ${id} is sent again, and its sender knows that it was sent`);
  }

  function send(caller: Caller, typeId: TicketTypeId, message: Message): Promise<void> {
    const id = message.headers?.["X-Entity-Ref-ID"] ?? "";
    judge(id, message);
    const sentAt = scheduler.now();
    const sent = network.send<void>(caller, {
      lostBefore: faults().mailLost,
      lostAfter: faults().mailLost,
      silent: faults().mailLost / 4,
      slow: faults().slow,
      lost: () => new Error("injected: the mailer is away"),
      arrive(answer) {
        note(arrived.has(id) ? "a mail comes again" : "a mail comes");
        arrived.add(id);
        answer({ value: undefined });
      },
    });
    void sent.then(
      () => void (scheduler.now() < sentAt + GIVEN_UP_MS && settled.set(id, host(typeId).mishaps())),
      () => undefined,
    );
    return sent;
  }

  return {
    for: (caller, id) => ({ send: (message) => send(caller, id, message) }),
    has: ({ id, status }) => arrived.has(`${id}.${status}`),
  };
}
