// The links that set a password: sent to the mailbox alone, good once, one at a time, for an hour; and what becomes of
// passwords that were chosen before the mailbox was proven.
// @module-tag slow

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { accounts, sessions, users, verifications } from "../../../../src/db/schema/people.ts";
import { PASSWORD_LINK_MS } from "../../../../src/domain/limits.ts";
import { must } from "../../../../src/domain/result.ts";
import { openTenant } from "../../support/catalogue.ts";
import { db } from "../../support/fixture.ts";
import { ask, bodyOf, refusalOf } from "../../support/http.ts";
import {
  invitationOf,
  join,
  linkAfter,
  mailsTo,
  PASSWORD,
  person,
  post,
  sessionIn,
  sessionOf,
  setPassword,
  signedInAs,
  signIn,
} from "../../support/auth/people.ts";

const signUp = (email: string, name = "New") => post("sign-up/email", { name, email });
const requestLink = (email: string) => post("request-password-reset", { email });
const sessionNow = async (token: string) => (await ask("GET", "/api/auth/get-session", { token })).json();
const rowOf = async (email: string) => {
  const [user] = await db.select().from(users).where(eq(users.email, email));
  return must(user, "the account is there");
};
const passwordsOf = async (email: string) =>
  db
    .select()
    .from(accounts)
    .where(eq(accounts.user_id, (await rowOf(email)).id));
const codeOf = async (answer: Response) => `${answer.status} ${String((await bodyOf(answer))["code"])}`;

describe("an account", () => {
  it("[P4] has no password until the mail's link sets it, confirms the address, and lets it sign in", async () => {
    const email = "new@example.com";
    const made = await signUp("New@Example.com");
    expect([made.status, await bodyOf(made), made.headers.getSetCookie()]).toEqual([200, { status: true }, []]);
    expect(await passwordsOf(email)).toEqual([]);
    expect((await rowOf(email)).email_verified).toBe(false);
    for (const guess of [PASSWORD, ""])
      expect(await codeOf(await signIn(email, guess)), "as a wrong password").toBe("401 INVALID_EMAIL_OR_PASSWORD");
    const token = await linkAfter(1, email);
    expect((await mailsTo(email))[0]?.subject).toBe("Confirm your e-mail address");
    expect((await setPassword(token)).status).toBe(200);
    expect((await rowOf(email)).email_verified).toBe(true);
    const signedIn = await signIn(email);
    expect(signedIn.status).toBe(200);
    const session = sessionIn(signedIn);
    expect(await sessionNow(session)).toMatchObject({ user: { email, name: "New", emailVerified: true } });
    expect((await post("sign-out", {}, { token: session })).status).toBe(200);
    expect(await sessionNow(session)).toBeNull();
  });

  it("[P4] that signs up again before that takes the later name and link; once confirmed it keeps its own", async () => {
    const email = "twice@example.com";
    await signUp(email, "A stranger");
    const first = await linkAfter(1, email);
    await signUp(email, "Its owner");
    const second = await linkAfter(2, email);
    expect(await codeOf(await setPassword(first))).toBe("400 INVALID_TOKEN");
    expect((await setPassword(second)).status).toBe(200);
    await signUp(email, "A stranger");
    await expect
      .poll(async () => (await mailsTo(email)).at(-1))
      .toEqual({
        subject: "You have an account already",
        token: null,
      });
    expect((await rowOf(email)).name).toBe("Its owner");
    expect((await signIn(email)).status).toBe(200);
  });

  it("[P4] is made by an invited person, who sets the password by the mail and then accepts", async () => {
    const owner = await signedInAs((await openTenant()).organizationId, "owner");
    const email = "invited@example.com";
    const invitation = await invitationOf(owner, email, "admin");
    await signUp(email);
    expect((await setPassword(await linkAfter(1, email))).status).toBe(200);
    const token = sessionIn(await signIn(email));
    const accepted = await post("accept-invitation", { invitation_id: invitation }, { token });
    expect([accepted.status, (await bodyOf(accepted))["role"]]).toEqual([201, "admin"]);
    expect((await ask("GET", "/v1/members", { token })).status).toBe(200);
  });
});

