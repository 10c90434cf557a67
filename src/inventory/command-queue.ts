// The queue of commands before the ledger.

import type { Outcome } from "../domain/ledger/batch.ts";
import { malformedPart } from "../domain/ledger/check-command.ts";
import type { Command, ReplyOf } from "../domain/ledger/command.ts";
import type { Reply } from "../domain/ledger/decide.ts";
import { openObjectQueue } from "../shared/objects/object-queue.ts";
import { isShed } from "./admission.ts";

export type QueuePorts = {
  readonly clock: () => number;
  /** Decides and writes a batch; if it throws, nothing is written. Must not await. */
  readonly run: (commands: readonly Command[]) => readonly Outcome[];
  readonly onBug: (command: Command, bug: unknown) => void;
  /** The whole batch failed: its rows were rolled back, and the memory must be too. */
  readonly onFailure: (fault: unknown) => void;
};

export type CommandQueue = {
  /** Resolves once the command's batch is written, or at once when the command is shed or malformed. */
  add<C extends Command>(command: C): Promise<ReplyOf<C>>;
  /** Runs one batch now, even an empty one, since holds expire by time alone. */
  turn(): void;
};

export function openCommandQueue(ports: QueuePorts): CommandQueue {
  const queue = openObjectQueue<Command, Reply>({
    ...ports,
    malformedPart,
    isShed: ({ kind }, ...line) => isShed(kind, ...line),
  });
  return {
    // The cast holds, since `decide` replies to each kind of command with its own kind of reply, and any may be refused.
    add: <C extends Command>(command: C) => queue.add(command) as Promise<ReplyOf<C>>,
    turn: () => queue.turn(),
  };
}
