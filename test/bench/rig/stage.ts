// Prepares shows for a scenario's rounds, and the loads on them.

import { must } from "../../../src/domain/result.ts";
import { buildShow, type Show } from "../../support/server/catalogue/show.ts";
import type { Load, Measured } from "../load/load.ts";
import { runLoad, runOwnLoad, type Side, type TypeOfShow, untilProjected } from "./rig.ts";

/** Of a ticket type that a round is played on: within 100 for each of 1,000 shoppers. */
export const ROUND_TOTAL = 75_000;
const EVENT_CAPACITY = 1_000_000;

/** One event takes a million places: more types than fit are made in further events. */
export type Stage = { readonly side: Side; readonly shows: readonly Show[] };

export async function setStage(side: Side, types: number, total = ROUND_TOTAL): Promise<Stage> {
  const typesPerShow = Math.max(1, Math.floor(EVENT_CAPACITY / total));
  const shows: Show[] = [];
  for (let made = 0; made < types; made += typesPerShow) {
    const count = Math.min(typesPerShow, types - made);
    const inputs = Array.from({ length: count }, () => ({ total, maxPerOrder: 100 }));
    shows.push(await buildShow(side.client, side.server.demo.api_keys.owner, inputs));
  }
  return { side, shows };
}

/** The `index`-th type of the stage, and its event. */
export function typeAt({ shows }: Pick<Stage, "shows">, index: number): TypeOfShow {
  const types = shows.flatMap(({ eventId, typeIds }) => typeIds.map((typeId) => ({ eventId, typeId })));
  return must(types[index], `the stage has a type ${index}`);
}

export const holdsPath = (typeId: string): string => `/v1/ticket-types/${typeId}/holds`;

type Asked = { readonly connections: number; readonly seconds: number };

/** Loads these types of the stage by autocannon, in turn. */
export function playRound(
  stage: Stage,
  indexes: readonly number[],
  asked: Asked & { readonly kind?: "hold" | "hold-release" | "hold-order" },
): Promise<Measured> {
  const staffKey = stage.side.server.demo.api_keys.owner;
  return play(stage, indexes, (load) => runLoad({ kind: "hold", staffKey, ...load, ...asked }));
}

/** The same by the bench's own load: at a pace, or with shoppers who wait for Retry-After. */
export function playOwnRound(
  stage: Stage,
  indexes: readonly number[],
  asked: Asked & { readonly perSecond?: number; readonly warmSeconds: number },
): Promise<Measured> {
  return play(stage, indexes, (load) => runOwnLoad({ ...load, ...asked }));
}

type Common = Pick<Load, "baseUrl" | "paths" | "tokens" | "name">;
let plays = 0;

/** A round of a load of one's own on these types. Waits until what was left behind is in D1: it must not fall into the next round. */
export async function play(
  stage: Stage,
  indexes: readonly number[],
  run: (load: Common) => Promise<Measured>,
): Promise<Measured> {
  const { side } = stage;
  const types = indexes.map((index) => typeAt(stage, index));
  plays += 1;
  const measured = await run({
    baseUrl: side.server.baseUrl,
    paths: types.map(({ typeId }) => holdsPath(typeId)),
    tokens: side.tokens,
    name: `load-${plays}`,
  });
  if (side.projects) for (const type of types) await untilProjected(side, type);
  return measured;
}
