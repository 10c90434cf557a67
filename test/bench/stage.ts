// Shows for a scenario's rounds, and the loads on them.

import { buildShow, type Show, typeOf } from "../support/show.ts";
import type { Load, Measured } from "./load.ts";
import { runLoad, type Side, untilProjected } from "./rig.ts";

/** Of a ticket type that a round is played on: within 100 for each of 1,000 shoppers. */
export const ROUND_TOTAL = 75_000;
const EVENT_CAPACITY = 1_000_000;

/** One event takes a million places: more types than fit are made in further events. */
export type Stage = { readonly side: Side; readonly shows: readonly Show[]; readonly typesPerShow: number };

export async function setStage(side: Side, types: number, total = ROUND_TOTAL): Promise<Stage> {
  const typesPerShow = Math.max(1, Math.floor(EVENT_CAPACITY / total));
  const shows: Show[] = [];
  for (let made = 0; made < types; made += typesPerShow) {
    const count = Math.min(typesPerShow, types - made);
    const inputs = Array.from({ length: count }, () => ({ total, maxPerOrder: 100 }));
    shows.push(await buildShow(side.client, side.server.demo.api_keys.owner, inputs));
  }
  return { side, shows, typesPerShow };
}

/** The `index`-th type of the stage, and its event. */
export function typeAt({ shows, typesPerShow }: Stage, index: number): { eventId: string; typeId: string } {
  const show = shows[Math.floor(index / typesPerShow)];
  if (!show) throw new Error(`the stage has no type ${index}`);
  return { eventId: show.eventId, typeId: typeOf(show, index % typesPerShow) };
}

export const holdsPath = (typeId: string): string => `/v1/ticket-types/${typeId}/holds`;

type Asked = {
  readonly kind?: "hold" | "hold-release" | "hold-order";
  readonly connections: number;
  readonly seconds: number;
};

/** Loads these types of the stage, and waits until what they left behind is in D1: it must not fall into the next round. */
export async function playRound(stage: Stage, indexes: readonly number[], asked: Asked): Promise<Measured> {
  const { side } = stage;
  const types = indexes.map((index) => typeAt(stage, index));
  const load: Load = {
    kind: "hold",
    ...asked,
    baseUrl: side.server.baseUrl,
    paths: types.map(({ typeId }) => holdsPath(typeId)),
    tokens: side.tokens,
    staffKey: side.server.demo.api_keys.owner,
    name: `load-${indexes.join("-")}-${asked.connections}-${Date.now()}`,
  };
  const measured = await runLoad(load);
  if (side.projects) for (const { eventId, typeId } of types) await untilProjected(side, eventId, typeId);
  return measured;
}
