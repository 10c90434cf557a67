// Suspending an organisation by the operator's command: what its statements do to the sales that are open.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { redeliverTerms } from "../../../src/app/deliveries/deliver-terms.ts";
import { newId } from "../../../src/app/context.ts";
import { literal } from "../../../src/cli/d1/database.ts";
import { changeStatus, readStatus, type StatusChange } from "../../../src/cli/rows/organization-status.ts";
import { auditLog, organizations, ticketTypes } from "../../../src/db/schema/catalogue.ts";
import type { OrganizationId } from "../../../src/domain/ids.ts";
import { cronAt } from "../support/catalogue.ts";
import { db, seedShow } from "../support/fixture.ts";
import { ask, hold, idOf, refusalOf, shopper } from "../support/http.ts";

/** As the command does it: one batch of plain SQL, then what it reads. */
async function change(what: StatusChange, slug: string) {
  const auditId = newId("aud");
  const statements = changeStatus(what, slug, auditId, Date.now());
  await env.DB.batch(statements.map((each) => env.DB.prepare(literal(each))));
  return env.DB.prepare(literal(readStatus(slug, auditId))).first();
}

async function versionOf(id: OrganizationId): Promise<number | undefined> {
  return (await db.select().from(organizations).where(eq(organizations.id, id)))[0]?.version;
}

describe("suspending an organisation", () => {
  it("[T4] reaches every object as terms: holds and checkouts fail, releases go on, resuming undoes it", async () => {
    const { organizationId, typeIds } = await seedShow([{ total: 10 }, { total: 10 }, { total: 10 }]);
    const other = await seedShow([{ total: 10 }]);
    const { token } = await shopper();
    const holds = await Promise.all(typeIds.map((typeId) => idOf(hold(typeId, token))));
    const done = await change("suspend", organizationId);
    expect(done).toEqual({ name: "Organisation", status: "suspended", ticket_types: 3, changed: 1 });
    await redeliverTerms(cronAt(Date.now()));
    for (const typeId of typeIds) expect(await refusalOf(hold(typeId, token))).toBe("403 organization_suspended");
    const [first, second] = holds;
    const checkout = () => ask("POST", "/v1/checkouts", { token, json: { hold_ids: [first] }, key: "k" });
    expect(await refusalOf(checkout())).toBe("403 organization_suspended");
    expect((await ask("DELETE", `/v1/holds/${second}`, { token })).status).toBe(200);
    expect((await ask("GET", `/v1/holds/${first}`, { token })).status).toBe(200);
    for (const typeId of other.typeIds) expect((await hold(typeId, token)).status).toBe(201);
    await change("resume", organizationId);
    await redeliverTerms(cronAt(Date.now()));
    for (const typeId of typeIds) expect((await hold(typeId, token)).status).toBe(201);
    expect((await checkout()).status).toBe(201);
  });

  it("[T6][T8] raises its version, and has one audit row; again it changes nothing", async () => {
    const { organizationId } = await seedShow([{ total: 10 }]);
    for (const [what, changed, version] of [
      ["resume", 0, 1],
      ["suspend", 1, 2],
      ["suspend", 0, 2],
      ["resume", 1, 3],
    ] as const) {
      expect(await change(what, organizationId)).toMatchObject({ changed });
      expect(await versionOf(organizationId)).toBe(version);
    }
    const rows = await db.select().from(auditLog).where(eq(auditLog.resource_id, organizationId));
    expect(rows.map((row) => [row.action, row.actor_kind, row.changes]).sort()).toEqual([
      ["organization.resume", "system", '{"status":"active"}'],
      ["organization.suspend", "system", '{"status":"suspended"}'],
    ]);
    const types = await db.select().from(ticketTypes).where(eq(ticketTypes.organization_id, organizationId));
    expect(types.map((type) => type.terms_version)).toEqual([3]);
  });

  it("[T7] does not happen when the audit row cannot be written", async () => {
    const { organizationId } = await seedShow([{ total: 10 }]);
    await env.DB.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'full'); END");
    await expect(change("suspend", organizationId)).rejects.toThrow("full");
    await env.DB.exec("DROP TRIGGER no_audit");
    expect(await versionOf(organizationId)).toBe(1);
  });

  it("[T8] means one organisation: no two have the same slug", async () => {
    const { organizationId } = await seedShow([{ total: 10 }]);
    const [row] = await db.select().from(organizations).where(eq(organizations.id, organizationId));
    const twin = { id: newId("org"), name: "Twin", created_at: 1, updated_at: 1 };
    const insert = (slug: string) => db.insert(organizations).values({ ...twin, slug });
    await expect(insert(row?.slug ?? "")).rejects.toThrow();
    expect(await versionOf(twin.id)).toBeUndefined();
    await insert(`${row?.slug}-2`);
    expect(await versionOf(twin.id)).toBe(1);
  });

  it("reports nothing of an organisation that does not exist", async () => {
    expect(await change("suspend", "nobody")).toBeNull();
  });
});
