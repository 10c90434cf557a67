// Lists what an organisation's people have to act on, made from what D1 knows, the most urgent first.

import { missingToPublish, type PublishFacts } from "./event.ts";
import type { EventId } from "../ids.ts";

export const ATTENTION_KINDS = ["door_alerts", "orders_waiting", "mails_failing", "draft"] as const;
export type AttentionKind = (typeof ATTENTION_KINDS)[number];
export const ATTENTION_ACTIONS = [
  "review_conflicts",
  "confirm_or_cancel",
  "check_address",
  "complete",
  "publish",
] as const;
export type AttentionAction = (typeof ATTENTION_ACTIONS)[number];

/** How many of an organisation's newest orders are read, made within the longest time that an order may wait (rule O4). */
export const ORDERS_LOOKED_AT = 5_000;
export const MAX_ATTENTION = 50;

export type AttentionEvent = { readonly id: EventId; readonly name: string; readonly startTime: number };

/** The facts from D1; times are epoch ms. `looked` is how many orders were read. */
export type AttentionFacts = {
  readonly doors: readonly (AttentionEvent & { readonly alerts: number; readonly asOf: number })[];
  readonly orders: readonly (AttentionEvent & {
    readonly count: number;
    readonly since: number;
    readonly due: number;
    readonly looked: number;
  })[];
  /** Invitations whose mail is to be sent again, the oldest first. */
  readonly mails: readonly { readonly email: string; readonly since: number; readonly due: number }[];
  readonly drafts: readonly (AttentionEvent & PublishFacts & { readonly since: number; readonly saleStart: number })[];
};

/**
 * `at`: since when. `dueAt`: when it is too late, or resolves itself. `path`: the path of the API that shows the subject.
 */
export type AttentionItem = {
  readonly kind: AttentionKind;
  readonly action: AttentionAction;
  readonly path: string;
  readonly event: AttentionEvent | null;
  readonly count: number;
  readonly atLeast: boolean;
  readonly at: number | null;
  readonly dueAt: number | null;
  readonly missing: readonly string[];
  readonly email: string | null;
};

const PLAIN = { event: null, count: 1, atLeast: false, at: null, dueAt: null, missing: [], email: null } as const;

/** The items of these kinds, in the order of `ATTENTION_KINDS`, and within a kind the one that is due first. */
export function attentionOf(facts: AttentionFacts, kinds: ReadonlySet<AttentionKind>, now: number): AttentionItem[] {
  const all = [...doorItems(facts), ...orderItems(facts), ...mailItems(facts), ...draftItems(facts, now)];
  const rank = ({ kind, dueAt }: AttentionItem) => [ATTENTION_KINDS.indexOf(kind), dueAt ?? 0] as const;
  return all
    .filter(({ kind }) => kinds.has(kind))
    .sort((a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1])
    .slice(0, MAX_ATTENTION);
}

function doorItems({ doors }: AttentionFacts): AttentionItem[] {
  return doors.map(({ alerts, asOf, ...event }) => ({
    ...{ ...PLAIN, kind: "door_alerts", action: "review_conflicts", event, count: alerts, at: asOf },
    path: `/v1/events/${event.id}/door/conflicts?seen=false`,
  }));
}

function orderItems({ orders }: AttentionFacts): AttentionItem[] {
  return orders.map(({ count, since, due, looked, ...event }) => ({
    ...{ ...PLAIN, kind: "orders_waiting", action: "confirm_or_cancel", event, count, at: since, dueAt: due },
    atLeast: looked >= ORDERS_LOOKED_AT,
    path: `/v1/orders?status=reserved&event_id=${event.id}`,
  }));
}

/** One item for all mails together, since one person usually deals with all of them at once. */
function mailItems({ mails }: AttentionFacts): AttentionItem[] {
  const [oldest] = mails;
  if (oldest === undefined) return [];
  const { email, since: at, due: dueAt } = oldest;
  const of = { count: mails.length, email, at, dueAt };
  return [{ ...PLAIN, kind: "mails_failing", action: "check_address", path: "/v1/invitations", ...of }];
}

function draftItems({ drafts }: AttentionFacts, now: number): AttentionItem[] {
  return drafts.map(({ id, name, startTime, since, saleStart, ...facts }) => {
    const missing = missingToPublish(facts, now);
    const action = missing.length === 0 ? "publish" : "complete";
    const event = { id, name, startTime };
    return { ...PLAIN, kind: "draft", action, path: `/v1/events/${id}`, event, at: since, dueAt: saleStart, missing };
  });
}
