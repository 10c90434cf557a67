// What ends by itself and what is limited of people's accounts, sessions and invitations (rule P7).

import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sweepPeople } from "../../../src/app/jobs/sweep-people.ts";
import { readOpenSessions } from "../../../src/db/members/membership.ts";
import { auditLog } from "../../../src/db/schema/catalogue.ts";
import { invitations, sessions, users } from "../../../src/db/schema/people.ts";
import { SESSION_MS, UNCONFIRMED_MS } from "../../../src/domain/limits.ts";
import { cronAt, openTenant, type Tenant } from "../support/catalogue.ts";
import { db, HOUR } from "../support/fixture.ts";
import { ask, bodyOf, refusalOf, saysToWait, SESSION } from "../support/http.ts";
import {
  invitationOf,
  join,
  linkAfter,
  PASSWORD,
  person,
  post,
  sessionIn,
  sessionOf,
  setPassword,
} from "../support/auth/people.ts";
import { type SignedInMember, signedInAs, signIn } from "../support/auth/people.ts";

let tenant: Tenant;
let owner: SignedInMember;
beforeEach(async () => {
  tenant = await openTenant();
  owner = await signedInAs(tenant.organizationId, "owner");
});

describe("an account that nobody confirms", () => {
  const isThere = async (id: string) =>
    (
      await db
        .select()
        .from(users)
        .where(eq(users.id, id as never))
    ).length === 1;
  const unconfirmed = async (at: number) => {
    const who = await person();
    const stamps = { created_at: new Date(at), updated_at: new Date(at) };
    await db
      .update(users)
      .set({ email_verified: false, ...stamps })
      .where(eq(users.id, who.id));
    return who;
  };

  it("[P7] goes 7 days after its last sign-up unless its person is a member; a confirmed one never", async () => {
    const now = Date.now();
    const [over, young, member] = [
      await unconfirmed(now - UNCONFIRMED_MS),
      await unconfirmed(now - UNCONFIRMED_MS + 1),
      await unconfirmed(now - UNCONFIRMED_MS),
    ];
    await join(tenant.organizationId, member, "owner");
    const confirmed = await person();
    await db
      .update(users)
      .set({ updated_at: new Date(0) })
      .where(eq(users.id, confirmed.id));
    await sweepPeople(cronAt(now));
    const there = await Promise.all([over, young, member, confirmed].map(({ id }) => isThere(id)));
    expect(there).toEqual([false, true, true, true]);
  });

  it("[P7] makes way for another of the same address", async () => {
    const { email } = await unconfirmed(Date.now() - UNCONFIRMED_MS);
    await sweepPeople(cronAt(Date.now()));
    await post("sign-up/email", { name: "New", email });
    expect((await setPassword(await linkAfter(1, email))).status).toBe(200);
  });
});

describe("a session", () => {
  it("[P7] ends 30 days after it began, however often it was lengthened, with its sockets", async () => {
    const [now, far] = [Date.now(), new Date(Date.now() + 48 * HOUR)];
    const [over, young] = [await sessionOf(owner, far), await sessionOf(owner, far)];
    const begin = (id: string, at: number) =>
      db
        .update(sessions)
        .set({ created_at: new Date(at) })
        .where(eq(sessions.id, id));
    await begin(over.sessionId, now - SESSION_MS);
    await begin(young.sessionId, now - SESSION_MS + 1);
    vi.spyOn(Date, "now").mockReturnValue(now);
    expect((await ask("GET", "/v1/me", { token: young.token })).status).toBe(200);
    expect(await refusalOf(ask("GET", "/v1/me", { token: over.token }))).toBe("401 unauthenticated");
    const open = await readOpenSessions(db, tenant.organizationId, [over.sessionId, young.sessionId], now);
    expect(open.map(({ id, endsAt }) => [id, endsAt])).toEqual([[young.sessionId, now + 1]]);
    await sweepPeople(cronAt(now));
    const left = (await db.select({ id: sessions.id }).from(sessions)).map(({ id }) => id);
    expect([left.includes(over.sessionId), left.includes(young.sessionId)]).toEqual([false, true]);
  });

  it("[P7] ends when its browser signs in again, but not the person's others; a failed sign-in ends none", async () => {
    const who = await person({ password: PASSWORD });
    await join(tenant.organizationId, who, "staff");
    const [here, elsewhere] = [sessionIn(await signIn(who.email)), sessionIn(await signIn(who.email))];
    const headers = { Cookie: here.slice(SESSION.length), Origin: "https://tickets.example" };
    const me = async (token: string) => (await ask("GET", "/v1/me", { token })).status;
    expect((await signIn(who.email, "a wrong password", { headers })).status).toBe(401);
    expect(await me(here)).toBe(200);
    const again = await signIn(who.email, PASSWORD, { headers });
    expect([again.status, await me(sessionIn(again))]).toEqual([200, 200]);
    expect([await me(here), await me(elsewhere)]).toEqual([401, 200]);
  });
});

