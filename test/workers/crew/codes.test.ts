// Crew codes as supervisors make, list and end them (rule D22). How phones redeem them: pairing.test.ts.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { renderSVG } from "uqr";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { hashSecret } from "../../../src/auth/secrets.ts";
import { crewCodes } from "../../../src/db/schema/crew.ts";
import { CREW_CODE_MS, MAX_OPEN_CREW_CODES } from "../../../src/domain/people/crew-code.ts";
import { parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { auditOf, created, gateBody, newDraft, newVenue, openTenant } from "../support/catalogue.ts";
import { askForCode, codesOf, DAY, newCode, pair } from "./crew.ts";
import { type Doors, openDoors } from "../support/doors.ts";
import { db } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, refusalOf } from "../support/http.ts";

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
});

const list = async (of: Doors, token = of.tenant.token) => {
  const { data } = (await bodyOf(await ask("GET", codesOf(of), { token }))) as { data: Record<string, unknown>[] };
  return data;
};
const end = (of: Doors, id: string, token = of.tenant.token) => ask("DELETE", `${codesOf(of)}/${id}`, { token });
const endOf = async ({ eventId, tenant }: Doors) =>
  Date.parse(String((await bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token })))["end_time"]));
const clockAt = (now: number) => vi.spyOn(Date, "now").mockReturnValue(now);
const iso = (ms: number) => new Date(ms).toISOString();

describe("a crew code", () => {
  it("[D22] [T6] is shown once, as text and as a QR code of it, and kept as a hash alone", async () => {
    const own = await openDoors();
    const answer = await askForCode(own, { uses: 3, gate_id: own.gateId });
    expect(answer.status).toBe(201);
    const { secret, qr_svg, ...shown } = await bodyOf(answer);
    const code = String(secret);
    expect(code).toMatch(/^vgc_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(qr_svg).toBe(renderSVG(code, { ecc: "M", border: 4, blackColor: "#000", whiteColor: "#fff" }));
    expect(shown).toMatchObject({
      ...{ event_id: own.eventId, gate_id: own.gateId, uses: 3, uses_left: 3, ended_at: null, creator_id: null },
      organization_id: own.tenant.organizationId,
    });
    expect(await list(own)).toEqual([shown]);
    const [row] = await db
      .select()
      .from(crewCodes)
      .where(eq(crewCodes.code_hash, hashSecret(code)));
    expect(row?.id).toBe(shown["id"]);
    const rows = await auditOf(own.tenant, String(shown["id"]));
    const changes = { event_id: own.eventId, uses: 3, gate_id: own.gateId, expires_at: null };
    expect(rows.map(({ action, changes: told }) => [action, told])).toEqual([["crew_code.create", changes]]);
    for (const table of ["crew_codes", "audit_log", "idempotency_keys"]) {
      const { results } = await env.DB.prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(results), table).not.toContain(code.slice(4));
    }
  });

  it.each([
    [0, 400],
    [1, 201],
    [200, 201],
    [201, 400],
    [1.5, 400],
  ])("[D22] is of 1 to 200 uses: %d gets %d", async (uses, status) => {
    expect((await askForCode(doors, { uses })).status).toBe(status);
  });

  it("[D22] lasts 48 hours at most, to the millisecond, and that long where nothing else is said", async () => {
    const now = Date.now();
    clockAt(now);
    const until = (at: number) => askForCode(doors, { uses: 1, expires_at: iso(at) });
    expect((await until(now + 1)).status).toBe(201);
    expect((await until(now + CREW_CODE_MS)).status).toBe(201);
    for (const at of [now, now + CREW_CODE_MS + 1]) {
      const { status, errors } = await bodyOf(await until(at));
      expect([status, errors]).toMatchObject([400, [{ path: "/expires_at" }]]);
    }
    const { expires_at } = await bodyOf(await askForCode(doors, { uses: 1 }));
    expect(expires_at).toBe(iso(now + 48 * 60 * 60_000));
  });

  it("[D22] [T3] is for one gate of the event's venue or for all; any other gate is unknown", async () => {
    const stranger = await openDoors();
    const { tenant } = doors;
    const elsewhere = await created(`/v1/venues/${await newVenue(tenant)}/gates`, tenant.token, gateBody());
    for (const gate_id of [elsewhere, stranger.gateId, newId("gate"), "gate_x"]) {
      const { status, errors } = await bodyOf(await askForCode(doors, { uses: 1, gate_id }));
      expect([status, errors]).toMatchObject([422, [{ path: "/gate_id" }]]);
    }
    expect(await bodyOf(await askForCode(doors, { uses: 1 }))).toMatchObject({ gate_id: null });
  });

  it("[D22] is made from the event's publishing until 7 days after its end, to the millisecond", async () => {
    const draft = await newDraft(doors.tenant);
    const ofDraft = ask("POST", `/v1/events/${draft.eventId}/crew-codes`, {
      token: doors.tenant.token,
      json: { uses: 1 },
    });
    expect(await refusalOf(ofDraft)).toBe("409 door_closed");
    const over = (await endOf(doors)) + 7 * DAY;
    const clock = clockAt(over - 1);
    expect((await askForCode(doors)).status).toBe(201);
    clock.mockReturnValue(over);
    expect(await refusalOf(askForCode(doors))).toBe("409 door_closed");
  });

  it("[D22] repeated under its Idempotency-Key is the same code, which is not shown again", async () => {
    const own = await openDoors();
    const [first, again] = [
      await bodyOf(await askForCode(own, { uses: 2 }, { key: "one" })),
      await askForCode(own, { uses: 2 }, { key: "one" }),
    ];
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
    expect(await bodyOf(again)).toEqual({ ...first, secret: null, qr_svg: null });
    expect(await list(own)).toHaveLength(1);
    expect(await refusalOf(askForCode(own, { uses: 3 }, { key: "one" }))).toBe("422 idempotency_key_reused");
  });

  it("[D22] [X4] is one of at most 50 that are open at an event", async () => {
    const own = await openDoors();
    const { organizationId } = own.tenant;
    const now = Date.now();
    const row = (expires_at: number) => ({
      ...{ id: newId("crew"), organization_id: organizationId, event_id: own.eventId, uses: 1, created_at: now },
      ...{ code_hash: crypto.randomUUID(), expires_at },
    });
    const rows = Array.from({ length: MAX_OPEN_CREW_CODES - 1 }, () => row(now + DAY));
    for (const each of [...rows, row(now)]) await db.insert(crewCodes).values(each);
    const last = await newCode(own);
    expect(await refusalOf(askForCode(own))).toBe("429 rate_limited");
    expect((await end(own, last.id)).status).toBe(204);
    expect((await askForCode(own)).status).toBe(201);
  });
});

