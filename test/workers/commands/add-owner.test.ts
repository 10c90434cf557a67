// The statements of `organizations -- add-owner` and `organizations -- list`, on D1: an owner for an organisation that was
// made without one.

import { env } from "cloudflare:workers";
import { and, eq, like } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { literal, type Statement } from "../../../src/cli/d1/database.ts";
import { LIST_ORGANIZATIONS, listedFrom } from "../../../src/cli/rows/organization-list.ts";
import { organization } from "../../../src/cli/rows/organization-rows.ts";
import { makeOwner, readOwner } from "../../../src/cli/rows/people-rows.ts";
import { accounts, invitations, members, sessions, users, verifications } from "../../../src/db/schema/people.ts";
import { auditLog } from "../../../src/db/schema/catalogue.ts";
import type { OrganizationId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { db } from "../support/fixture.ts";
import { ask, bodyOf } from "../support/http.ts";
import { person, post, sessionIn, sessionOf, setPassword, signIn } from "../support/auth/people.ts";

const THEIRS = "what the stranger knows";
const OWN = "what the owner alone knows";

const run = (statements: readonly Statement[]) =>
  env.DB.batch<Record<string, unknown>>(statements.map((each) => env.DB.prepare(literal(each))));

/** As the command does it: one batch of plain SQL, then what it reads. */
async function addOwner(email: string, slug: string) {
  const { token, auditId, statements } = makeOwner(email, slug, Date.now());
  await run(statements);
  const [read] = await run([readOwner(email, slug, auditId)]);
  return { token, outcome: read?.results[0] };
}

async function ownerless(): Promise<OrganizationId> {
  const org = newId("org");
  await run(organization({ id: org, slug: org }, "Noord", Date.now()));
  return org;
}

const membersOf = (org: OrganizationId) => db.select().from(members).where(eq(members.organization_id, org));
const auditOf = (org: OrganizationId) =>
  db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.organization_id, org), like(auditLog.action, "member.%")));

async function allRows() {
  const tables = [users, accounts, sessions, verifications, members, invitations, auditLog];
  return Promise.all(tables.map((table) => db.select().from(table)));
}

describe("adding an owner to an organisation that has none", () => {
  it("[P1] [P4] [T6] a new address sets its password by the link and is the owner, with one audit row", async () => {
    const org = await ownerless();
    const { token, outcome } = await addOwner("later@festival.example", org);
    expect(outcome).toEqual({ id: org, name: "Noord", confirmed: 0, done: "member.create" });
    const [member] = await membersOf(org);
    expect(await auditOf(org)).toMatchObject([
      {
        ...{ action: "member.create", resource_kind: "member", resource_id: must(member, "it was written").id },
        ...{ actor_kind: "system", changes: JSON.stringify({ email: "later@festival.example", role: "owner" }) },
      },
    ]);
    expect((await setPassword(token, OWN)).status).toBe(200);
    const session = sessionIn(await signIn("later@festival.example", OWN));
    const me = { role: "owner", organization: { id: org } };
    expect(await bodyOf(await ask("GET", "/v1/me", { token: session }))).toMatchObject(me);
  });

  it("[P4] a stranger who signed up with the address gets nothing: the old password and session are gone", async () => {
    const org = await ownerless();
    const who = await person({ password: THEIRS });
    await db.update(users).set({ email_verified: false }).where(eq(users.id, who.id));
    const session = await sessionOf(who);
    const { token, outcome } = await addOwner(who.email, org);
    expect(outcome).toMatchObject({ confirmed: 0, done: "member.create" });
    expect((await signIn(who.email, THEIRS)).status).toBe(401);
    expect((await ask("GET", "/v1/me", { token: session.token })).status).toBe(401);
    expect((await setPassword(token, OWN)).status).toBe(200);
    expect((await signIn(who.email, OWN)).status).toBe(200);
  });

  it("[P4] a confirmed account keeps password and sessions, and no link of the command sets its password", async () => {
    const org = await ownerless();
    const who = await person({ password: OWN });
    const session = await sessionOf(who);
    const { token, outcome } = await addOwner(who.email, org);
    expect(outcome).toMatchObject({ confirmed: 1, done: "member.create" });
    expect((await setPassword(token, THEIRS)).status).toBe(400);
    expect(await bodyOf(await ask("GET", "/v1/me", { token: session.token }))).toMatchObject({ role: "owner" });
  });
});

