// The way to better-auth: loaded by the first request that needs it, never by a storefront's, a hold's or a scanner's.

import type { Accounts, AccountPorts } from "./accounts.ts";

/** Whether better-auth has been evaluated in this isolate: accounts.ts says so itself. */
export const evaluated = { accounts: false };

export async function loadAccounts(ports: AccountPorts): Promise<Accounts> {
  const { openAccounts } = await import("./accounts.ts");
  return openAccounts(ports);
}
