// API keys and devices as they are managed, and what a revoked one can still do.

import { beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { CREDENTIAL_CACHE_MS } from "../../../src/auth/credential-cache.ts";
import { apiKeys, devices } from "../../../src/db/schema/credentials.ts";
import { eq } from "drizzle-orm";
import { memberOf, type Role } from "../../../src/domain/people/policy.ts";
import { auditOf, created, gateBody, newVenue, openTenant, suspend, type Tenant } from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import { ask, type Asked, bodyOf, ISO, refusalOf } from "../support/http.ts";
import { askAs, type Member, member } from "../support/auth/members.ts";
import { signedInAs } from "../support/auth/people.ts";

let tenant: Tenant;
let owner: Member;
let gateId: string;
beforeAll(async () => {
  tenant = await openTenant();
  owner = await joined("owner");
  gateId = await created(`/v1/venues/${await newVenue(tenant)}/gates`, tenant.token, gateBody());
});

/** A member who is one in D1 too, with a session: making a key reads it again there. */
async function joined(role: Role, { organizationId }: Tenant = tenant): Promise<Member> {
  const { id, sessionId } = await signedInAs(organizationId, role);
  return memberOf(organizationId, id, role, sessionId);
}

const KEY = { name: "Box office", permissions: ["view_orders"] };
/** Both are made, listed and revoked alike; keys by members, devices also by keys. */
const KINDS = [
  {
    kind: "api_key",
    path: "/v1/api-keys",
    secret: /^vgk_[\w-]{43}$/,
    body: () => KEY,
    table: () => db.select({ id: apiKeys.id, hash: apiKeys.key_hash }).from(apiKeys),
    id: () => newId("key"),
  },
  {
    kind: "device",
    path: "/v1/devices",
    secret: /^vgd_[\w-]{43}$/,
    body: () => ({ name: "Scanner", gate_id: gateId }),
    table: () => db.select({ id: devices.id, hash: devices.token_hash }).from(devices),
    id: () => newId("dev"),
  },
] as const;

async function make(path: string, json: object, asked: Asked = {}) {
  const answer = await askAs(owner, "POST", path, { json, ...asked });
  const body = await bodyOf(answer);
  return { answer, body, id: String(body["id"]), secret: String(body["secret"]) };
}

describe.each(KINDS)("$kind", ({ kind, path, secret, body, table, id }) => {
  it("[P2] shows its secret once, is known by its hash, and acts at once for its organisation", async () => {
    const made = await make(path, body());
    expect(made.answer.status).toBe(201);
    expect(made.secret).toMatch(secret);
    const stored = (await table()).find((row) => row.id === made.id);
    expect(stored?.hash).toMatch(/^[0-9a-f]{64}$/);
    const list = await (await askAs(owner, "GET", path)).text();
    expect(list).toContain(made.id);
    expect(list).not.toContain(made.secret);
    expect(list).not.toContain(stored?.hash);
    const me = await bodyOf(await ask("GET", "/v1/me", { token: made.secret }));
    expect(me).toMatchObject({ kind, id: made.id, organization: { id: tenant.organizationId } });
  });

  it("[P2] that is made again under the same key is the same one, and its secret is not shown again", async () => {
    const key = crypto.randomUUID();
    const first = await make(path, body(), { key });
    const again = await make(path, body(), { key });
    expect(again.answer.status).toBe(201);
    expect(again.answer.headers.get("Idempotency-Replayed")).toBe("true");
    expect([again.id, again.body["secret"]]).toEqual([first.id, null]);
    const other = await askAs(owner, "POST", path, { key, json: { ...body(), name: "Another" } });
    expect(await refusalOf(other)).toBe("422 idempotency_key_reused");
  });

  it("[P2] that is revoked is refused within 5 s, stays in the list, and may be revoked again", async () => {
    const made = await make(path, body());
    expect((await ask("GET", "/v1/me", { token: made.secret })).status).toBe(200);
    for (let time = 0; time < 2; time++) expect((await askAs(owner, "DELETE", `${path}/${made.id}`)).status).toBe(204);
    const later = Date.now() + CREDENTIAL_CACHE_MS;
    vi.spyOn(Date, "now").mockReturnValue(later);
    expect(await refusalOf(ask("GET", "/v1/me", { token: made.secret }))).toBe("401 unauthenticated");
    vi.restoreAllMocks();
    const { data } = (await bodyOf(await askAs(owner, "GET", path))) as { data: { id: string; revoked_at: string }[] };
    expect(data.find((row) => row.id === made.id)?.revoked_at).toMatch(ISO);
  });

  it("[T6][T7] has one audit row for its making and one for its revoking, without its secret", async () => {
    const made = await make(path, body());
    await askAs(owner, "DELETE", `${path}/${made.id}`);
    await askAs(owner, "DELETE", `${path}/${made.id}`);
    const rows = await auditOf(tenant, made.id);
    expect(rows.map((row) => row.action).sort()).toEqual([`${kind}.create`, `${kind}.revoke`]);
    for (const row of rows) expect([row.actor_kind, row.actor_id]).toEqual(["user", owner.id]);
    expect(JSON.stringify(rows)).not.toContain(made.secret);
  });

  it("[T3] of another organisation is unknown, and is not revoked", async () => {
    const other = await openTenant();
    const theirs = member(other.organizationId, "owner");
    const made = await make(path, body());
    for (const unknown of [made.id, id(), "nonsense"])
      expect(await refusalOf(askAs(theirs, "DELETE", `${path}/${unknown}`))).toBe("404 not_found");
    expect((await ask("GET", "/v1/me", { token: made.secret })).status).toBe(200);
    expect(await bodyOf(await askAs(theirs, "GET", path))).toEqual({
      data: kind === "api_key" ? [expect.objectContaining({ organization_id: other.organizationId })] : [],
      next_cursor: null,
    });
  });

  it("[T4] is not made in a suspended organisation", async () => {
    const closed = await openTenant();
    const gate = await created(`/v1/venues/${await newVenue(closed)}/gates`, closed.token, gateBody());
    await suspend(closed);
    const json = kind === "api_key" ? KEY : { name: "Scanner", gate_id: gate };
    const answer = askAs(await joined("owner", closed), "POST", path, { json });
    expect(await refusalOf(answer)).toBe("403 organization_suspended");
  });

  it("is listed in pages that stay right while others are made", async () => {
    const made = [await make(path, body()), await make(path, body()), await make(path, body())].map((each) => each.id);
    const seen: string[] = [];
    let cursor: unknown = "";
    while (cursor !== null) {
      const page = await bodyOf(
        await askAs(owner, "GET", `${path}?limit=2${cursor === "" ? "" : `&cursor=${String(cursor)}`}`),
      );
      seen.push(...(page["data"] as { id: string }[]).map((row) => row.id));
      cursor = page["next_cursor"];
      await make(path, body());
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made));
    expect(await refusalOf(askAs(owner, "GET", `${path}?cursor=theirs`))).toBe("400 invalid_request");
  });

  it("writes down its last use at most once a minute, behind the response", async () => {
    const made = await make(path, body());
    const field = kind === "api_key" ? "last_used_at" : "last_seen_at";
    const lastUse = async () => {
      const { data } = (await bodyOf(await askAs(owner, "GET", `${path}?limit=100`))) as {
        data: Record<string, string>[];
      };
      return data.find((row) => row["id"] === made.id)?.[field];
    };
    expect(await lastUse()).toBeNull();
    const begun = Date.now();
    const clock = vi.spyOn(Date, "now");
    const useAt = async (after: number) => {
      clock.mockReturnValue(begun + after);
      expect((await ask("GET", "/v1/me", { token: made.secret })).status).toBe(200);
    };
    await useAt(0);
    await expect.poll(lastUse).toBe(new Date(begun).toISOString());
    await useAt(59_999);
    await useAt(59_999 + CREDENTIAL_CACHE_MS);
    await expect.poll(lastUse).toBe(new Date(begun + 59_999 + CREDENTIAL_CACHE_MS).toISOString());
  });
});

