// Who acts, the organisation and its audit log.

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ROLE_PERMISSIONS } from "../../../src/domain/people/policy.ts";
import {
  auditOf,
  created,
  eventBody,
  gateBody,
  newVenue,
  openTenant,
  published,
  suspend,
  type Tenant,
} from "../support/catalogue.ts";
import { ask, type Asked, bodyOf, refusalOf } from "../support/http.ts";
import { askAs, type Member, member } from "../support/auth/members.ts";

let tenant: Tenant;
let owner: Member;
beforeAll(async () => {
  tenant = await openTenant();
  owner = member(tenant.organizationId, "owner");
});

describe("GET /v1/me", () => {
  it("[T2] says who acts, where, and with what permissions: key, device or member", async () => {
    const gateId = await created(`/v1/venues/${await newVenue(tenant)}/gates`, tenant.token, gateBody());
    const json = { name: "Scanner", gate_id: gateId };
    const device = await bodyOf(await ask("POST", "/v1/devices", { token: tenant.token, json }));
    const organization = {
      id: tenant.organizationId,
      name: "Organisation",
      slug: tenant.organizationId,
      status: "active",
    };
    const none = { organization, role: null, gate_id: null };
    const me = async (asked: Asked) => bodyOf(await ask("GET", "/v1/me", asked));
    const { id, permissions } = tenant.actor;
    expect(await me({ token: tenant.token })).toEqual({ ...none, kind: "api_key", id, permissions });
    expect(await me({ token: String(device["secret"]) })).toEqual({
      ...none,
      kind: "device",
      id: device["id"],
      permissions: ["perform_scans"],
      gate_id: gateId,
    });
    const staff = member(tenant.organizationId, "staff");
    expect(await bodyOf(await askAs(staff, "GET", "/v1/me"))).toEqual({
      ...none,
      kind: "user",
      id: staff.id,
      permissions: ROLE_PERMISSIONS.staff,
      role: "staff",
    });
  });
});

