// The line of commands before an object's rules: what arrives while the event loop turns is decided together, and written
// in one transaction.

import { MAX_BATCH } from "../domain/limits.ts";
import { must, refuse } from "../domain/result.ts";
import { type Refusal, UNAVAILABLE } from "../domain/errors.ts";

/** What a command came to: its reply, or a throw, which is a bug. */
export type Outcome<Reply> = { readonly reply: Reply } | { readonly bug: unknown };
type Refused = { readonly ok: false; readonly refusal: Refusal };

export type QueuePorts<Command, Reply> = {
  readonly clock: () => number;
  /** Which part of a command no release could have sent; null when there is none. */
  readonly malformedPart: (command: Command) => string | null;
  /** Rule X2: whether it is refused at once; `waiting` commands are before it, the oldest since `oldestSince`, epoch ms. */
  readonly isShed: (command: Command, waiting: number, oldestSince: number | null, now: number) => boolean;
  /** Decides and writes a batch, or throws and has written nothing. Must not await. */
  readonly run: (commands: readonly Command[]) => readonly Outcome<Reply | Refused>[];
  readonly onBug: (command: Command, bug: unknown) => void;
  /** The whole batch failed: the rows are as before, and so must the memory be. */
  readonly onFailure: (fault: unknown) => void;
};

export type ObjectQueue<Command, Reply> = {
  /** Answers when the batch that took the command is written, or at once when it is shed or malformed. */
  add(command: Command): Promise<Reply | Refused>;
  /** Runs one batch now, also when nothing waits: time alone changes what an object has. */
  turn(): void;
};

type Waiting<Command, Reply> = {
  readonly command: Command;
  readonly since: number;
  readonly answer: (reply: Reply | Refused) => void;
};

export function openObjectQueue<Command, Reply>(ports: QueuePorts<Command, Reply>): ObjectQueue<Command, Reply> {
  let line: Waiting<Command, Reply>[] = [];
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
    let outcomes: readonly Outcome<Reply | Refused>[];
    try {
      outcomes = ports.run(batch.map(({ command }) => command));
    } catch (fault) {
      // First, so that whatever goes wrong next nobody waits for ever.
      for (const { answer } of batch) answer(refuse(UNAVAILABLE));
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
    add(command) {
      const now = ports.clock();
      return new Promise((answer) => {
        const malformed = ports.malformedPart(command);
        if (malformed !== null) {
          ports.onBug(command, new Error(`malformed command: ${malformed}`));
          return answer(refuse({ code: "internal_error" }));
        }
        if (ports.isShed(command, line.length, line[0]?.since ?? null, now)) {
          return answer(refuse({ code: "overloaded", retryAfterSeconds: 1 }));
        }
        line.push({ command, since: now, answer });
        setTurn();
      });
    },
    turn,
  };
}
