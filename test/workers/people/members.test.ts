// Members: who may change whom, the owner that always stays, and how soon a role that is taken away is refused.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sweepPeople } from "../../../src/app/jobs/sweep-people.ts";
import { CREDENTIAL_CACHE_MS } from "../../../src/auth/credential-cache.ts";
import { readOpenSessions } from "../../../src/db/members/membership.ts";
import { apiKeys } from "../../../src/db/schema/credentials.ts";
import { members, sessions } from "../../../src/db/schema/people.ts";
import { memberOf, type Role } from "../../../src/domain/people/policy.ts";
import { auditOf, cronAt, openTenant, published, type Tenant } from "../support/catalogue.ts";
import { db, HOUR } from "../support/fixture.ts";
import { ask, bodyOf, hold, idOf, ISO, refusalOf } from "../support/http.ts";
import { sessionOf, type SignedInMember, signedInAs } from "../support/auth/people.ts";

let tenant: Tenant;
let owner: SignedInMember;
beforeEach(async () => {
  tenant = await openTenant();
  owner = await signedInAs(tenant.organizationId, "owner");
});

const path = ({ memberId }: Pick<SignedInMember, "memberId">) => `/v1/members/${memberId}`;
const give = (by: SignedInMember, whom: SignedInMember, role: string, tag = '"1"') =>
  ask("PATCH", path(whom), { token: by.token, json: { role }, headers: { "If-Match": tag } });
const remove = (by: SignedInMember, whom: SignedInMember) => ask("DELETE", path(whom), { token: by.token });
const rolesNow = async () => {
  const rows = await db.select().from(members).where(eq(members.organization_id, tenant.organizationId));
  return rows.map(({ role }) => role).sort();
};

describe("an owner", () => {
  it("[P1] is the one who stays when 50 owners step down at once", async () => {
    const owners = [
      owner,
      ...(await Promise.all(Array.from({ length: 49 }, () => signedInAs(tenant.organizationId, "owner")))),
    ];
    const answers = await Promise.all(owners.map((each) => give(each, each, "staff")));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(49);
    expect(statuses.filter((status) => status === 409)).toHaveLength(1);
    expect((await rolesNow()).filter((role) => role === "owner")).toHaveLength(1);
  });

  it("[P1] is not demoted by an owner who is being demoted: of two who try it 50 times at once, one stays", async () => {
    const other = await signedInAs(tenant.organizationId, "owner");
    const tries = Array.from({ length: 50 }, (_, i) =>
      i % 2 ? give(owner, other, "staff") : give(other, owner, "staff"),
    );
    const answers = await Promise.all(tries);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await rolesNow()).toEqual(["owner", "staff"]);
    const rows = [...(await auditOf(tenant, owner.memberId)), ...(await auditOf(tenant, other.memberId))];
    expect(rows).toMatchObject([{ action: "member.change", changes: { role: "staff" }, actor_kind: "user" }]);
  });

  it("[P1] [T7] that is the last is neither demoted nor removed, and nothing is written", async () => {
    await signedInAs(tenant.organizationId, "admin");
    expect(await refusalOf(give(owner, owner, "admin"))).toBe("409 last_owner");
    expect(await refusalOf(remove(owner, owner))).toBe("409 last_owner");
    expect(await rolesNow()).toEqual(["admin", "owner"]);
    expect(await auditOf(tenant, owner.memberId)).toEqual([]);
  });

  it("[P1] may go once there is another: of two who leave at once, one stays", async () => {
    const other = await signedInAs(tenant.organizationId, "owner");
    const answers = await Promise.all([remove(owner, owner), remove(other, other)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await rolesNow()).toEqual(["owner"]);
  });
});

describe("an admin", () => {
  it("[P1] changes and removes everybody but owners, and makes none", async () => {
    const admin = await signedInAs(tenant.organizationId, "admin");
    const staff = await signedInAs(tenant.organizationId, "staff");
    expect(await refusalOf(give(admin, owner, "staff"))).toBe("403 forbidden");
    expect(await refusalOf(remove(admin, owner))).toBe("403 forbidden");
    expect(await refusalOf(give(admin, staff, "owner"))).toBe("403 forbidden");
    expect((await give(admin, staff, "admin")).status).toBe(200);
    expect((await remove(admin, staff)).status).toBe(200);
    expect(await rolesNow()).toEqual(["admin", "owner"]);
  });
});

