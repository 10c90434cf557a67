// Handles requests with a session's cookie: whose it is, and whether they come from our own pages (docs/api.md, CORS).

import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { AccountPorts } from "../../auth/people/accounts.ts";
import { openMailer } from "../../auth/mailer.ts";
import { sessionCookieIn } from "../../auth/people/session-cookie.ts";
import { findPerson, type Person } from "../../auth/people/sessions.ts";
import type { Refusal } from "../../domain/errors.ts";
import type { UserId } from "../../domain/ids.ts";
import { openDoors } from "../../door/client.ts";
import { openFeeds } from "../../feed/client.ts";
import { addressOf, rateLimit } from "./limits/rate-limit.ts";
import { dbOf } from "../db.ts";
import type { Documented } from "../openapi/documentation.ts";
import { problem } from "../problems/problem.ts";
import { originOf } from "./origin.ts";
import type { HonoEnv } from "../routing.ts";

type SessionRequest = {
  readonly env: Env;
  readonly req: { readonly url: string; readonly method: string; header(name: string): string | undefined };
  readonly executionCtx: { waitUntil(work: Promise<unknown>): void };
  readonly var: { readonly requestId: string };
};

/** Nobody can sign in before PUBLIC_URL and ACCOUNTS_SECRET are set. */
export const NOT_CONFIGURED: Refusal = { code: "temporarily_unavailable", retryAfterSeconds: 5 };

/**
 * The session's cookie; null when there is none, or when the Authorization header has a credential, which takes precedence.
 */
export function sessionCookieOf(c: Pick<SessionRequest, "req" | "env">): string | null {
  const cookies = c.req.header("Cookie");
  if (cookies === undefined || c.req.header("Authorization") !== undefined) return null;
  const origin = originOf(c);
  return origin && sessionCookieIn(cookies, origin);
}

/**
 * Whether a request with a cookie comes from our own origin, which it must show before it changes something or opens a
 * socket. A browser sends the origin by itself, and no other page can make it send ours.
 */
export function isFromOurPages(c: Pick<SessionRequest, "req" | "env">): boolean {
  const reads = (c.req.method === "GET" || c.req.method === "HEAD") && c.req.header("Upgrade") === undefined;
  const origin = c.req.header("Origin");
  return reads || (origin !== undefined && origin === originOf(c));
}

/** The refusal of a request that is not from our pages names the header to send. */
export function foreignOrigin(c: Pick<SessionRequest, "req" | "env">): Refusal {
  return { code: "origin_not_allowed", expected: originOf(c) ?? "", sent: c.req.header("Origin") ?? null };
}

/** What accounts need; null without the Worker's secret or its address (`GET /readyz` reports that). */
export function accountPortsOf(c: SessionRequest): AccountPorts | null {
  const { ACCOUNTS_SECRET: secret } = c.env;
  const origin = originOf(c);
  if (!secret || origin === null) return null;
  const db = dbOf(c.env);
  const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const sessionsEnd = async (userId: UserId): Promise<void> => {
    // Imported here and below, since no first response needs it.
    const { watchForSessionEnd } = await import("../../app/credentials/revoke-sockets.ts");
    const objects = { feeds: openFeeds(c.env.EVENT_FEED), doors: openDoors(c.env.EVENT_DOOR) };
    await watchForSessionEnd({ db, ...objects, waitUntil, requestId: c.var.requestId, now: Date.now() }, userId);
  };
  const report = async (userId: UserId): Promise<void> => {
    const { reportPasswordChange } = await import("../../app/accounts/report-password-change.ts");
    await reportPasswordChange({ db, mailer: openMailer(c.env, db), page: accountPageAt(origin) }, userId);
  };
  return { db, origin, secret, sessionsEnd, passwordChanged: (userId) => waitUntil(report(userId)) };
}

/** The page that links of mails open (routes/account-page.ts). */
export function accountPageAt(origin: string): string {
  return `${origin}/account`;
}

type SignedIn = MiddlewareHandler<{ Bindings: Env; Variables: HonoEnv["Variables"] & { person: Person } }>;

/** Allows everybody who is signed in, whether a member of an organisation or not. */
export const signedIn: SignedIn & Documented & { readonly security: Record<string, string[]>[] } = Object.assign(
  createMiddleware<{ Bindings: Env; Variables: HonoEnv["Variables"] & { person: Person } }>(async (c, next) => {
    const person = await personOf(c);
    if (!("id" in person)) return problem(c, person);
    if (!isFromOurPages(c)) return problem(c, foreignOrigin(c));
    c.set("person", person);
    await next();
    return undefined;
  }),
  {
    security: [{ session: [] }],
    codes: ["unauthenticated", "rate_limited", "origin_not_allowed"] as const,
  },
);

async function personOf(c: SessionRequest): Promise<Person | Refusal> {
  const cookie = sessionCookieOf(c);
  if (cookie === null) return { code: "unauthenticated" };
  const ports = accountPortsOf(c);
  if (ports === null) return NOT_CONFIGURED;
  const person = await findPerson(ports, cookie);
  return person ?? (await rateLimit(c.env, "CREDENTIAL_LIMIT", addressOf(c))) ?? { code: "unauthenticated" };
}
