// The line of commands before the ledger.

import type { Outcome } from "../domain/ledger/batch.ts";
import { malformedPart } from "../domain/ledger/check-command.ts";
import type { Command, ReplyOf } from "../domain/ledger/command.ts";
import type { Reply } from "../domain/ledger/decide.ts";
import { openObjectQueue } from "../shared/object-queue.ts";
import { isShed } from "./admission.ts";

export type QueuePorts = {
  readonly clock: () => number;
  /** Decides and writes a batch, or throws and has written nothing. Must not await. */
  readonly run: (commands: readonly Command[]) => readonly Outcome[];
  readonly onBug: (command: Command, bug: unknown) => void;
  /** The whole batch failed: the rows are as before, and so must the memory be. */
  readonly onFailure: (fault: unknown) => void;
};

export type CommandQueue = {
  /** Answers when the batch that took the command is written, or at once when it is shed or malformed. */
  add<C extends Command>(command: C): Promise<ReplyOf<C>>;
  /** Runs one batch now, also when nothing waits: time alone gives holds back. */
  turn(): void;
};

export function openCommandQueue(ports: QueuePorts): CommandQueue {
  const queue = openObjectQueue<Command, Reply>({
    ...ports,
    malformedPart,
    isShed: ({ kind }, ...line) => isShed(kind, ...line),
  });
  return {
    // The one cast: `decide` answers each kind of command with its own kind of reply, and any may be refused.
    add: <C extends Command>(command: C) => queue.add(command) as Promise<ReplyOf<C>>,
    turn: () => queue.turn(),
  };
}
