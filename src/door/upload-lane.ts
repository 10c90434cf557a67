// The line of batches of uploads before a door's own line (rule D24): a batch goes on in slices, each once the one before is
// written, so that a scan of somebody who stands at a gate waits for one slice at most, and never for a batch.

import { ROW_REFUSALS, type UploadCommand, type UploadedRow, type UploadReply } from "../domain/door/command.ts";
import type { Refusal } from "../domain/errors.ts";
import { MAX_UPLOADS_IN_LINE, UPLOADS_A_SLICE } from "../domain/limits.ts";
import { accept, refuse, type Result } from "../domain/result.ts";

/**
 * Answers each row in its order, or refuses the whole, of which a part may be written: the same batch again is right then.
 * `overloaded` when too many wait.
 */
export type UploadLane = (commands: readonly UploadCommand[]) => Promise<Result<readonly UploadedRow[], Refusal>>;

export function openUploadLane(add: (command: UploadCommand) => Promise<UploadReply>): UploadLane {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function run(commands: readonly UploadCommand[]): Promise<Result<readonly UploadedRow[], Refusal>> {
    const rows: UploadedRow[] = [];
    for (let from = 0; from < commands.length; from += UPLOADS_A_SLICE) {
      const replies = await Promise.all(commands.slice(from, from + UPLOADS_A_SLICE).map(add));
      for (const reply of replies) {
        const row = rowOf(reply);
        if (!row.ok) return row;
        rows.push(row.value);
      }
    }
    return accept(rows);
  }

  return async (commands) => {
    if (waiting >= MAX_UPLOADS_IN_LINE) return refuse({ code: "overloaded", retryAfterSeconds: 1 });
    waiting += 1;
    const before = last;
    const turn = before
      .then(() => run(commands))
      .finally(() => {
        waiting -= 1;
      });
    // The next batch goes on whatever became of this one.
    last = turn.catch(() => undefined);
    return turn;
  };
}

function rowOf(reply: UploadReply): Result<UploadedRow, Refusal> {
  if (reply.ok) return reply;
  const outcome = ROW_REFUSALS.find((code) => code === reply.refusal.code);
  return outcome === undefined ? reply : accept({ outcome, conflicts: [] });
}
