// Reads the settings of an inventory's ledger from the Worker's variables and the limits of an object.

import type { BatchSettings } from "../domain/ledger/batch.ts";
import { MAX_EXPIRY_ROWS, MAX_LIVE } from "../domain/limits.ts";
import { sha256Hex } from "../shared/sha256.ts";

export function ledgerSettings(env: Pick<Env, "HOLD_TTL_SECONDS" | "ORDER_TTL_SECONDS">): BatchSettings {
  return {
    holdTtlMs: Number(env.HOLD_TTL_SECONDS) * 1_000,
    orderTtlMs: Number(env.ORDER_TTL_SECONDS) * 1_000,
    maxLive: MAX_LIVE,
    maxExpiryRows: MAX_EXPIRY_ROWS,
    sha256: sha256Hex,
  };
}
