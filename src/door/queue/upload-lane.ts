// Queues batches of uploads before the door's own queue (rule D24). A batch is added in slices, each once the one before is
// written, so that a scan at a gate waits for at most one slice, and never for a batch.

import { ROW_REFUSALS, type UploadCommand, type UploadedRow, type UploadReply } from "../../domain/door/command.ts";
import type { Refusal } from "../../domain/errors.ts";
import { MAX_UPLOADS_IN_LINE, UPLOADS_A_SLICE } from "../../domain/limits.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";

/**
 * Resolves with a result for each row in its order, or refuses the whole. A part may then be written, and the same batch
 * may be sent again. `overloaded` when too many wait.
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
    // The next batch runs even if this one failed.
    last = turn.catch(() => undefined);
    return turn;
  };
}

function rowOf(reply: UploadReply): Result<UploadedRow, Refusal> {
  if (reply.ok) return reply;
  const outcome = ROW_REFUSALS.find((code) => code === reply.refusal.code);
  return outcome === undefined ? reply : accept({ outcome, conflicts: [] });
}
