// Serves accounts under /api/auth: sign-up and setting a password by our own verbs, and those routes of better-auth that
// are open. All have strict bodies, attempts counted by e-mail and address, a check of the origin, and the same response
// time for known and unknown addresses.

import type { z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import { requestPassword, signUp } from "../../../app/accounts/send-password-link.ts";
import { setPassword } from "../../../app/accounts/set-password.ts";
import type { AccountPorts } from "../../../auth/people/accounts.ts";
import { knownDeviceCookie } from "../../../auth/people/known-device.ts";
import { loadAccounts } from "../../../auth/people/load-accounts.ts";
import { openMailer } from "../../../auth/mailer.ts";
import { ACCOUNTS_PATH } from "../../../auth/people/session-cookie.ts";
import { endSession, findPerson, forgetSessions } from "../../../auth/people/sessions.ts";
import { withDeadline } from "../../../shared/deadline.ts";
import type { Refusal } from "../../../domain/errors.ts";
import { emailIn, guessEndsAt, limitAttempts, mayMail } from "../../middleware/limits/rate-limit-sign-in.ts";
import { readJsonIfAny } from "../../middleware/body.ts";
import { problem } from "../../problems/problem.ts";
import { type HonoEnv, newRouter } from "../../routing.ts";
import * as bodies from "../../schemas/people/account.ts";
import {
  accountPageAt,
  accountPortsOf,
  foreignOrigin,
  isFromOurPages,
  sessionCookieOf,
  NOT_CONFIGURED,
} from "../../middleware/session.ts";
import { fieldErrors } from "../../middleware/validation.ts";

export const accounts = newRouter();

type AccountContext = HonoContext<HonoEnv>;
/**
 * `guess`: when a call tries somebody's password or address. It is then counted, and the response is delayed.
 * `sign-in`: a successful one is not delayed, since it reveals its success anyway. `own`: it tries the password of the
 * person who is signed in.
 */
type Guess = "never" | "always" | "sign-in" | "own";
type Respond<T> = (c: AccountContext, ports: AccountPorts, given: T) => Promise<Response>;

open("POST", "/sign-up/email", bodies.SignUp, "always", async (c, ports, given) => {
  if (await mayMail(c, ports.db, given.email)) await signUp(sendingOf(c, ports), given);
  return c.json({ status: true });
});
open("POST", "/request-password-reset", bodies.RequestReset, "always", async (c, ports, given) => {
  if (await mayMail(c, ports.db, given.email)) await requestPassword(sendingOf(c, ports), given);
  return c.json({ status: true });
});
open("POST", "/reset-password", bodies.ResetPassword, "always", async (c, ports, given) => {
  const email = await setPassword({ ...ports, now: Date.now() }, given);
  if (email === null) return c.json({ code: "INVALID_TOKEN", message: "Invalid token" }, 400);
  return knowDevice(c.json({ status: true }), ports, email);
});
open("POST", "/sign-in/email", bodies.SignIn, "sign-in", async (c, ports, given) => {
  const before = sessionCookieOf(c);
  const answer = await byBetterAuth(c, ports, given);
  if (!answer.ok) return answer;
  // The browser has a new session, and nobody would ever end the one that it came with (rule P7).
  if (before !== null) await endSession(ports, before);
  return knowDevice(answer, ports, given.email);
});
open("POST", "/change-password", bodies.ChangePassword, "own", byBetterAuth);
open("POST", "/sign-out", bodies.Nothing, "never", byBetterAuth);
open("GET", "/get-session", bodies.Nothing, "never", byBetterAuth);
open("GET", "/list-sessions", bodies.Nothing, "never", byBetterAuth);
open("POST", "/revoke-session", bodies.RevokeSession, "never", byBetterAuth);
open("POST", "/revoke-sessions", bodies.Nothing, "never", byBetterAuth);
open("POST", "/revoke-other-sessions", bodies.Nothing, "never", byBetterAuth);

/** Twice what D1 and hashing may take. */
const ANSWER_MS = 10_000;

function open<T>(method: "GET" | "POST", path: string, body: z.ZodType<T>, guess: Guess, answer: Respond<T>): void {
  accounts.on(method, ACCOUNTS_PATH + path, async (c) => {
    // The origin is checked without a cookie too, since another site's page must not sign a visitor in as somebody of its
    // choice.
    const mustSay = c.req.header("Origin") !== undefined || c.req.header("Cookie") !== undefined;
    const ports = accountPortsOf(c);
    if (ports === null) return problem(c, NOT_CONFIGURED);
    if (mustSay && !isFromOurPages(c)) return problem(c, foreignOrigin(c));
    const sent = await readJsonIfAny(c);
    const excess = guess === "never" ? null : await countGuess(c, ports, guess, sent.ok ? sent.value : null);
    if (excess) return problem(c, excess);
    if (!sent.ok) return problem(c, sent.refusal);
    const parsed = body.safeParse(sent.value);
    if (!parsed.success) return problem(c, { code: "invalid_request", errors: fieldErrors(parsed.error.issues) });
    const begun = Date.now();
    const shown = await answer(c, ports, parsed.data);
    if (method === "POST") forgetSessions();
    if (guess !== "never" && !(guess === "sign-in" && shown.ok)) await until(guessEndsAt(begun, Date.now()));
    return shown;
  });
}

async function countGuess(
  c: AccountContext,
  ports: AccountPorts,
  guess: Guess,
  body: unknown,
): Promise<Refusal | null> {
  if (guess !== "own") return limitAttempts(c, ports, emailIn(body), guess === "sign-in");
  const cookie = sessionCookieOf(c);
  const person = cookie === null ? null : await findPerson(ports, cookie);
  return limitAttempts(c, ports, person?.email ?? null, true);
}

/** From now on, attempts on this account from elsewhere do not keep its owner out of this browser. */
function knowDevice(answer: Response, ports: AccountPorts, email: string): Response {
  answer.headers.append("Set-Cookie", knownDeviceCookie(ports, email, Date.now()));
  return answer;
}

function sendingOf(c: AccountContext, { db, origin }: AccountPorts) {
  const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  return { db, now: Date.now(), waitUntil, mailer: openMailer(c.env, db), page: accountPageAt(origin) };
}

async function byBetterAuth(c: AccountContext, ports: AccountPorts, body: unknown): Promise<Response> {
  const accounts = await loadAccounts(ports);
  return answerFrom(c, await withDeadline(accounts.handler(requestFor(c, ports, body)), ANSWER_MS));
}

/** The request for better-auth, with only what it needs. Its origin was checked above. */
function requestFor(c: HonoContext, { origin }: AccountPorts, body: unknown): Request {
  const headers = new Headers({ "Content-Type": "application/json", Origin: origin });
  for (const name of ["Cookie", "CF-Connecting-IP", "User-Agent"]) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  // Without the query, which no schema of ours has checked.
  const url = origin + c.req.path;
  return c.req.method === "GET"
    ? new Request(url, { headers })
    : new Request(url, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
}

/** The response of better-auth with the headers that all of ours have. */
async function answerFrom(c: HonoContext, answer: Response): Promise<Response> {
  for (const cookie of answer.headers.getSetCookie()) c.header("Set-Cookie", cookie, { append: true });
  c.status(answer.status as Parameters<typeof c.status>[0]);
  const text = await answer.text();
  if (text === "") return c.body(null);
  return c.body(text, { headers: { "Content-Type": answer.headers.get("Content-Type") ?? "application/json" } });
}

async function until(at: number): Promise<void> {
  const left = at - Date.now();
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
}