it("[P7] a new password is not one of those that guessing begins with, by a link or by a change", async () => {
  const who = await person({ password: PASSWORD });
  await post("request-password-reset", { email: who.email });
  const link = await linkAfter(1, who.email);
  const { token } = await sessionOf(who);
  for (const common of ["1234567890", "password-1234"]) {
    const change = { currentPassword: PASSWORD, newPassword: common };
    for (const refused of [await setPassword(link, common), await post("change-password", change, { token })])
      expect(await bodyOf(refused)).toMatchObject({ status: 400, errors: [{ path: "/newPassword" }] });
  }
  expect((await setPassword(link, "another long password")).status, "the link is still good").toBe(200);
});

describe("invitations of one organisation", () => {
  const invite = (email: string, key?: string) =>
    ask("POST", "/v1/invitations", {
      token: owner.token,
      json: { email, role: "staff" },
      ...(key === undefined ? {} : { key }),
    });

  it("[P7] are 50 open ones at most, also of ten that come at once; a repeat succeeds all the same", async () => {
    expect((await invite("repeated@example.com", "k")).status).toBe(201);
    for (let n = 0; n < 44; n++) await invitationOf(owner, `open${n}@example.com`);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => invite(`more${n}@example.com`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 201, 429, 429, 429, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused && saysToWait(refused, 3_600)).toBe(true);
    expect((await invite("repeated@example.com", "k")).headers.get("Idempotency-Replayed")).toBe("true");
    await db.delete(invitations).where(eq(invitations.email, "open1@example.com"));
    expect((await invite("in-its-place@example.com")).status).toBe(201);
  });

  it("[P7] are 100 in 24 hours at most, also of those that are withdrawn", async () => {
    const begun = Date.now();
    const row = { organization_id: tenant.organizationId, actor_kind: "user", actor_id: owner.id, changes: "{}" };
    const made = {
      ...row,
      action: "invitation.create",
      resource_kind: "invitation",
      resource_id: "x",
      request_id: "r",
    };
    for (let n = 0; n < 99; n++)
      await db
        .insert(auditLog)
        .values({ ...made, id: `aud_${tenant.organizationId}_${n}` as never, created_at: begun });
    const clock = vi.spyOn(Date, "now").mockReturnValue(begun);
    expect((await invite("hundredth@example.com")).status).toBe(201);
    expect(await refusalOf(invite("one-more@example.com"))).toBe("429 rate_limited");
    clock.mockReturnValue(begun + 24 * HOUR - 1);
    const session = await sessionOf(owner, new Date(begun + 48 * HOUR));
    const later = () =>
      ask("POST", "/v1/invitations", { token: session.token, json: { email: "one-more@example.com", role: "staff" } });
    expect(await refusalOf(later())).toBe("429 rate_limited");
    clock.mockReturnValue(begun + 24 * HOUR);
    expect((await later()).status).toBe(201);
  });
});
