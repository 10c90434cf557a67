// Projects the latest counts of a door to D1, for reports (rule D10). It never touches the log.

import type { ProjectedDoor } from "../db/door/door-counts.ts";
import type { DoorBook } from "../domain/door/book.ts";
import { countsForPeople } from "../domain/door/rows/counts.ts";
import { type LatestPush, type LatestPushDeps, openLatestPush } from "../shared/objects/latest-push.ts";

/**
 * While people pass, the counts are sent this often, ms, and once more when they stop: a row in D1 costs, and a report is
 * not live.
 */
export const PROJECTED_EVERY_MS = 30_000;

export type CountsPushDeps = Pick<LatestPushDeps, "clock" | "random" | "onFailure"> & {
  readonly book: () => DoorBook;
  /** When the first row of the log was written, epoch ms. */
  readonly begunAt: () => number;
  /** How many conflicts hold that nobody has seen. */
  readonly alerts: () => number;
  /** Rejects when D1 is away. */
  readonly project: (door: ProjectedDoor) => Promise<void>;
};

export type CountsPush = LatestPush & {
  /** To be called when a conflict was marked as seen, since no log row says so. */
  markedSeen(): void;
};

export function openCountsPush({ book, begunAt, alerts, project, ...deps }: CountsPushDeps): CountsPush {
  let markedCount = 0;
  const latest = openLatestPush({
    ...deps,
    book: () => ({ terms: book().terms, head: { seq: book().head.seq + markedCount } }),
    everyMs: PROJECTED_EVERY_MS,
    async push() {
      const { terms, head } = book();
      if (terms === null) return;
      const gateIds = terms.rules.gates.map(({ id }) => id);
      const { inside, admitted, gates } = countsForPeople(head.counts, gateIds);
      const { seq, receivedAt: asOf } = head;
      const counts = { inside, admitted, gates, alerts: alerts() };
      await project({ eventId: terms.eventId, life: begunAt(), seq, asOf, ...counts });
    },
  });
  return {
    ...latest,
    markedSeen() {
      markedCount += 1;
      latest.changed();
    },
  };
}
