// What the first feed tells the other shards of its board, and how they take it. Plain data, no I/O.

import type { TicketTypeId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import { type Board, type Catalogue, type Changes, takeCatalogue, takeOccupancy } from "./feed-state.ts";

/**
 * What a shard is told by the first feed: what the public may see, as far as it changed. `turn`: the first feed numbers what
 * it says, so that a message which was slow on its way does not bring back a type that has left.
 */
export type Relayed = { readonly turn: number; readonly catalogue: Catalogue; readonly types: readonly Told[] };
type Told = { readonly id: TicketTypeId; readonly occupancy: Occupancy };

/** The whole board as a shard is told it. */
export function relayed(
  { catalogue, types }: Board,
  turn: number,
  ids: Iterable<TicketTypeId> = types.keys(),
): Relayed | null {
  if (!catalogue) return null;
  const known = [...ids].flatMap((id) => {
    const occupancy = types.get(id);
    return occupancy ? [{ id, occupancy }] : [];
  });
  return { turn, catalogue: { ...catalogue, gates: [], ticketTypeIds: [...types.keys()] }, types: known };
}

/** A shard takes what it is told as its own: what is not listed any more has left. An earlier turn changes nothing. */
export function takeRelayed(board: Board, { turn, catalogue, types }: Relayed): Changes {
  if (turn <= board.turn) return {};
  board.turn = turn;
  const { event } = takeCatalogue(board, catalogue);
  const changes = types.map(({ id, occupancy }) => takeOccupancy(board, id, occupancy));
  const listed = new Set(catalogue.ticketTypeIds);
  const gone = [...board.types.keys()].filter((id) => !listed.has(id));
  for (const id of gone) board.types.delete(id);
  return {
    types: changes.flatMap((each) => each.types ?? []),
    moved: true,
    ...(event && { event }),
    ...(gone.length > 0 && { left: true }),
    ...(changes.some(({ hid }) => hid) && { hid: true }),
  };
}
