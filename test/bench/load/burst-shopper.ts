// Plays one shopper of the burst: arrives, reads, holds, perhaps clicks twice or wants another ticket, and checks out
// or leaves. Records every response; judges none.

import { type Actions, actionsOf } from "../../support/server/actions.ts";
import type { Answer, Client } from "../../support/server/client.ts";
import type { Random } from "../../support/random.ts";
import type { Hold, Order, Problem, Shopper } from "../../support/server/wire.ts";

export type Step = "event" | "availability" | "shopper" | "hold" | "repeat" | "checkout" | "confirm";
/** `outcome`: the status, and of a refusal its code. `waits`: it says when to come back. */
export type Note = { readonly step: Step; readonly ms: number; readonly outcome: string; readonly waits: boolean };
/**
 * What a shopper took, in tickets by type: `held` is what a response confirmed, `unsure` what may have been taken
 * though no response arrived. `confirmed` by type; `doubled` are repeats that returned another hold.
 */
export type Taken = {
  readonly held: Record<string, number>;
  readonly unsure: Record<string, number>;
  readonly confirmed: Record<string, number>;
  doubled: number;
  gaveUp: number;
};

export type Burst = {
  readonly client: Client;
  readonly random: Random;
  readonly eventId: string;
  readonly typeIds: readonly [general: string, vip: string];
  readonly staffKey: string;
  readonly notes: Note[];
  readonly taken: Taken;
};

/** Who is refused for the moment comes back so often, each time when the response says. */
const RETURNS = 3;
const DOUBLE_CLICK = 0.25;
const ANOTHER = 0.25;
const CHECKS_OUT = 0.6;
const CONFIRMED = 0.7;

export async function shop(burst: Burst, name: string): Promise<void> {
  const { client, random, eventId, typeIds } = burst;
  const act = actionsOf(client);
  await noted(burst, "event", () => act.read(`/v1/public/events/${eventId}`));
  await noted(burst, "availability", () => act.read(`/v1/public/events/${eventId}/availability`));
  const minted = await insisting(burst, "shopper", () => client.ask<Shopper>("POST", "/v1/shoppers"));
  if (minted?.status !== 201) return;
  const { token } = minted.body;
  const [first, other] = random() < 0.8 ? typeIds : [typeIds[1], typeIds[0]];
  const holds = [await hold(burst, act, { typeId: first, token, key: `${name}-1` })];
  if (random() < ANOTHER) holds.push(await hold(burst, act, { typeId: other, token, key: `${name}-2` }));
  const mine = holds.filter((each) => each !== null);
  if (mine.length === 0 || random() >= CHECKS_OUT) return;
  const holdIds = mine.map(({ id }) => id);
  const ordered = await insisting(burst, "checkout", () => act.checkOut(token, `${name}-o`, holdIds));
  if (ordered?.status !== 201 || random() >= CONFIRMED) return;
  await confirm(burst, act, ordered.body);
}

type Wish = { readonly typeId: string; readonly token: string; readonly key: string };

async function hold(burst: Burst, act: Actions, { typeId, token, key }: Wish): Promise<Hold | null> {
  const { random, taken } = burst;
  const quantity = 1 + Math.floor(random() * 2);
  const place = () => act.hold(typeId, token, key, { quantity });
  const placed = await insisting(burst, "hold", place);
  if (placed === null || isUnsure(placed)) add(taken.unsure, typeId, quantity);
  if (placed?.status !== 201) return null;
  add(taken.held, typeId, placed.body.quantity);
  if (random() < DOUBLE_CLICK) {
    const again = await noted(burst, "repeat", place);
    if (again?.status === 201 && again.body.id !== placed.body.id) taken.doubled += 1;
  }
  return placed.body;
}

async function confirm(burst: Burst, act: Actions, { id, items }: Order): Promise<void> {
  const confirmed = await insisting(burst, "confirm", () => act.settle(id, "confirm", burst.staffKey));
  if (confirmed?.status !== 200) return;
  for (const item of items) add(burst.taken.confirmed, item.ticket_type_id, item.quantity);
}

/** As a patient client: comes back when a 503 says, and gives up after some times. */
async function insisting<T>(burst: Burst, step: Step, ask: () => Promise<Answer<T>>): Promise<Answer<T> | null> {
  for (let returned = 0; ; returned++) {
    const answer = await noted(burst, step, ask);
    const after = Number(answer?.headers["retry-after"]);
    if (answer?.status !== 503 || !Number.isFinite(after)) return answer;
    if (returned === RETURNS) {
      burst.taken.gaveUp += 1;
      return answer;
    }
    await new Promise((settle) => setTimeout(settle, after * 1_000));
  }
}

/** Null when the connection broke. */
async function noted<T>({ notes }: Burst, step: Step, ask: () => Promise<Answer<T>>): Promise<Answer<T> | null> {
  const begun = performance.now();
  const answer = await ask().catch(() => null);
  const ms = performance.now() - begun;
  notes.push({ step, ms, outcome: outcomeOf(answer), waits: answer?.headers["retry-after"] !== undefined });
  return answer;
}

function outcomeOf(answer: Answer<unknown> | null): string {
  if (answer === null) return "no answer";
  const { status, body } = answer;
  // The one cast: what a refusal must be is docs/api.md's.
  return status < 400 ? String(status) : `${status} ${(body as Partial<Problem> | null)?.code ?? ""}`.trimEnd();
}

/** `overloaded` took nothing; another 5xx may have lost only the response. */
function isUnsure(answer: Answer<Hold>): boolean {
  return answer.status >= 500 && outcomeOf(answer) !== "503 overloaded";
}

function add(to: Record<string, number>, typeId: string, quantity: number): void {
  to[typeId] = (to[typeId] ?? 0) + quantity;
}
