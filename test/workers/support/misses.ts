// What tests of unknown ids need: an address, its limit, ids that nobody made, and the objects that were started.

import { listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import type { Asked } from "./http.ts";

export const ADDRESS = "192.0.2.1";
export const from = (address: string, headers: Record<string, string> = {}): Asked => ({
  headers: { "CF-Connecting-IP": address, ...headers },
});
export const inventedHold = () => `hold_${newId("tt").slice(3)}${newId("tt").slice(3)}`;

export const inventedOrder = () => `ord_${newId("tt").slice(3)}${newId("tt").slice(3)}`;

/** MISS_LIMIT lets through `allowed` in all. Returns the keys that it saw. */
export function allow(allowed: number): string[] {
  const keys: string[] = [];
  vi.spyOn(env.MISS_LIMIT, "limit").mockImplementation(({ key }) => {
    keys.push(key);
    return Promise.resolve({ success: keys.length <= allowed });
  });
  return keys;
}

/** How many objects there are, of ticket types and feeds. */
export async function objects(): Promise<number> {
  const lists = await Promise.all([listDurableObjectIds(env.INVENTORY), listDurableObjectIds(env.EVENT_FEED)]);
  return lists.flat().length;
}
