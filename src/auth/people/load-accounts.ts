// Loads better-auth with the first request that needs it, which is never a storefront's, a hold's or a scanner's.

import type { Accounts, AccountPorts } from "./accounts.ts";

/** Whether better-auth has been evaluated in this isolate; accounts.ts sets it. */
export const evaluated = { accounts: false };

export async function loadAccounts(ports: AccountPorts): Promise<Accounts> {
  const { openAccounts } = await import("./accounts.ts");
  return openAccounts(ports);
}