describe("what a key may carry", () => {
  it("[P2] is never more than its maker has", async () => {
    const admin = { ...(await joined("admin")), permissions: ["manage_tenant_users", "view_orders"] };
    const asked = (permissions: string[]) => ({ json: { ...KEY, permissions } });
    const more = askAs(admin as Member, "POST", "/v1/api-keys", asked(["view_orders", "manage_devices"]));
    expect(await refusalOf(more)).toBe("403 forbidden");
    expect((await askAs(admin as Member, "POST", "/v1/api-keys", asked(["view_orders"]))).status).toBe(201);
  });

  it.each(["manage_tenant_users", "manage_financials", "everything"])("[P2] is never %s", async (permission) => {
    const json = { ...KEY, permissions: [permission] };
    expect(await refusalOf(askAs(owner, "POST", "/v1/api-keys", { json }))).toBe("400 invalid_request");
  });
});

it("[T3] a device is not made at a gate of another organisation", async () => {
  const other = await openTenant();
  for (const gate of [gateId, newId("gate"), "nonsense"]) {
    const request = { token: other.token, json: { name: "Scanner", gate_id: gate } };
    expect(await bodyOf(await ask("POST", "/v1/devices", request))).toMatchObject({
      ...{ status: 422, code: "unknown_reference", errors: [{ path: "/gate_id", message: "Unknown" }] },
    });
  }
  expect(await db.select().from(devices).where(eq(devices.organization_id, other.organizationId))).toEqual([]);
});
