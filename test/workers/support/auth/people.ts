// People who are signed in: rows as signing up and signing in write them, and the cookie that the browser then has. And
// what they send to /api/auth, and the mails that come of it.

import { createHmac } from "node:crypto";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { hashPassword } from "../../../../src/auth/people/passwords.ts";
import { accounts, invitations, members, outbox, sessions, users } from "../../../../src/db/schema/people.ts";
import type { InvitationId, MemberId, OrganizationId, UserId } from "../../../../src/domain/ids.ts";
import type { Role } from "../../../../src/domain/people/policy.ts";
import { db, HOUR } from "../fixture.ts";
import { ask, type Asked, SESSION } from "../http.ts";

export type Person = { readonly id: UserId; readonly email: string };
/** `token`: what `ask` takes in the place of a key. */
export type SignedIn = Person & { readonly token: string; readonly sessionToken: string; readonly sessionId: string };
export type SignedInMember = SignedIn & { readonly memberId: MemberId; readonly organizationId: OrganizationId };

let people = 0;

/** An account; one without a password cannot sign in, and is quick to make. */
export async function person({ email, password }: { email?: string; password?: string } = {}): Promise<Person> {
  const id = newId("usr");
  const at = new Date();
  const address = email ?? `person${++people}-${id.slice(4, 12)}@example.com`;
  const stamps = { created_at: at, updated_at: at };
  await db.insert(users).values({ id, name: "A Person", email: address, email_verified: true, ...stamps });
  if (password !== undefined) {
    const credential = { account_id: id, provider_id: "credential", password: await hashPassword(password) };
    await db.insert(accounts).values({ id: crypto.randomUUID(), user_id: id, ...credential, ...stamps });
  }
  return { id, email: address };
}

/** A session of this person, as a sign-in makes it. */
export async function sessionOf(who: Person, expiresAt: Date = new Date(Date.now() + 24 * HOUR)): Promise<SignedIn> {
  const [sessionToken, sessionId] = [crypto.randomUUID(), crypto.randomUUID()];
  const at = new Date(Date.now());
  await db.insert(sessions).values({
    id: sessionId,
    user_id: who.id,
    token: sessionToken,
    expires_at: expiresAt,
    created_at: at,
    updated_at: at,
  });
  return { ...who, sessionToken, sessionId, token: SESSION + cookieFor(sessionToken) };
}

export const PASSWORD = "correct horse battery";

export const post = (path: string, json: object, asked: Asked = {}): Promise<Response> =>
  ask("POST", `/api/auth/${path}`, { json, ...asked });

export const signIn = (email: string, password = PASSWORD, asked: Asked = {}): Promise<Response> =>
  post("sign-in/email", { email, password }, asked);

export const setPassword = (token: string, newPassword = PASSWORD): Promise<Response> =>
  post("reset-password", { token, newPassword });

/** Oldest first. `token`: of the link that sets a password; null where the mail has none. */
export async function mailsTo(email: string) {
  const rows = await db.select().from(outbox).where(eq(outbox.recipient, email)).orderBy(outbox.id);
  return rows.map(({ subject, body }) => ({ subject, token: /#reset=(\S+)/.exec(body)?.[1] ?? null }));
}

/** The token of the newest link, once so many have come to this address. */
export async function linkAfter(links: number, email: string): Promise<string> {
  const tokens = async () => (await mailsTo(email)).flatMap(({ token }) => token ?? []);
  await expect.poll(async () => (await tokens()).length).toBe(links);
  return (await tokens()).at(-1) ?? "none";
}

/** The session's cookie that a response sets, as `ask` takes it. */
export function sessionIn(answer: Response): string {
  const cookies = answer.headers.getSetCookie().map((each) => each.split(";")[0] ?? "");
  return SESSION + (cookies.find((each) => each.includes("session_token=") && !each.endsWith("=")) ?? "none");
}

/** The cookie of a session, signed as better-auth signs it. */
export function cookieFor(sessionToken: string, secret: string = env.ACCOUNTS_SECRET): string {
  const signature = createHmac("sha256", secret).update(sessionToken).digest("base64");
  return `__Host-voelgoed.session_token=${encodeURIComponent(`${sessionToken}.${signature}`)}`;
}

export async function join(organizationId: OrganizationId, { id }: Person, role: Role): Promise<MemberId> {
  const memberId = newId("mem");
  const at = Date.now();
  const stamps = { created_at: at, updated_at: at };
  await db.insert(members).values({ id: memberId, organization_id: organizationId, user_id: id, role, ...stamps });
  return memberId;
}

/** A member of the organisation who is signed in, and has chosen it. */
export async function signedInAs(organizationId: OrganizationId, role: Role): Promise<SignedInMember> {
  const who = await person();
  const [memberId, signedIn] = await Promise.all([join(organizationId, who, role), sessionOf(who)]);
  const chosen = { active_organization_id: organizationId };
  await db.update(sessions).set(chosen).where(eq(sessions.id, signedIn.sessionId));
  return { ...signedIn, memberId, organizationId };
}

/** An open invitation, as a member of the organisation makes it. */
export async function invitationOf(
  { organizationId, id: inviterId }: Pick<SignedInMember, "organizationId" | "id">,
  email: string,
  role: Role = "staff",
  expiresAt: number = Date.now() + HOUR,
): Promise<InvitationId> {
  const id = newId("inv");
  const row = { organization_id: organizationId, email, role, inviter_id: inviterId };
  await db.insert(invitations).values({ id, ...row, expires_at: expiresAt, created_at: Date.now() });
  return id;
}
