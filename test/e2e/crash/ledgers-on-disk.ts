// Recounts the ledgers in a state folder while no server runs: what a crash has left, seen without the object.

import { createHash } from "node:crypto";
import { inventoryFiles, withLedger } from "../../../src/cli/verify/ledger-source.ts";
import { EMPTY_HEAD } from "../../../src/domain/ledger/chain.ts";
import { type LedgerBreak, verifyLedger } from "../../../src/domain/ledger/verify.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** For each inventory its number of rows that hold, and where its ledger breaks, or its live holds do not add up. */
export function checkLedgers(stateDir: string): { readonly rows: number; readonly broken: LedgerBreak | null }[] {
  return inventoryFiles(stateDir).flatMap((file) => {
    const found = withLedger(file, ({ checkpoint, rows, liveQuantity }) => {
      const { head, broken, ...rest } = verifyLedger(checkpoint ?? EMPTY_HEAD, rows, sha256);
      const why = `${head.held} are held, but live holds sum up to ${liveQuantity}`;
      return { ...rest, broken: broken ?? (head.held === liveQuantity ? null : { seq: head.seq, why }) };
    });
    return found ?? [];
  });
}
