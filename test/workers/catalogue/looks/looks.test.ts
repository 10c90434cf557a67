// How events and the organisation look: descriptions, colours, and what the public sees of both (rules E10, E12).

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import {
  auditOf,
  eventBody,
  faults,
  newEvent,
  newVenue,
  openTenant,
  published,
  type Tenant,
} from "../../support/catalogue.ts";
import { ask, bodyOf, refusalOf } from "../../support/http.ts";
import { askAs, type Member, member } from "../../support/auth/members.ts";

let tenant: Tenant;
let owner: Member;
beforeAll(async () => {
  tenant = await openTenant();
  owner = member(tenant.organizationId, "owner");
});

const change = async (id: string, json: object, version = 1) =>
  ask("PATCH", `/v1/events/${id}`, { token: tenant.token, json, headers: { "If-Match": `"${version}"` } });
const read = async (id: string) => bodyOf(await ask("GET", `/v1/events/${id}`, { token: tenant.token }));
const shown = async (id: string) => bodyOf(await ask("GET", `/v1/public/events/${id}`));

describe("[E10] a description", () => {
  it("is rendered when it is written, by a create and by a change, and its HTML is no field of a client's", async () => {
    const id = await newEvent(tenant, { description: "# Who\n\n*Everybody*." });
    const html = "<h3>Who</h3><p><em>Everybody</em>.</p>";
    expect(await read(id)).toMatchObject({ description: "# Who\n\n*Everybody*.", description_html: html });
    const changed = await bodyOf(await change(id, { description: "Two <b>stages</b>" }));
    expect(changed).toMatchObject({ description_html: "<p>Two &lt;b&gt;stages&lt;/b&gt;</p>", version: 2 });
    expect(await bodyOf(await change(id, { name: "Another" }, 2))).toMatchObject({
      ...{ description_html: "<p>Two &lt;b&gt;stages&lt;/b&gt;</p>", version: 3 },
    });
    expect(await bodyOf(await change(id, { description: null }, 3))).toMatchObject({
      ...{ description: null, description_html: null },
    });
    expect(await faults(change(id, { description_html: "<script>" }, 4))).toEqual(["/description_html"]);
    const rows = await auditOf(tenant, id);
    expect(rows.map(({ changes }) => "description_html" in changes)).toEqual([false, false, false, false]);
    expect(rows[1]?.changes).toEqual({ description: "Two <b>stages</b>" });
  });

  it("that is sent again as it is changes nothing", async () => {
    const id = await newEvent(tenant, { description: "One" });
    expect(await bodyOf(await change(id, { description: "One" }))).toMatchObject({ version: 1 });
  });

  it("of before descriptions were rendered is shown as it was typed, until it is written again", async () => {
    const { eventId } = await published(tenant, { description: "Two *stages*\n& more" });
    await env.DB.prepare("UPDATE events SET description_html = NULL, version = version + 1 WHERE id = ?")
      .bind(eventId)
      .run();
    const plain = "<p>Two *stages*<br>&amp; more</p>";
    expect(await read(eventId)).toMatchObject({ description_html: plain, version: 3 });
    await change(eventId, { name: "Anew" }, 3);
    expect(await shown(eventId)).toMatchObject({ description: "Two *stages*\n& more", description_html: plain });
    await change(eventId, { description: "Two *stages*\n& more" }, 4);
    expect(await shown(eventId)).toMatchObject({ description_html: "<p>Two <em>stages</em><br>&amp; more</p>" });
  });

  it("has 5,000 characters at most, and what comes of the most of them is kept whole", async () => {
    const description = "<".repeat(5_000);
    const id = await newEvent(tenant, { description });
    expect(await read(id)).toMatchObject({ description_html: `<p>${"&lt;".repeat(5_000)}</p>` });
    expect(await faults(change(id, { description: `${description}<` }))).toEqual(["/description"]);
  });

  it("is in the public event, and not in the list of them, where its text is", async () => {
    const other = await openTenant();
    const { eventId } = await published(other, { description: "**Two** stages" });
    expect(await shown(eventId)).toMatchObject({ description_html: "<p><strong>Two</strong> stages</p>" });
    const { data } = await bodyOf(await ask("GET", `/v1/public/organizations/${other.organizationId}/events`));
    const [listed] = data as Record<string, unknown>[];
    expect(listed).toMatchObject({ description: "**Two** stages", accent_color: null, image: null });
    expect(listed).not.toHaveProperty("description_html");
    expect(JSON.stringify([listed, await shown(eventId)])).not.toContain("image_");
  });
});

describe("[E12] an accent colour", () => {
  it("is kept in lower case, seen by the public at once, and taken away by null", async () => {
    const { eventId } = await published(tenant, { accent_color: "#A8003C" });
    expect(await shown(eventId)).toMatchObject({ accent_color: "#a8003c" });
    await change(eventId, { accent_color: "#00ff00" }, 2);
    expect(await shown(eventId)).toMatchObject({ accent_color: "#00ff00" });
    await change(eventId, { accent_color: null }, 3);
    expect(await shown(eventId)).toMatchObject({ accent_color: null });
    expect((await auditOf(tenant, eventId)).at(-1)?.changes).toEqual({ accent_color: null });
  });

  it.each(["red", "#fff", "a8003c", "#a8003c;}", ""])("is no %j", async (accent_color) => {
    const body = eventBody(await newVenue(tenant), { accent_color });
    expect(await faults(ask("POST", "/v1/events", { token: tenant.token, json: body }))).toEqual(["/accent_color"]);
    expect(await faults(change(await newEvent(tenant), { accent_color }))).toEqual(["/accent_color"]);
  });
});

describe("the organisation", () => {
  it("[E10] [E12] [E7] has its own description and colour, on its page and for all its events at once", async () => {
    const { eventId } = await published(tenant);
    expect(await shown(eventId)).toMatchObject({ organization: { accent_color: null, image: null } });
    const request = { headers: { "If-Match": '"1"' }, json: { description: "We *sing*", accent_color: "#123ABC" } };
    const changed = await askAs(owner, "PATCH", "/v1/organization", request);
    expect(await bodyOf(changed)).toMatchObject({
      ...{ description: "We *sing*", description_html: "<p>We <em>sing</em></p>", accent_color: "#123abc", version: 2 },
    });
    expect(await shown(eventId)).toMatchObject({ organization: { accent_color: "#123abc", image: null } });
    const answer = await ask("GET", `/v1/public/organizations/${tenant.organizationId}`);
    expect(answer.headers.get("Cache-Control")).toBe("public, no-cache");
    expect(await bodyOf(answer)).toEqual({
      ...{ id: tenant.organizationId, name: "Organisation", slug: tenant.organizationId },
      ...{
        description: "We *sing*",
        description_html: "<p>We <em>sing</em></p>",
        accent_color: "#123abc",
        image: null,
      },
    });
    expect((await auditOf(tenant, tenant.organizationId)).at(-1)).toMatchObject({
      ...{ action: "organization.update", changes: { description: "We *sing*", accent_color: "#123abc" } },
    });
  });

  it("[T3] that nobody has is not found", async () => {
    for (const slug of ["nobody", "x".repeat(500), "%00"])
      expect(await refusalOf(ask("GET", `/v1/public/organizations/${slug}`))).toBe("404 not_found");
  });
});
