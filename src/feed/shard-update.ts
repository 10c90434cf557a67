// What the first feed tells the other shards of its state, and how they take it. Plain data, no I/O.

import type { TicketTypeId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import { type FeedState, type Catalogue, type Changes, takeCatalogue, takeOccupancy } from "./feed-state.ts";

/**
 * What a shard is told by the first feed: what the public may see, as far as it changed. `turn`: the first feed numbers what
 * it says, so that a message which was slow on its way does not bring back a type that has left.
 */
export type ShardUpdate = { readonly turn: number; readonly catalogue: Catalogue; readonly types: readonly Told[] };
type Told = { readonly id: TicketTypeId; readonly occupancy: Occupancy };

/** The whole state as a shard is told it. */
export function shardUpdate(
  { catalogue, types }: FeedState,
  turn: number,
  ids: Iterable<TicketTypeId> = types.keys(),
): ShardUpdate | null {
  if (!catalogue) return null;
  const known = [...ids].flatMap((id) => {
    const occupancy = types.get(id);
    return occupancy ? [{ id, occupancy }] : [];
  });
  return { turn, catalogue: { ...catalogue, gates: [], ticketTypeIds: [...types.keys()] }, types: known };
}

/** A shard takes what it is told as its own: what is not listed any more has left. An earlier turn changes nothing. */
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
