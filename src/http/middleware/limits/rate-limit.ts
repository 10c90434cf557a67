// Limits attempts by the platform's rate limiter, which counts at each location, in memory, without D1 or KV.
// RATE_LIMITS=off turns all of it off.

import { createMiddleware } from "hono/factory";
import { hashAddress } from "../../../auth/address-hash.ts";
import type { AddressHash } from "../../../domain/people/address-hash.ts";
import type { Refusal } from "../../../domain/errors.ts";
import type { TicketTypeId } from "../../../domain/ids.ts";
import type { Buyer } from "../../../domain/people/policy.ts";
import type { Documented } from "../../openapi/documentation.ts";
import { problem } from "../../problems/problem.ts";
import type { HonoEnv } from "../../routing.ts";

/** The period of every limiter in wrangler.toml, seconds. */
const PERIOD_SECONDS = 60;

type Limiter =
  | "SHOPPER_LIMIT"
  | "HOLD_LIMIT"
  | "HOLD_ADDRESS_LIMIT"
  | "CREDENTIAL_LIMIT"
  | "MISS_LIMIT"
  | "SOCKET_LIMIT";
/** The part of a request that the limits use. */
export type RateLimited = { readonly env: Env; readonly req: { header(name: string): string | undefined } };

/** Counts one use of `key`: `rate_limited` when that is one too many, else null. */
export async function rateLimit(env: Env, limiter: Limiter, key: string): Promise<Refusal | null> {
  if (env.RATE_LIMITS === "off") return null;
  const { success } = await env[limiter].limit({ key });
  return success ? null : { code: "rate_limited", retryAfterSeconds: PERIOD_SECONDS };
}

/** The client's address; for IPv6 the 64-bit network that one household or phone has. */
export function addressOf(c: Pick<RateLimited, "req">): string {
  const address = c.req.header("CF-Connecting-IP") ?? "unknown";
  return address.includes(":") ? networkOf(address, 64) : address;
}

/** For IPv6 the 48-bit network that one site has; null for IPv4. */
export function siteOf(c: Pick<RateLimited, "req">): string | null {
  const address = c.req.header("CF-Connecting-IP") ?? "";
  return address.includes(":") ? networkOf(address, 48) : null;
}

function networkOf(address: string, bits: 48 | 64): string {
  const [before = "", after] = address.toLowerCase().split("::", 2);
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...Array.from({ length: zeros }, () => "0"), ...tail];
  return `${groups
    .slice(0, bits / 16)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/${bits}`;
}

/** Counts so many more holds of this shopper, from this address. */
export async function limitHolds(c: RateLimited, shopperId: string, holds: number = 1): Promise<Refusal | null> {
  const tries = Array.from({ length: holds }, () => [
    rateLimit(c.env, "HOLD_LIMIT", shopperId),
    rateLimit(c.env, "HOLD_ADDRESS_LIMIT", addressOf(c)),
  ]);
  return (await Promise.all(tries.flat())).find((refusal) => refusal !== null) ?? null;
}

/**
 * Counts one more read of holds or orders by this shopper, or by this order's link. Reads have a count of their own, so
 * that a reader does not use up its holds.
 */
export async function limitReads({ env }: RateLimited, readerId: string): Promise<Refusal | null> {
  return rateLimit(env, "HOLD_LIMIT", `${readerId} reads`);
}

/**
 * A hash of the client's address for the object that `scope` names. Null when nothing is counted, and when the address is
 * not known, since everybody would then count as one.
 */
export function addressHashOf(c: RateLimited, scope: string): AddressHash | null {
  if (c.env.RATE_LIMITS === "off" || c.req.header("CF-Connecting-IP") === undefined) return null;
  return hashAddress(c.env, scope, addressOf(c));
}

/**
 * The address from which a shopper requests tickets of a type (rule H15). Null for organisers, who answer for what they
 * hold.
 */
export function buyerAddress(c: RateLimited, { kind }: Buyer, id: TicketTypeId): AddressHash | null {
  return kind === "shopper" ? addressHashOf(c, id) : null;
}

const limitedByAddress = (limiter: Limiter) =>
  Object.assign(
    createMiddleware<HonoEnv>(async (c, next) => {
      const refusal = await rateLimit(c.env, limiter, addressOf(c));
      if (refusal) return problem(c, refusal);
      await next();
      return undefined;
    }),
    { codes: ["rate_limited"] } satisfies Documented,
  );

/** For the route that mints shoppers. */
export const limitShoppers = limitedByAddress("SHOPPER_LIMIT");
/** For the sockets that anybody may open. */
export const limitSockets = limitedByAddress("SOCKET_LIMIT");
