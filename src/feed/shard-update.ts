// Defines the update that the first feed pushes to the other shards, and how they apply it. Plain data, no I/O.

import type { TicketTypeId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import { type FeedState, type Catalogue, type Changes, takeCatalogue, takeOccupancy } from "./feed-state.ts";

/**
 * What the public may see of the event, as far as it changed. The first feed numbers its updates by `turn`, so that one
 * that arrives late does not bring back a type that has left.
 */
export type ShardUpdate = {
  readonly turn: number;
  readonly catalogue: Catalogue;
  readonly types: readonly TypeUpdate[];
};
type TypeUpdate = { readonly id: TicketTypeId; readonly occupancy: Occupancy };

/** The update that has the whole state, or the types of `ids` alone. */
export function shardUpdate(
  { catalogue, types }: FeedState,
  turn: number,
  ids: Iterable<TicketTypeId> = types.keys(),
): ShardUpdate | null {
  if (!catalogue) return null;
  const counted = [...ids].flatMap((id) => {
    const occupancy = types.get(id);
    return occupancy ? [{ id, occupancy }] : [];
  });
  return { turn, catalogue: { ...catalogue, gates: [], ticketTypeIds: [...types.keys()] }, types: counted };
}

/** Makes the update the shard's own state: types that it does not list have left. An earlier turn changes nothing. */
export function takeShardUpdate(state: FeedState, { turn, catalogue, types }: ShardUpdate): Changes {
  if (turn <= state.turn) return {};
  state.turn = turn;
  const { event } = takeCatalogue(state, catalogue);
  const changes = types.map(({ id, occupancy }) => takeOccupancy(state, id, occupancy));
  const listed = new Set(catalogue.ticketTypeIds);
  const gone = [...state.types.keys()].filter((id) => !listed.has(id));
  for (const id of gone) state.types.delete(id);
  return {
    types: changes.flatMap((each) => each.types ?? []),
    moved: true,
    ...(event && { event }),
    ...(gone.length > 0 && { left: true }),
    ...(changes.some(({ hid }) => hid) && { hid: true }),
  };
}