describe("a member", () => {
  it("[T6] is listed and read with name, e-mail, role and version, and changed as it was read", async () => {
    const staff = await signedInAs(tenant.organizationId, "staff");
    const read = await ask("GET", path(staff), { token: owner.token });
    const body = await bodyOf(read);
    expect(body).toEqual({
      id: staff.memberId,
      organization_id: tenant.organizationId,
      user_id: staff.id,
      name: "A Person",
      email: staff.email,
      role: "staff",
      created_at: expect.stringMatching(ISO),
      updated_at: expect.stringMatching(ISO),
      version: 1,
    });
    const list = await bodyOf(await ask("GET", "/v1/members", { token: owner.token }));
    expect(list["data"]).toContainEqual(body);
    for (const stale of ['"2"', "*", 'W/"2"'])
      expect(await refusalOf(give(owner, staff, "viewer", stale))).toBe("412 version_conflict");
    const unsaid = ask("PATCH", path(staff), { token: owner.token, json: { role: "viewer" } });
    expect(await refusalOf(unsaid)).toBe("428 precondition_required");
    const changed = await give(owner, staff, "viewer");
    expect([changed.headers.get("ETag"), (await bodyOf(changed))["role"]]).toEqual(['"2"', "viewer"]);
    expect(await bodyOf(await remove(owner, staff))).toEqual({ api_keys: [], devices: [], crew_codes: [] });
    const rows = await auditOf(tenant, staff.memberId);
    expect(rows.map(({ action, actor_id }) => `${action} ${actor_id}`).sort()).toEqual([
      `member.change ${owner.id}`,
      `member.remove ${owner.id}`,
    ]);
  });

  it("[T7] keeps the role when the audit row cannot be written", async () => {
    const staff = await signedInAs(tenant.organizationId, "staff");
    await env.DB.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'full'); END");
    vi.spyOn(console, "error").mockImplementation(() => {});
    const answers = [await give(owner, staff, "viewer"), await remove(owner, staff)];
    await env.DB.exec("DROP TRIGGER no_audit");
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
    expect(await rolesNow()).toEqual(["owner", "staff"]);
  });

  it("[T5] whose role is taken away elsewhere is remembered for less than 5 s, and refused from then on", async () => {
    const staff = await signedInAs(tenant.organizationId, "staff");
    const begun = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(begun);
    const me = () => ask("GET", "/v1/me", { token: staff.token });
    expect((await me()).status).toBe(200);
    await db.delete(members).where(eq(members.id, staff.memberId));
    clock.mockReturnValue(begun + CREDENTIAL_CACHE_MS - 1);
    expect((await me()).status).toBe(200);
    clock.mockReturnValue(begun + CREDENTIAL_CACHE_MS);
    expect(await refusalOf(me())).toBe("403 forbidden");
  });

  it("[T5] whose role is changed by a request here has the new one at once", async () => {
    const staff = await signedInAs(tenant.organizationId, "staff");
    const me = async () => (await bodyOf(await ask("GET", "/v1/me", { token: staff.token })))["role"];
    expect(await me()).toBe("staff");
    expect((await give(owner, staff, "viewer")).status).toBe(200);
    expect(await me()).toBe("viewer");
  });

  it.each<[string, (by: SignedInMember, whom: SignedInMember) => Promise<Response>]>([
    ["take the role back", (by) => give(by, by, "owner", '"2"')],
    ["give it to another", (by, whom) => give(by, whom, "owner")],
    ["remove another", remove],
    ["invite another", (by) => invite(by, "friend@example.com")],
    [
      "make a key",
      (by) => ask("POST", "/v1/api-keys", { token: by.token, json: { name: "K", permissions: ["view_orders"] } }),
    ],
  ])("[P1] [P2] whose role was taken away a moment ago, and is still remembered, cannot %s", async (_, act) => {
    const [former, staff] = [
      await signedInAs(tenant.organizationId, "owner"),
      await signedInAs(tenant.organizationId, "staff"),
    ];
    expect((await ask("GET", "/v1/me", { token: former.token })).status).toBe(200);
    await db.update(members).set({ role: "viewer", version: 2 }).where(eq(members.id, former.memberId));
    expect((await bodyOf(await ask("GET", "/v1/me", { token: former.token })))["role"]).toBe("owner");
    expect(await refusalOf(act(former, staff))).toBe("403 forbidden");
    expect(await rolesNow()).toEqual(["owner", "staff", "viewer"]);
    expect(await db.select().from(apiKeys).where(eq(apiKeys.organization_id, tenant.organizationId))).toHaveLength(1);
  });

  it("[P2] makes keys with what its role allows, and they act in its organisation", async () => {
    const admin = await signedInAs(tenant.organizationId, "admin");
    const make = (permission: string) =>
      ask("POST", "/v1/api-keys", { token: admin.token, json: { name: "Key", permissions: [permission] } });
    const made = await make("manage_devices");
    expect(made.status).toBe(201);
    const { secret } = await bodyOf(made);
    expect(await bodyOf(await ask("GET", "/v1/me", { token: String(secret) }))).toMatchObject({
      kind: "api_key",
      organization: { id: tenant.organizationId },
      permissions: ["manage_devices"],
    });
    expect((await make("view_financials")).status).toBe(201);
    // Permissions for less than an admin may do, though no admin has them by name: keys for those who only read or
    // scan.
    for (const lesser of ["view_read_only", "perform_scans", "view_limited_analytics"])
      expect((await make(lesser)).status, lesser).toBe(201);
  });
});

