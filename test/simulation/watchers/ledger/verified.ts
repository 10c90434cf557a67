// Runs `npm run ledger:verify` over the ledgers of a world: it must find nothing wrong, whatever happened (rule T6).

import { EMPTY_HEAD, type Head } from "../../../../src/domain/ledger/chain.ts";
import { type NotedHead, verifyLedger } from "../../../../src/domain/ledger/verify.ts";
import { HOLD_TTL_MS, sha256 } from "../../../support/builders.ts";
import type { World } from "../../world/world.ts";

export function verifyLedgers(world: World): void {
  for (const { id, storage } of world.hosts.values()) {
    const store = world.checks.storeOf(world.host(id));
    if (!store) continue;
    const [cut] = storage.rows.sql
      .exec("SELECT seq, at, total, sold, held, withdrawn, hash FROM retention WHERE seq > 0")
      .toArray();
    // The one cast: a row of the table, whose columns are those of a head.
    const from = cut ? ({ ...cut } as Head) : EMPTY_HEAD;
    const [row] = world.d1.look("SELECT counts_seq AS seq, counts_hash AS hash FROM ticket_types WHERE id = ?", id);
    const noted: NotedHead[] = row?.["hash"] ? [{ by: "D1", seq: Number(row["seq"]), hash: String(row["hash"]) }] : [];
    const { rows, head, broken } = verifyLedger(from, store.rowsAfter(0, 100_000), sha256, {
      noted,
      holdMs: HOLD_TTL_MS,
    });
    if (broken) world.fail(`[T6] the ledger of ${id} breaks at row ${broken.seq}: ${broken.why}`);
    if (cut && rows > 1) world.note("a ledger that was cut is verified");
    if (noted[0]?.seq === head.seq) world.note("a head is compared with D1's");
  }
}
