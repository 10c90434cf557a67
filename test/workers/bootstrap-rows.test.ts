// The statements of `bootstrap --email`, on D1: a first owner who sets a password once, or one who has an account.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { newId } from "../../src/app/context.ts";
import { literal, type Statement } from "../../src/cli/database.ts";
import { organization } from "../../src/cli/organization-rows.ts";
import { firstOwner, isAccount } from "../../src/cli/people-rows.ts";
import { members } from "../../src/db/schema-people.ts";
import { db, HOUR } from "./fixture.ts";
import { ask, bodyOf } from "./http.ts";
import { person } from "./people.ts";

const run = (statements: readonly Statement[]) => env.DB.batch(statements.map((each) => env.DB.prepare(literal(each))));
const reset = (token: string) =>
  ask("POST", "/api/auth/reset-password", { json: { token, newPassword: "a long and private phrase" } });

async function found(email: string, now: number) {
  const org = newId("org");
  const owner = firstOwner(email, org, now);
  await run([...organization({ id: org, slug: org }, "Noord", now), ...owner.statements]);
  const [known] = await run([isAccount(owner.userId)]);
  return { ...owner, org, isNew: known?.results.length === 1 };
}

it("[P1] a first owner sets a password by the link once, within 24 h, and is the owner", async () => {
  const { token, isNew, org } = await found("first@example.com", Date.now());
  expect(isNew).toBe(true);
  expect(await db.select({ role: members.role }).from(members).where(eq(members.organization_id, org))).toEqual([
    { role: "owner" },
  ]);
  expect((await Promise.all([reset(token), reset(token)])).map(({ status }) => status).sort()).toEqual([200, 400]);
  const late = await found("late@example.com", Date.now() - 24 * HOUR - 1);
  expect((await bodyOf(await reset(late.token)))["code"]).toBe("INVALID_TOKEN");
});

it("[P1] an owner who has an account keeps it: no link sets its password", async () => {
  const who = await person({ password: "the password that stays" });
  const { token, isNew, org } = await found(who.email, Date.now());
  expect(isNew).toBe(false);
  expect(await db.select({ id: members.user_id }).from(members).where(eq(members.organization_id, org))).toEqual([
    { id: who.id },
  ]);
  expect((await reset(token)).status).toBe(400);
  const json = { email: who.email, password: "the password that stays" };
  expect((await ask("POST", "/api/auth/sign-in/email", { json })).status).toBe(200);
});