describe("adding an owner once more", () => {
  it("[T7] leaves one membership and one audit row; an owner without a password gets a new link", async () => {
    const org = await ownerless();
    const first = await addOwner("twice@festival.example", org);
    const second = await addOwner("twice@festival.example", org);
    expect(second.outcome).toMatchObject({ confirmed: 0, done: null });
    expect(await membersOf(org)).toMatchObject([{ role: "owner", version: 1 }]);
    expect(await auditOf(org)).toHaveLength(1);
    expect((await setPassword(first.token, THEIRS)).status).toBe(400);
    expect((await setPassword(second.token, OWN)).status).toBe(200);
    const third = await addOwner("twice@festival.example", org);
    expect(third.outcome).toMatchObject({ confirmed: 1, done: null });
    expect((await signIn("twice@festival.example", OWN)).status).toBe(200);
  });

  it("[T6] gives a member of another role that of an owner, audited as a change of the membership", async () => {
    const org = await ownerless();
    const who = await person({ password: OWN });
    const memberId = newId("mem");
    const stamps = { created_at: 1, updated_at: 1 };
    await db.insert(members).values({ id: memberId, organization_id: org, user_id: who.id, role: "staff", ...stamps });
    const { outcome } = await addOwner(who.email, org);
    expect(outcome).toMatchObject({ confirmed: 1, done: "member.change" });
    expect(await membersOf(org)).toMatchObject([{ id: memberId, role: "owner", version: 2 }]);
    expect(await auditOf(org)).toMatchObject([{ action: "member.change", resource_id: memberId }]);
  });
});

it("[T7] adding an owner to a missing organisation changes nothing, not even an account", async () => {
  const who = await person({ password: THEIRS });
  await db.update(users).set({ email_verified: false }).where(eq(users.id, who.id));
  await post("request-password-reset", { email: who.email });
  const before = await allRows();
  for (const email of [who.email, "nobody@festival.example"])
    expect((await addOwner(email, "no-such-organisation")).outcome).toBeUndefined();
  expect(await allRows()).toEqual(before);
});

it("uses up the invitation that was open for the new owner, and no other", async () => {
  const org = await ownerless();
  const inviter = await person({ password: OWN });
  await addOwner(inviter.email, org);
  const open = {
    organization_id: org,
    role: "staff",
    inviter_id: inviter.id,
    expires_at: 9e12,
    created_at: 1,
  } as const;
  for (const email of ["invited@festival.example", "other@festival.example"])
    await db.insert(invitations).values({ id: newId("inv"), email, ...open });
  await addOwner("invited@festival.example", org);
  const left = await db.select().from(invitations).where(eq(invitations.organization_id, org));
  expect(left).toMatchObject([{ email: "other@festival.example" }]);
});

it("lists organisations with their owners, and says who has no password yet", async () => {
  const org = await ownerless();
  const who = await person({ password: OWN });
  const listed = async () => {
    const [read] = await run([LIST_ORGANIZATIONS]);
    return listedFrom(read?.results ?? []).find(({ id }) => id === org);
  };
  expect(await listed()).toMatchObject({ slug: org, name: "Noord", status: "active", owners: [] });
  await addOwner(who.email, org);
  await addOwner("fresh@festival.example", org);
  expect((await listed())?.owners).toEqual([
    { email: who.email, has_password: true },
    { email: "fresh@festival.example", has_password: false },
  ]);
});
