// The statements of `bootstrap --email` and of `organizations -- add-owner`, on D1: an owner who sets the password
// once, or one who has set it already; and nobody who only typed the address.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { literal, type Statement } from "../../../src/cli/d1/database.ts";
import { organization } from "../../../src/cli/rows/organization-rows.ts";
import { makeOwner, readOwner } from "../../../src/cli/rows/people-rows.ts";
import { accounts, members, sessions, users } from "../../../src/db/schema/people.ts";
import { must } from "../../../src/domain/result.ts";
import { db, HOUR } from "../support/fixture.ts";
import { ask, bodyOf } from "../support/http.ts";
import { linkAfter, person, post, sessionIn, sessionOf, setPassword, signIn } from "../support/auth/people.ts";

const THEIRS = "what the stranger knows";
const OWN = "what the owner alone knows";

const run = (statements: readonly Statement[]) =>
  env.DB.batch<Record<string, unknown>>(statements.map((each) => env.DB.prepare(literal(each))));

async function bootstrap(email: string, now = Date.now()) {
  const org = newId("org");
  const { token, auditId, statements } = makeOwner(email, org, now);
  await run([...organization({ id: org, slug: org }, "Noord", now), ...statements]);
  const [known] = await run([readOwner(email, org, auditId)]);
  expect(known?.results).toMatchObject([{ id: org, done: "member.create" }]);
  return { token, org, isConfirmed: must(known?.results[0], "it was written")["confirmed"] === 1 };
}

async function ownerOf(org: Awaited<ReturnType<typeof bootstrap>>["org"]) {
  const rows = await db.select().from(members).where(eq(members.organization_id, org));
  expect(rows).toMatchObject([{ role: "owner" }]);
  return must(rows[0], "there is one").user_id;
}

/** A stranger's attempts at the address: with a password, without, and by a mail that goes to its owner. */
async function squat(email: string) {
  const made = await post("sign-up/email", { name: "V", email, password: THEIRS });
  expect(await bodyOf(made)).toMatchObject({ status: 400, errors: [{ path: "/password" }] });
  expect((await post("sign-up/email", { name: "V", email })).status).toBe(200);
  expect((await post("request-password-reset", { email })).status).toBe(200);
}

async function expectOwner(email: string, org: string) {
  expect((await signIn(email, THEIRS)).status).toBe(401);
  const token = sessionIn(await signIn(email, OWN));
  expect(await bodyOf(await ask("GET", "/v1/me", { token }))).toMatchObject({
    role: "owner",
    organization: { id: org },
  });
}

describe("an address that a stranger signed up with", () => {
  it("[P4] sign-up, bootstrap, click, sign-in: the password is set by the owner's links alone", async () => {
    const email = "bootstrap-first@festival.example";
    await squat(email);
    const mailed = await linkAfter(2, email);
    const { token, org, isConfirmed } = await bootstrap(email);
    expect(isConfirmed).toBe(false);
    expect((await setPassword(mailed, OWN)).status, "the link of before is replaced").toBe(400);
    expect((await signIn(email, THEIRS)).status).toBe(401);
    expect((await setPassword(token, OWN)).status).toBe(200);
    await expectOwner(email, org);
  });

  it("[P4] sign-up, bootstrap, another mail, click, sign-in: the mail's link replaces the printed one", async () => {
    const email = "mailed-later@festival.example";
    await squat(email);
    const { token, org } = await bootstrap(email);
    await squat(email);
    expect((await setPassword(await linkAfter(4, email), OWN)).status).toBe(200);
    expect((await setPassword(token, THEIRS)).status).toBe(400);
    await expectOwner(email, org);
  });

  it("[P4] sign-up, click, bootstrap, sign-in: the person who clicked has set the password", async () => {
    const email = "click-first@festival.example";
    await squat(email);
    expect((await setPassword(await linkAfter(2, email), OWN)).status).toBe(200);
    const { token, org, isConfirmed } = await bootstrap(email);
    expect(isConfirmed).toBe(true);
    expect((await setPassword(token, THEIRS)).status).toBe(400);
    await expectOwner(email, org);
  });

  it("[P4] loses the password and the session that an earlier version let them have", async () => {
    const who = await person({ password: THEIRS });
    await db.update(users).set({ email_verified: false }).where(eq(users.id, who.id));
    const session = await sessionOf(who);
    const { token, org, isConfirmed } = await bootstrap(who.email);
    expect([isConfirmed, await ownerOf(org)]).toEqual([false, who.id]);
    expect((await signIn(who.email, THEIRS)).status).toBe(401);
    expect((await ask("GET", "/v1/me", { token: session.token })).status).toBe(401);
    for (const table of [accounts, sessions])
      expect(await db.select().from(table).where(eq(table.user_id, who.id))).toEqual([]);
    expect((await setPassword(token, OWN)).status).toBe(200);
    await expectOwner(who.email, org);
  });
});

it("[P1] [P4] a first owner sets a password by the link once, within 24 h, and is the owner", async () => {
  const now = Date.now();
  const { token, isConfirmed, org } = await bootstrap("first@example.com", now - 24 * HOUR + 60_000);
  expect(isConfirmed).toBe(false);
  await ownerOf(org);
  const tries = await Promise.all([setPassword(token, OWN), setPassword(token, OWN)]);
  expect(tries.map(({ status }) => status).sort()).toEqual([200, 400]);
  await expectOwner("first@example.com", org);
  const late = await bootstrap("late@example.com", now - 24 * HOUR);
  expect((await bodyOf(await setPassword(late.token, OWN)))["code"]).toBe("INVALID_TOKEN");
});

it("[P1] [P4] an owner with a confirmed account keeps it: no link sets its password, no session ends", async () => {
  const who = await person({ password: OWN });
  const session = await sessionOf(who);
  const { token, isConfirmed, org } = await bootstrap(who.email);
  expect([isConfirmed, await ownerOf(org)]).toEqual([true, who.id]);
  expect((await setPassword(token, THEIRS)).status).toBe(400);
  expect((await ask("GET", "/v1/me", { token: session.token })).status).toBe(200);
  await expectOwner(who.email, org);
});
