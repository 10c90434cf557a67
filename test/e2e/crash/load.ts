// Runs buyers who hold, release and check out without a pause, and keeps a journal of their requests and responses.

import type { Answer, Client } from "../../support/server/client.ts";
import type { Random } from "../../support/random.ts";
import type { Hold, Order, Shopper } from "../../support/server/wire.ts";
import { actionsOf } from "../../support/server/actions.ts";

/**
 * `id` is null while no response named one. `fate`: the outcome by the responses; `unsure` when a response is missing.
 */
export type HoldNote = {
  readonly typeId: string;
  readonly token: string;
  readonly key: string;
  readonly quantity: number;
  id: string | null;
  heldUntil: number;
  fate: "kept" | "released" | "ordered" | "unsure";
};
export type OrderNote = {
  readonly token: string;
  readonly key: string;
  readonly holds: readonly HoldNote[];
  id: string | null;
  expiresAt: number;
  confirmation: "none" | "unsure" | "done";
};
export type Journal = {
  readonly holds: HoldNote[];
  readonly orders: OrderNote[];
  /** Unexpected responses: not 2xx, not `sold_out`, and not shed by a stalled machine (rule X2). */
  readonly strange: string[];
};

export type LoadOptions = {
  readonly client: Client;
  readonly random: Random;
  readonly connections: number;
  readonly shoppers: readonly Shopper[];
  readonly typeIds: readonly [large: string, small: string];
  readonly staffKey: string;
  readonly name: string;
};

/** A shopper leaves after this many holds, long before its limit. */
const HOLDS_A_SHOPPER = 40;

/** Runs until every connection is broken. Requests under way then remain in the journal without a response. */
export async function loadUntilItBreaks(options: LoadOptions, journal: Journal): Promise<void> {
  await Promise.all(Array.from({ length: options.connections }, (_, lane) => buy(options, journal, lane)));
}

async function buy(
  { client, random, shoppers, typeIds, staffKey, ...options }: LoadOptions,
  journal: Journal,
  lane: number,
) {
  const act = actionsOf(client);
  const inHand: HoldNote[] = [];
  for (let n = 0; ; n++) {
    // Each lane has its own shoppers: nobody else touches the holds that it notes.
    const turn = Math.floor(n / HOLDS_A_SHOPPER) * options.connections + lane;
    const { token } = shoppers[turn % shoppers.length] ?? { token: "" };
    const key = `${options.name}-${lane}-${n}`;
    const dice = random();
    const of = inHand.filter((hold) => hold.token === token);
    try {
      if (dice < 0.1 && of[0]) await release(take(inHand, of[0]));
      else if (dice < 0.5 && of[0]) await checkOut(key, of.slice(0, 1 + Math.floor(random() * 3)));
      else await place(token, key);
    } catch {
      return; // The connection broke: so it was meant.
    }
  }

  async function place(token: string, key: string): Promise<void> {
    const typeId = typeIds[random() < 0.7 ? 0 : 1];
    const quantity = random() < 0.5 ? 1 : 2;
    const note: HoldNote = { typeId, token, key, quantity, id: null, heldUntil: 0, fate: "unsure" };
    journal.holds.push(note);
    const answer = await act.hold(typeId, token, key, { quantity });
    if (answer.status === 201) {
      noteHold(note, answer.body);
      inHand.push(note);
    } else {
      journal.holds.splice(journal.holds.indexOf(note), 1);
      refused(answer);
    }
  }

  async function release(note: HoldNote): Promise<void> {
    note.fate = "unsure";
    const answer = await act.release(note.id ?? "", note.token);
    if (answer.status === 200) note.fate = "released";
    else refused(answer);
  }

  async function checkOut(key: string, holds: readonly HoldNote[]): Promise<void> {
    const { token } = holds[0] ?? { token: "" };
    const note: OrderNote = { token, key, holds, id: null, expiresAt: 0, confirmation: "none" };
    for (const hold of holds) take(inHand, hold).fate = "unsure";
    journal.orders.push(note);
    const answer = await act.checkOut(
      token,
      key,
      holds.map(({ id }) => id),
    );
    if (answer.status !== 201) return refused(answer);
    noteOrder(note, answer.body);
    if (random() < 0.5) return;
    note.confirmation = "unsure";
    const confirmed = await act.settle(answer.body.id, "confirm", staffKey);
    if (confirmed.status === 200) note.confirmation = "done";
    else refused(confirmed);
  }

  function refused({ status, body }: Answer<unknown>): void {
    const text = `${status} ${JSON.stringify(body)}`;
    const explained =
      (status === 409 && text.includes('"sold_out"')) || (status === 503 && text.includes('"overloaded"'));
    if (!explained) journal.strange.push(text);
  }
}

export function noteHold(note: HoldNote, { id, held_until }: Hold): void {
  note.id = id;
  note.heldUntil = Date.parse(held_until);
  note.fate = "kept";
}

export function noteOrder(note: OrderNote, { id, expires_at }: Order): void {
  note.id = id;
  note.expiresAt = Date.parse(expires_at);
  for (const hold of note.holds) hold.fate = "ordered";
}

function take(from: HoldNote[], note: HoldNote): HoldNote {
  from.splice(from.indexOf(note), 1);
  return note;
}
