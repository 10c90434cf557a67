// Accounts under /api/auth: the routes of better-auth that are open, and no others, with what it does not do itself:
// strict bodies, attempts counted by e-mail and address, the origin checked, one time for known and unknown addresses.

import type { z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import { loadAccounts } from "../../auth/load-accounts.ts";
import { ACCOUNTS_PATH } from "../../auth/session-cookie.ts";
import { forgetSessions } from "../../auth/sessions.ts";
import { within } from "../../db/limit.ts";
import { limitSignIn } from "../attempts-to-sign-in.ts";
import { readJsonIfAny } from "../body.ts";
import { problem } from "../problem.ts";
import { type HonoEnv, newRouter } from "../routing.ts";
import * as bodies from "../schemas/account.ts";
import { accountPortsOf, isFromOurPages, originOf, UNAVAILABLE } from "../session.ts";
import { fieldErrors } from "../validation.ts";

export const accounts = newRouter();

/** What it takes and, `guessed`, that it is a try at somebody's password or address: counted, and never quick. */
type Open = { readonly body?: z.ZodType; readonly guessed?: boolean };

const OPEN: Readonly<Record<string, Open>> = {
  "POST /sign-up/email": { body: bodies.SignUp, guessed: true },
  "POST /sign-in/email": { body: bodies.SignIn, guessed: true },
  "POST /sign-out": { body: bodies.Nothing },
  "POST /send-verification-email": { body: bodies.SendVerification, guessed: true },
  "GET /verify-email": {},
  "POST /request-password-reset": { body: bodies.RequestReset, guessed: true },
  "POST /reset-password": { body: bodies.ResetPassword, guessed: true },
  "POST /change-password": { body: bodies.ChangePassword, guessed: true },
  "GET /get-session": {},
  "GET /list-sessions": {},
  "POST /revoke-session": { body: bodies.RevokeSession },
  "POST /revoke-sessions": { body: bodies.Nothing },
  "POST /revoke-other-sessions": { body: bodies.Nothing },
};

for (const [route, open] of Object.entries(OPEN)) {
  const [method = "", path = ""] = route.split(" ");
  accounts.on(method, ACCOUNTS_PATH + path, (c) => serve(c, open));
}

/**
 * How long a guess takes at least, whether or not the address is known: a write and a mail take longer than a look.
 * A sign-in that succeeds does not wait, since it says so anyway.
 */
const GUESS_MS = 500;
/** Twice what D1 and hashing may take. */
const ANSWER_MS = 10_000;

async function serve(c: HonoContext<HonoEnv>, { body, guessed = false }: Open): Promise<Response> {
  // Why also without a cookie: a page of somebody else must not sign a visitor in as whom it likes.
  const mustSay = c.req.header("Origin") !== undefined || c.req.header("Cookie") !== undefined;
  if (mustSay && !isFromOurPages(c)) return problem(c, { code: "origin_not_allowed" });
  const ports = accountPortsOf(c);
  if (ports === null) return problem(c, UNAVAILABLE);
  const sent = await readJsonIfAny(c);
  const excess = guessed ? await limitSignIn(c, ports.db, sent.ok ? sent.value : null) : null;
  if (excess) return problem(c, excess);
  if (!sent.ok) return problem(c, sent.refusal);
  const parsed = body?.safeParse(sent.value);
  if (parsed?.success === false) {
    return problem(c, { code: "invalid_request", errors: fieldErrors(parsed.error.issues) });
  }
  const begun = Date.now();
  const accounts = await loadAccounts(ports);
  const answer = await within(accounts.handler(requestFor(c, parsed?.data ?? {})), ANSWER_MS);
  if (c.req.method === "POST") forgetSessions();
  const shown = await answerFrom(c, answer);
  if (guessed && !(answer.ok && body === bodies.SignIn)) await until(begun + GUESS_MS);
  return shown;
}

/** The request as better-auth is to see it: only what it needs. Whether its origin is ours was decided above. */
function requestFor(c: HonoContext, body: unknown): Request {
  const headers = new Headers({ "Content-Type": "application/json", Origin: originOf(c) });
  for (const name of ["Cookie", "CF-Connecting-IP", "User-Agent"]) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  return c.req.method === "GET"
    ? new Request(c.req.url, { headers })
    : new Request(c.req.url, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Its answer with the headers that all of ours have. */
async function answerFrom(c: HonoContext, answer: Response): Promise<Response> {
  const location = answer.headers.get("Location");
  if (location !== null) c.header("Location", location);
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
