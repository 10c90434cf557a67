// A feed asks its ticket types for their counts: what it may have missed, or never knew.

import { answered } from "../db/limit.ts";
import type { TicketTypeId } from "../domain/ids.ts";
import { type Board, type Changes, dropType, takeOccupancy } from "./board.ts";
import type { FeedPorts } from "./feed-ports.ts";

/** How long a ticket type may take to say its counts before the feed goes on without. */
const COUNTS_MS = 1_000;

export type AskingDeps = {
  readonly ports: () => FeedPorts;
  readonly board: () => Board;
  readonly changed: (changes: Changes) => void;
  readonly onFailure: (fault: unknown) => void;
};

export type Asking = {
  /** Never rejects: a type that does not answer in time pushes later. */
  some(ids: readonly TicketTypeId[]): Promise<void>;
  /** All that the board or its catalogue names; who comes while that is under way waits for the same answers. */
  all(): Promise<void>;
};

export function openAsking({ ports, board, changed, onFailure }: AskingDeps): Asking {
  let underWay: Promise<void> | null = null;

  async function ask(id: TicketTypeId): Promise<void> {
    const counts = await ports().counts(id);
    if (counts === null) return;
    changed(counts === "gone" ? dropType(board(), id) : takeOccupancy(board(), id, counts));
  }

  async function some(ids: readonly TicketTypeId[]): Promise<void> {
    if (ids.length > 0) await answered(Promise.all(ids.map(ask)), COUNTS_MS).catch(onFailure);
  }

  return {
    some,
    all() {
      const { catalogue, types } = board();
      underWay ??= some([...new Set([...(catalogue?.ticketTypeIds ?? []), ...types.keys()])]).finally(() => {
        underWay = null;
      });
      return underWay;
    },
  };
}
