// In which organisation a session acts when its person is a member of two (rule T2).

import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CREDENTIAL_CACHE_MS } from "../../../src/auth/credential-cache.ts";
import { members } from "../../../src/db/schema/people.ts";
import type { OrganizationId, UserId } from "../../../src/domain/ids.ts";
import { openTenant, type Tenant } from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import { ask, bodyOf, refusalOf } from "../support/http.ts";
import { join, PASSWORD, person, post, sessionIn, sessionOf, signIn } from "../support/auth/people.ts";

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant();
});

describe("somebody in two organisations", () => {
  it("[T2] acts in the one joined first, until the session chooses another; never in a foreign one", async () => {
    const [second, third] = [await openTenant(), await openTenant()];
    const who = await sessionOf(await person());
    await join(tenant.organizationId, who, "viewer");
    await db.update(members).set({ created_at: 1 }).where(eq(members.user_id, who.id));
    await join(second.organizationId, who, "admin");
    const acts = async () => {
      const { organization, role } = (await bodyOf(await ask("GET", "/v1/me", { token: who.token }))) as {
        organization: { id: string };
        role: string;
      };
      return [organization.id, role];
    };
    const choose = (id: string) =>
      ask("POST", "/api/auth/active-organization", { token: who.token, json: { organization_id: id } });
    expect(await acts()).toEqual([tenant.organizationId, "viewer"]);
    expect((await choose(second.organizationId)).status).toBe(204);
    expect(await acts()).toEqual([second.organizationId, "admin"]);
    for (const id of [third.organizationId, "nonsense"]) expect(await refusalOf(choose(id))).toBe("404 not_found");
    expect(await acts()).toEqual([second.organizationId, "admin"]);
    const { data } = (await bodyOf(await ask("GET", "/api/auth/organizations", { token: who.token }))) as {
      data: unknown[];
    };
    expect(data).toMatchObject([
      { organization: { id: tenant.organizationId }, role: "viewer", active: false },
      { organization: { id: second.organizationId }, role: "admin", active: true },
    ]);
    await db
      .delete(members)
      .where(and(eq(members.user_id, who.id), eq(members.organization_id, second.organizationId)));
    const later = Date.now() + CREDENTIAL_CACHE_MS;
    vi.spyOn(Date, "now").mockReturnValue(later);
    expect(await refusalOf(ask("GET", "/v1/me", { token: who.token })), "no silent change of organisation").toBe(
      "403 forbidden",
    );
  });
});

describe("somebody in two organisations whose session has chosen none", () => {
  async function inTwo() {
    const second = await openTenant();
    const who = await person({ password: PASSWORD });
    await join(tenant.organizationId, who, "viewer");
    await db.update(members).set({ created_at: 1 }).where(eq(members.user_id, who.id));
    await join(second.organizationId, who, "admin");
    return { who, second: second.organizationId };
  }
  const removed = (who: { id: UserId }, organizationId: OrganizationId) =>
    db.delete(members).where(and(eq(members.user_id, who.id), eq(members.organization_id, organizationId)));

  it.each(["/v1/me", "/api/auth/organizations"])(
    "[T2] keeps to the one joined first from its first read on (%s): removed there, it acts in no other",
    async (path) => {
      const { who, second } = await inTwo();
      const { token } = await sessionOf(who);
      expect((await ask("GET", path, { token })).status).toBe(200);
      await removed(who, tenant.organizationId);
      const later = Date.now() + CREDENTIAL_CACHE_MS;
      vi.spyOn(Date, "now").mockReturnValue(later);
      expect(await refusalOf(ask("GET", "/v1/me", { token }))).toBe("403 forbidden");
      const choice = { token, json: { organization_id: second } };
      expect((await ask("POST", "/api/auth/active-organization", choice)).status).toBe(204);
      expect((await ask("GET", "/v1/me", { token })).status).toBe(200);
    },
  );

  it("[T2] goes on in the one that it has chosen after a change of the password", async () => {
    const { who, second } = await inTwo();
    const token = sessionIn(await signIn(who.email));
    const choice = { token, json: { organization_id: second } };
    expect((await ask("POST", "/api/auth/active-organization", choice)).status).toBe(204);
    const change = { currentPassword: PASSWORD, newPassword: "another long password" };
    const after = sessionIn(await post("change-password", change, { token }));
    expect(await bodyOf(await ask("GET", "/v1/me", { token: after }))).toMatchObject({ organization: { id: second } });
  });
});