const invite = (by: SignedInMember, email: string, role: Role = "staff") =>
  ask("POST", "/v1/invitations", { token: by.token, json: { email, role } });

it("[H12] a door sale by a session belongs to its member, who checks out, confirms and releases it", async () => {
  const { typeId } = await published(tenant);
  const { id, token } = await signedInAs(tenant.organizationId, "staff");
  const sell = () => hold(typeId, token, { quantity: 2, source: "scanner" });
  const sold = await bodyOf(await sell());
  expect(sold).toMatchObject({ user_id: id, source: "scanner", status: "active" });
  const checkout = { token, key: "door", json: { hold_ids: [sold["id"]] } };
  const order = await bodyOf(await ask("POST", "/v1/checkouts", checkout));
  expect(order).toMatchObject({ user_id: id, status: "reserved" });
  const confirmed = ask("POST", `/v1/orders/${String(order["id"])}/confirm`, { token });
  expect(await bodyOf(await confirmed)).toMatchObject({ status: "confirmed" });
  const next = await idOf(sell());
  expect(await bodyOf(await ask("DELETE", `/v1/holds/${next}`, { token }))).toMatchObject({ status: "cancelled" });
  const viewer = await signedInAs(tenant.organizationId, "viewer");
  expect(await refusalOf(hold(typeId, viewer.token))).toBe("403 forbidden");
});

it("[T1] [T5] an open session that a feed checks acts as its person's present role in that organisation", async () => {
  const endsAt = Date.now() + HOUR;
  const staff = await signedInAs(tenant.organizationId, "staff");
  const late = await sessionOf(staff, new Date(endsAt));
  const stranger = await signedInAs((await openTenant()).organizationId, "owner");
  const asked = async (now: number) => {
    const ids = [late.sessionId, stranger.sessionId, "none"];
    const found = await readOpenSessions(db, tenant.organizationId, ids, now);
    return found.map(({ id, member, endsAt }) => [id, member, endsAt]).sort();
  };
  const outsider = [stranger.sessionId, null, expect.any(Number)];
  const acts = (member: unknown) => [[late.sessionId, member, endsAt], outsider].sort();
  const asStaff = memberOf(tenant.organizationId, staff.id, "staff", late.sessionId);
  expect(await asked(endsAt - 1)).toEqual(acts(asStaff));
  expect(await asked(endsAt)).toEqual([outsider]);
  await remove(owner, staff);
  expect(await asked(endsAt - 1)).toEqual(acts(null));
});

it("the cron deletes sessions that are over, at their very end", async () => {
  const now = Date.now();
  const over = await sessionOf(owner, new Date(now));
  const open = await sessionOf(owner, new Date(now + 1));
  await sweepPeople(cronAt(now));
  const left = (await db.select({ token: sessions.token }).from(sessions)).map(({ token }) => token);
  expect(left).toContain(open.sessionToken);
  expect(left).not.toContain(over.sessionToken);
});
