// Checks for `GET /readyz`: D1, an inventory object, and the secrets.

import { canSignLinks } from "../../auth/links/link-keys.ts";
import { canMint } from "../../auth/links/shopper-tokens.ts";
import { readSize } from "../../db/client.ts";
import { parseId } from "../../domain/ids.ts";
import { must } from "../../domain/result.ts";
import { openInventories } from "../../inventory/client.ts";
import { ticketSecretOf } from "../../shared/ticket-secrets.ts";
import { dbOf } from "../db.ts";

/** `size`: of D1 in bytes, null when it does not reply. `inventory`: whether an inventory object replies. */
export type Readiness = { readonly size: number | null; readonly inventory: boolean };

/** No ticket type ever has this id, so its inventory replies `not_found` and stores nothing (rule X5). */
const NO_TICKET_TYPE = must(parseId("tt", `tt_${"0".repeat(26)}`), "the id is well formed");

/** Never rejects. */
export async function readReadiness(env: Env): Promise<Readiness> {
  const [size, inventory] = await Promise.all([sizeOfD1(env), inventoryAnswers(env)]);
  return { size, inventory };
}

export function hasSecrets(env: Env): boolean {
  return canMint(env) && canSignLinks(env) && ticketSecretOf(env) !== null && Boolean(env.ACCOUNTS_SECRET);
}

async function sizeOfD1(env: Env): Promise<number | null> {
  try {
    return await readSize(dbOf(env));
  } catch {
    return null;
  }
}

async function inventoryAnswers(env: Env): Promise<boolean> {
  const reply = await openInventories(env.INVENTORY)(NO_TICKET_TYPE).counts();
  return reply.ok || reply.refusal.code === "not_found";
}
