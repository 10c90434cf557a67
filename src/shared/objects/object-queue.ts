// Queues the commands of an object: all that arrive during one turn of the event loop are decided together, and written in
// one transaction.

import { MAX_BATCH } from "../../domain/limits.ts";
import { must, refuse } from "../../domain/result.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";

/** The result of a command: its reply, or what was thrown, which is a bug. */
export type Outcome<Reply> = { readonly reply: Reply } | { readonly bug: unknown };
type Refused = { readonly ok: false; readonly refusal: Refusal };

export type QueuePorts<Command, Reply> = {
  readonly clock: () => number;
  /** Names the part of a command that no release could have sent; null when there is none. */
  readonly malformedPart: (command: Command) => string | null;
  /**
   * Whether a new command is refused at once (rule X2). `waiting` is the number of commands before it, `oldestSince` when
   * the oldest arrived, epoch ms.
   */
  readonly isShed: (command: Command, waiting: number, oldestSince: number | null, now: number) => boolean;
  /** Decides and writes a batch; if it throws, nothing is written. Must not await. */
  readonly run: (commands: readonly Command[]) => readonly Outcome<Reply | Refused>[];
  readonly onBug: (command: Command, bug: unknown) => void;
  /** The whole batch failed: its rows were rolled back, and the memory must be too. */
  readonly onFailure: (fault: unknown) => void;
};

export type ObjectQueue<Command, Reply> = {
  /** Resolves once the command's batch is written, or at once when the command is shed or malformed. */
  add(command: Command): Promise<Reply | Refused>;
  /** Runs one batch now, even an empty one, since time alone changes what an object has. */
  turn(): void;
};

type Waiting<Command, Reply> = {
  readonly command: Command;
  readonly since: number;
  readonly answer: (reply: Reply | Refused) => void;
};

export function openObjectQueue<Command, Reply>(ports: QueuePorts<Command, Reply>): ObjectQueue<Command, Reply> {
  let queue: Waiting<Command, Reply>[] = [];
  let turnScheduled = false;

  function scheduleTurn(): void {
    if (turnScheduled) return;
    turnScheduled = true;
    setTimeout(() => {
      turnScheduled = false;
      turn();
    }, 0);
  }

  function turn(): void {
    const batch = queue.slice(0, MAX_BATCH);
    queue = queue.slice(MAX_BATCH);
    if (queue.length > 0) scheduleTurn();
    let outcomes: readonly Outcome<Reply | Refused>[];
    try {
      outcomes = ports.run(batch.map(({ command }) => command));
    } catch (fault) {
      // Resolve these first, so that nobody waits for ever if something else fails.
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
        if (ports.isShed(command, queue.length, queue[0]?.since ?? null, now)) {
          return answer(refuse({ code: "overloaded", retryAfterSeconds: 1 }));
        }
        queue.push({ command, since: now, answer });
        scheduleTurn();
      });
    },
    turn,
  };
}
