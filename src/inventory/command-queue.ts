// The line of commands before the ledger: what arrives while the event loop turns is decided together.

import type { Outcome } from "../domain/ledger/batch.ts";
import { malformedPart } from "../domain/ledger/check-command.ts";
import type { Command, ReplyOf } from "../domain/ledger/command.ts";
import type { Reply } from "../domain/ledger/decide.ts";
import { MAX_BATCH } from "../domain/limits.ts";
import { must, refuse } from "../domain/result.ts";
import { isShed } from "./admission.ts";

type Waiting = { readonly command: Command; readonly since: number; readonly answer: (reply: Reply) => void };

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
  let line: Waiting[] = [];
  let turnSet = false;

  function setTurn(): void {
    if (turnSet) return;
    turnSet = true;
    setTimeout(() => {
      turnSet = false;
      turn();
    }, 0);
  }

  function turn(): void {
    const batch = line.slice(0, MAX_BATCH);
    line = line.slice(MAX_BATCH);
    if (line.length > 0) setTurn();
    let outcomes: readonly Outcome[];
    try {
      outcomes = ports.run(batch.map(({ command }) => command));
    } catch (fault) {
      // Why first: whatever goes wrong next, nobody waits for ever.
      for (const { answer } of batch) answer(refuse({ code: "temporarily_unavailable", retryAfterSeconds: 1 }));
      ports.onFailure(fault);
      return;
    }
    batch.forEach(({ command, answer }, index) => {
      const outcome = must(outcomes[index], "a batch has an outcome for each command");
      if ("reply" in outcome) return answer(outcome.reply);
      ports.onBug(command, outcome.bug);
      answer(refuse({ code: "internal_error" }));
    });
  }

  return {
    add<C extends Command>(command: C) {
      const now = ports.clock();
      return new Promise<ReplyOf<C>>((resolve) => {
        // The one cast: `decide` answers each kind of command with its own kind of reply, and any may be refused.
        const answer = resolve as (reply: Reply) => void;
        const malformed = malformedPart(command);
        if (malformed !== null) {
          ports.onBug(command, new Error(`malformed command: ${malformed}`));
          return answer(refuse({ code: "internal_error" }));
        }
        if (isShed(command.kind, line.length, line[0]?.since ?? null, now)) {
          return answer(refuse({ code: "overloaded", retryAfterSeconds: 1 }));
        }
        line.push({ command, since: now, answer });
        setTurn();
      });
    },
    turn,
  };
}
