// Counts exactly what it takes to project 1,000 ledger rows to D1.

import { rmSync } from "node:fs";
import { type BilledCounts, COUNTS_PATH } from "../../report/billed-counts.ts";
import { fillInventory, putOffChecks } from "../../rig/fill.ts";
import { type Judged, results } from "../../report/report.ts";
import { newStateDir, openSide, untilProjected, withSides } from "../../rig/rig.ts";
import type { Scenario } from "../../scenario.ts";
import { setStage, typeAt } from "../../rig/stage.ts";

const ROWS = 1_000;

export const projection: Scenario = {
  name: "projection",
  describe: `statements and rows in D1 to project ${ROWS} ledger rows, exact`,
  run: async () => {
    const stateDir = newStateDir();
    try {
      const type = await withSides([() => openSide("counted", "counted", { stateDir })], async ([side]) => {
        const first = typeAt(await setStage(side, 1), 0);
        await untilProjected(side, first);
        return first;
      });
      fillInventory(stateDir, type.typeId, { final: 0, active: ROWS, unprojected: true });
      putOffChecks(stateDir);
      return await withSides([() => openSide("counted", "counted", { stateDir })], async ([side]) => {
        const read = async () => (await side.client.ask<BilledCounts>("GET", COUNTS_PATH)).body;
        const before = await read();
        await untilProjected(side, type);
        const after = await read();
        const statements = after.objectStatements - before.objectStatements;
        const written = after.d1RowsWritten - before.d1RowsWritten;
        if (statements === 0) throw new Error("the projection was not seen: a count of none is no figure");
        const judged: Judged = {
          what: `D1 statements to project ${ROWS} ledger rows`,
          against: "exact",
          figure: statements,
          reach: 5,
          most: true,
          digits: 0,
        };
        return {
          tables: [results([judged])],
          figures: { statements, rows_written: written },
          notes: [
            `${written} rows written in D1, indexes counted: ${(written / ROWS).toFixed(2)} for each ledger row.`,
          ],
        };
      });
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  },
};