describe("the list of an event's crew codes", () => {
  it("[D22] counts the uses that are left, of revoked phones too, newest code first, in whole pages", async () => {
    const own = await openDoors();
    const [first, second] = [await newCode(own, { uses: 2 }), await newCode(own, { uses: 1 })];
    const phone = await pair(first);
    expect((await ask("DELETE", `/v1/devices/${phone.id}`, { token: own.tenant.token })).status).toBe(204);
    const left = (await list(own)).map(({ id, uses_left }) => [id, uses_left]);
    expect(left).toEqual([
      [second.id, 1],
      [first.id, 1],
    ]);
    const page = await bodyOf(await ask("GET", `${codesOf(own)}?limit=1`, { token: own.tenant.token }));
    const next = `${codesOf(own)}?limit=1&cursor=${String(page["next_cursor"])}`;
    expect(await bodyOf(await ask("GET", next, { token: own.tenant.token }))).toMatchObject({
      ...{ data: [{ id: first.id }], next_cursor: null },
    });
  });

  it("[D21] [T1] is for who manages ticketing in this organisation", async () => {
    const { organizationId } = doors.tenant;
    for (const granted of [
      ["manage_devices"],
      ["view_orders"],
      ["perform_scans"],
      ["manage_events_and_venues"],
    ] as const) {
      const { token } = await apiKey(organizationId, granted);
      expect(await refusalOf(ask("GET", codesOf(doors), { token })), granted[0]).toBe("403 forbidden");
      expect(await refusalOf(askForCode(doors, { uses: 1 }, { token })), granted[0]).toBe("403 forbidden");
    }
    const { token } = await apiKey(organizationId, ["manage_ticketing_and_pricing"]);
    expect((await askForCode(doors, { uses: 1 }, { token })).status).toBe(201);
    const stranger = await openTenant();
    expect(await refusalOf(ask("GET", codesOf(doors), { token: stranger.token }))).toBe("404 not_found");
    expect(await refusalOf(askForCode(doors, { uses: 1 }, { token: stranger.token }))).toBe("404 not_found");
  });
});

describe("a crew code that is ended", () => {
  it("[D22] [T6] is ended once, with its audit row, and only as one of its event and organisation", async () => {
    const { id } = await newCode(doors);
    const stranger = await openDoors();
    expect(await refusalOf(end(doors, id, stranger.tenant.token))).toBe("404 not_found");
    expect(await refusalOf(end(stranger, id))).toBe("404 not_found");
    const other = await openDoors();
    expect(await refusalOf(end({ ...doors, eventId: other.eventId }, id))).toBe("404 not_found");
    for (const unknown of [newId("crew"), "crew_x"]) expect(await refusalOf(end(doors, unknown))).toBe("404 not_found");
    expect((await auditOf(doors.tenant, id)).map(({ action }) => action)).toEqual(["crew_code.create"]);
    for (let n = 0; n < 2; n++) expect((await end(doors, id)).status).toBe(204);
    const rows = (await auditOf(doors.tenant, id)).filter(({ action }) => action === "crew_code.end");
    expect(rows.map(({ changes }) => changes)).toEqual([{ ended: true }]);
    expect((await list(doors)).find((code) => code["id"] === id)).toMatchObject({ ended_at: expect.any(String) });
  });

  it("[G1] keeps its gate from being deleted, as its row names it", async () => {
    const gate = await created(`/v1/venues/${doors.venueId}/gates`, doors.tenant.token, gateBody());
    const { id } = await newCode(doors, { uses: 1, gate_id: gate });
    await end(doors, id);
    const request = { token: doors.tenant.token, headers: { "If-Match": '"1"' } };
    expect(await refusalOf(ask("DELETE", `/v1/gates/${gate}`, request))).toBe("409 in_use");
    await db.delete(crewCodes).where(eq(crewCodes.id, must(parseId("crew", id), "it was made")));
    expect((await ask("DELETE", `/v1/gates/${gate}`, request)).status).toBe(204);
  });
});
