// What scanners decided alone reaches the object of a door in any order: one outcome, whatever the clocks say.
// @module-tag slow

import { describe, expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import type { GateId, ScanId } from "../../../../src/domain/ids.ts";
import type { UploadRequest } from "../../../../src/door/client.ts";
import { NORTH, SOUTH } from "../../../support/door/cases.ts";
import { AT_NORTH, NOW, openDoor } from "../object-door.ts";
import { all, AT_SOUTH, listed, MINUTE, outcomes, row, sent, SUPERVISOR } from "./object-uploads.ts";

describe("[D19] [D20] three scanners that were cut off", () => {
  const HOUR = 60 * MINUTE;
  /** Their clocks are right, and three hours off either way; each lets the same twins in, and some out. */
  function evening() {
    const scanners: readonly (readonly [UploadRequest["by"], GateId, number])[] = [
      [AT_NORTH, NORTH, 0],
      [AT_SOUTH, SOUTH, 3 * HOUR],
      [SUPERVISOR, SOUTH, -3 * HOUR],
    ];
    return scanners.flatMap(([by, gateId, off], which) =>
      Array.from({ length: 8 }, (_, at) => {
        const isOut = at % 4 === 3;
        const verdict = isOut ? ("exited" as const) : ("admitted" as const);
        const of = row(1 + ((at + which) % 4), { gateId, verdict, direction: isOut ? "out" : "in" });
        return {
          by,
          row: { ...of, at: NOW - 30 * MINUTE + at * MINUTE + off, counter: at + 1, clockUnsure: which === 2 },
        };
      }),
    );
  }
  type Sent = ReturnType<typeof evening>[number];

  /** In this order, in batches of up to four rows of one scanner, and some of them twice. */
  async function outcome(order: readonly Sent[], answered: ScanId): Promise<unknown> {
    const here = await openDoor();
    await here.scan(9, { scanId: answered });
    for (let from = 0; from < order.length; ) {
      const { by } = order[from] ?? { by: AT_NORTH };
      const end = order.slice(from, from + 4).findIndex((each) => each.by !== by);
      const batch = order.slice(from, from + (end === -1 ? 4 : end)).map((each) => ({ ...each.row, after: answered }));
      const request = sent(batch, by);
      expect(await outcomes(here, request)).not.toContain("scan_id_reused");
      if (from % 3 === 0) expect(await outcomes(here, request)).toEqual(all("repeat", batch.length));
      from += batch.length;
    }
    const conflicts = (await listed(here)).filter(({ goneAt }) => goneAt === null);
    const shown = conflicts.map(({ id, kind, at, other, serial }) => ({ id, kind, at, other, serial }));
    const reply = await here.door.counts(AT_NORTH);
    if (!reply.ok) throw new Error(reply.refusal.code);
    const { counts } = reply.value;
    return {
      conflicts: shown.sort((a, b) => (a.id < b.id ? -1 : 1)),
      counts: { ...counts, gates: [...counts.gates].sort(([a], [b]) => (a < b ? -1 : 1)) },
    };
  }

  it("leave the same counts and conflicts in any order, split or repeat, and wrong clocks are flagged", async () => {
    const rows = evening();
    const answered = newId("scn");
    const first = await outcome(rows, answered);
    for (let n = 0; n < 100; n++) {
      const order = rows.map((each) => ({ each, place: Math.random() })).sort((a, b) => a.place - b.place);
      expect(
        await outcome(
          order.map(({ each }) => each),
          answered,
        ),
        `order ${n}`,
      ).toEqual(first);
    }
    const { conflicts } = first as { conflicts: readonly { readonly id: string; readonly kind: string }[] };
    const off = conflicts.filter(({ kind }) => kind === "clock_off").map(({ id }) => id);
    // All were before the scan that had the door's reply, or later than they arrived.
    expect(off.sort()).toEqual(rows.map(({ row: { scanId } }) => `clock_off.${scanId}`).sort());
    expect(conflicts.filter(({ kind }) => kind === "double_entry").length).toBeGreaterThan(5);
  });
});
