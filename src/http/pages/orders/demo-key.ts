// Reads the key of the demonstration's organiser, which `npm start` alone gives to the Worker; wrangler.toml has no such
// variable. With it, and on this machine, the page of an order has a button that confirms it.

import { originOf } from "../../middleware/origin.ts";

type DemoRequest = Parameters<typeof originOf>[0] & { readonly env: { readonly DEMO_KEY?: string } };

/** Null wherever the key is not set, and for a request that reached the Worker by another address than this machine's own. */
export function demoKeyOf(c: DemoRequest): string | null {
  const { origin, protocol } = new URL(c.req.url);
  const isHere = protocol === "http:" && originOf(c) === origin;
  return isHere ? (c.env.DEMO_KEY ?? null) || null : null;
}