describe("the organisation", () => {
  const change = (asked: Asked, actor: Member = owner) => askAs(actor, "PATCH", "/v1/organization", asked);
  const tag = async () => (await askAs(owner, "GET", "/v1/organization")).headers.get("ETag") ?? "";

  it("[T8] is read with its version, and changed in name and settings as it was read", async () => {
    const before = await bodyOf(await ask("GET", "/v1/organization", { token: tenant.token }));
    expect(before).toMatchObject({ id: tenant.organizationId, status: "active", settings: {}, version: 1 });
    const headers = { "If-Match": await tag() };
    const answer = await change({ headers, json: { name: "Nuwe naam ✨" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("ETag")).toBe('"2"');
    const after = await bodyOf(answer);
    expect(after).toMatchObject({ name: "Nuwe naam ✨", slug: before["slug"], settings: {}, version: 2 });
    expect(await bodyOf(await askAs(owner, "GET", "/v1/organization"))).toEqual(after);
    await change({ headers: { "If-Match": '"2"' }, json: { settings: { colour: "red" } } });
    const [, last] = await auditOf(tenant, tenant.organizationId);
    expect(last).toMatchObject({ action: "organization.update", changes: { settings: { colour: "red" } } });
    expect(last?.actor_id).toBe(owner.id);
  });

  it("[E7] that is renamed has its new name in its public events at once", async () => {
    const renamed = await openTenant();
    const { eventId } = await published(renamed);
    const path = `/v1/public/events/${eventId}`;
    expect(await bodyOf(await ask("GET", path))).toMatchObject({ organization: { name: "Organisation" } });
    const asked = { headers: { "If-Match": '"1"' }, json: { name: "Renamed" } };
    expect((await change(asked, member(renamed.organizationId, "owner"))).status).toBe(200);
    // Polled, since an isolate may cache a copy for a second.
    const shown = async () => bodyOf(await ask("GET", path));
    await expect.poll(shown).toMatchObject({ organization: { name: "Renamed" } });
  });

  it("[T8] needs a current If-Match to change, and only in what its owner may set", async () => {
    const rows = (await auditOf(tenant, tenant.organizationId)).length;
    const json = { name: "Lost" };
    expect(await refusalOf(change({ json }))).toBe("428 precondition_required");
    for (const stale of ['"1"', '"99"', "*", 'W/"99"'])
      expect(await refusalOf(change({ json, headers: { "If-Match": stale } }))).toBe("412 version_conflict");
    const headers = { "If-Match": await tag() };
    for (const field of [{ slug: "mine" }, { status: "active" }, { id: "org_x" }, { name: "" }, { settings: null }])
      expect(await refusalOf(change({ json: field, headers }))).toBe("400 invalid_request");
    expect(await refusalOf(change({ json, headers }, member(tenant.organizationId, "staff")))).toBe("403 forbidden");
    expect(await auditOf(tenant, tenant.organizationId)).toHaveLength(rows);
  });

  it("[T8] takes one of 50 changes at once, and a change to what it is already writes nothing", async () => {
    const headers = { "If-Match": await tag() };
    const before = await auditOf(tenant, tenant.organizationId);
    const names = Array.from({ length: 50 }, (_, i) => `Name ${i}`);
    const answers = await Promise.all(names.map((name) => change({ headers, json: { name } })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(49);
    const { name } = await bodyOf(await askAs(owner, "GET", "/v1/organization"));
    const current = await tag();
    const same = await change({ headers: { "If-Match": current }, json: { name } });
    expect([same.status, same.headers.get("ETag")]).toEqual([200, current]);
    expect(await auditOf(tenant, tenant.organizationId)).toHaveLength(before.length + 1);
  });

  it("[T7] is not changed when the audit row cannot be written", async () => {
    const headers = { "If-Match": await tag() };
    await env.DB.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'full'); END");
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect((await change({ headers, json: { name: "Unseen" } })).status).toBe(500);
    vi.restoreAllMocks();
    await env.DB.exec("DROP TRIGGER no_audit");
    expect(await tag()).toBe(headers["If-Match"]);
  });

  it("[T4] that is suspended can be read", async () => {
    const closed = await openTenant();
    await suspend(closed);
    const asked = { token: closed.token };
    expect(await bodyOf(await ask("GET", "/v1/organization", asked))).toMatchObject({ status: "suspended" });
    for (const path of ["/v1/me", "/v1/devices", "/v1/audit-log"])
      expect((await ask("GET", path, asked)).status).toBe(200);
  });
});

describe("the audit log", () => {
  let audited: Tenant;
  let venueId: string;
  beforeAll(async () => {
    audited = await openTenant();
    venueId = await newVenue(audited);
    for (let i = 0; i < 3; i++) await created("/v1/events", audited.token, eventBody(venueId));
  });
  type Entry = Record<string, unknown> & { id: string; action: string };
  const log = async (query = "", token = audited.token) => {
    const body = await bodyOf(await ask("GET", `/v1/audit-log${query}`, { token }));
    return { data: body["data"] as Entry[], cursor: body["next_cursor"] as string | null };
  };

  it("[T6] shows who did what to what, with what changed, in which request and when", async () => {
    const { data } = await log(`?resource_id=${venueId}`);
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      organization_id: audited.organizationId,
      actor_kind: "api_key",
      actor_id: audited.actor.id,
      action: "venue.create",
      resource_kind: "venue",
      changes: { city: "Pretoria", capacity: 1_000 },
      request_id: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  it("[T6] is filtered by actor, action, resource and time", async () => {
    expect((await log("?action=event.create")).data).toHaveLength(3);
    expect((await log(`?actor_id=${audited.actor.id}`)).data).toHaveLength(4);
    expect((await log("?actor_id=key_nobody")).data).toEqual([]);
    const [newest] = (await log("?limit=1")).data;
    const at = encodeURIComponent(String(newest?.["created_at"]));
    const earlier = (await log(`?until=${at}`)).data.length;
    const later = (await log(`?since=${at}`)).data.length;
    expect([earlier + later, later > 0]).toEqual([4, true]);
    expect(await refusalOf(ask("GET", "/v1/audit-log?since=now", { token: audited.token }))).toBe(
      "400 invalid_request",
    );
    expect(await refusalOf(ask("GET", "/v1/audit-log?who=me", { token: audited.token }))).toBe("400 invalid_request");
  });

  it("[T6] is paged newest first, by a cursor of its own filters", async () => {
    const first = await log("?limit=3");
    const second = await log(`?limit=3&cursor=${first.cursor}`);
    expect([first.data.length, second.data.length, second.cursor]).toEqual([3, 1, null]);
    expect(second.data[0]?.action).toBe("venue.create");
    const bound = ask("GET", `/v1/audit-log?action=event.create&cursor=${first.cursor}`, { token: audited.token });
    expect(await refusalOf(bound)).toBe("400 invalid_request");
  });

  it("[T1] is an organisation's own", async () => {
    const other = await openTenant();
    expect((await log(`?resource_id=${venueId}`, other.token)).data).toEqual([]);
  });
});