describe("a link", () => {
  it("[P4] [T5] sets the password once, also of ten at once, and ends every session", async () => {
    const who = await person({ password: "the password before" });
    await join((await openTenant()).organizationId, who, "owner");
    const stolen = await sessionOf(who);
    expect((await ask("GET", "/v1/me", { token: stolen.token })).status).toBe(200);
    await requestLink(who.email);
    const token = await linkAfter(1, who.email);
    const weak = await setPassword(token, "too short");
    expect(await bodyOf(weak)).toMatchObject({ status: 400, errors: [{ path: "/newPassword" }] });
    const words = Array.from({ length: 10 }, (_, i) => `${PASSWORD} ${i}`);
    const tries = await Promise.all(words.map((each) => setPassword(token, each)));
    const winners = words.filter((_, i) => tries[i]?.status === 200);
    expect(tries.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 400)]);
    expect(await refusalOf(ask("GET", "/v1/me", { token: stolen.token }))).toBe("401 unauthenticated");
    expect(await sessionNow(stolen.token)).toBeNull();
    expect((await signIn(who.email, "the password before")).status).toBe(401);
    expect((await signIn(who.email, winners[0])).status).toBe(200);
    expect(await passwordsOf(who.email)).toHaveLength(1);
  });

  it("[P4] is good to its last millisecond, and for no millisecond more", async () => {
    const at = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(at);
    const [last, over] = ["last@example.com", "over@example.com"];
    for (const email of [last, over]) await signUp(email);
    const [inTime, late] = [await linkAfter(1, last), await linkAfter(1, over)];
    clock.mockReturnValue(at + PASSWORD_LINK_MS);
    expect(await codeOf(await setPassword(late))).toBe("400 INVALID_TOKEN");
    expect((await rowOf(over)).email_verified).toBe(false);
    clock.mockReturnValue(at + PASSWORD_LINK_MS - 1);
    expect((await setPassword(inTime)).status).toBe(200);
  });

  it("[P4] ends when a later one is requested, when the password is set by it, and when it changes", async () => {
    const who = await person({ password: PASSWORD });
    await requestLink(who.email);
    const replaced = await linkAfter(1, who.email);
    await requestLink(who.email);
    const used = await linkAfter(2, who.email);
    expect(await codeOf(await setPassword(replaced))).toBe("400 INVALID_TOKEN");
    expect((await setPassword(used, "another long password")).status).toBe(200);
    expect(await codeOf(await setPassword(used))).toBe("400 INVALID_TOKEN");

    await requestLink(who.email);
    const outstanding = await linkAfter(3, who.email);
    const token = sessionIn(await signIn(who.email, "another long password"));
    const change = { currentPassword: "another long password", newPassword: "a wholly new password" };
    expect((await post("change-password", change, { token })).status).toBe(200);
    expect(await codeOf(await setPassword(outstanding, "of whoever kept the mail"))).toBe("400 INVALID_TOKEN");
    expect((await signIn(who.email, "a wholly new password")).status).toBe(200);
  });

  it("[P4] is one for each person, also if five are requested at once, and none without an account", async () => {
    const who = await person({ password: PASSWORD });
    const answers = await Promise.all(Array.from({ length: 5 }, () => requestLink(who.email)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 200));
    const rows = () => db.select().from(verifications).where(eq(verifications.value, who.id));
    await linkAfter(5, who.email);
    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    const tokens = (await mailsTo(who.email)).map(({ token }) => token ?? "none");
    expect(JSON.stringify(row), "known by its hash alone").not.toMatch(new RegExp(tokens.join("|")));
    const set = await Promise.all(tokens.map((token) => setPassword(token, "another long password")));
    expect(set.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await requestLink("nobody-at-all@example.com")).status).toBe(200);
    expect(await mailsTo("nobody-at-all@example.com")).toEqual([]);
  });
});

describe("a password that was chosen at sign-up, before the mailbox was proven", () => {
  /** As the version before wrote it. */
  async function chosenEarly({ confirmed }: { confirmed: boolean }) {
    const who = await person({ password: PASSWORD });
    await db.update(users).set({ email_verified: confirmed }).where(eq(users.id, who.id));
    return who;
  }

  it("[P4] does not sign in, and the link replaces it", async () => {
    const { email } = await chosenEarly({ confirmed: false });
    expect((await signIn(email)).status).toBe(403);
    await requestLink(email);
    expect((await setPassword(await linkAfter(1, email), "of whoever has the mailbox")).status).toBe(200);
    expect((await signIn(email)).status).toBe(401);
    expect((await signIn(email, "of whoever has the mailbox")).status).toBe(200);
  });

  it("[P4] is deleted by the migration, with its sessions, unless it is a confirmed member's", async () => {
    const { organizationId } = await openTenant();
    const [unconfirmed, clicked, member] = [
      await chosenEarly({ confirmed: false }),
      await chosenEarly({ confirmed: true }),
      await chosenEarly({ confirmed: true }),
    ];
    await join(organizationId, member, "owner");
    const invited = await person();
    await join(organizationId, invited, "owner");
    const theirs = [await sessionOf(unconfirmed), await sessionOf(clicked), await sessionOf(member)];
    const migration = env.TEST_MIGRATIONS.find(({ name }) => name === "0005_unproven_passwords.sql");
    for (const query of must(migration, "it is there").queries) await env.DB.prepare(query).run();
    const left = async (email: string) => [(await rowOf(email)).email_verified, (await passwordsOf(email)).length];
    expect(await left(unconfirmed.email)).toEqual([false, 0]);
    expect(await left(clicked.email)).toEqual([false, 0]);
    expect(await left(invited.email), "a first owner who has not set it yet").toEqual([false, 0]);
    expect(await left(member.email)).toEqual([true, 1]);
    const open = await Promise.all(
      theirs.map(async ({ id }) => (await db.select().from(sessions).where(eq(sessions.user_id, id))).length),
    );
    expect(open).toEqual([0, 0, 1]);
    expect((await signIn(member.email)).status).toBe(200);
  });
});
