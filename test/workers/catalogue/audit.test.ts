// The audit rows of the catalogue (rules T6, T7).

import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { redeliverTerms } from "../../../src/app/deliveries/deliver-terms.ts";
import {
  auditOf,
  change,
  created,
  cronAt,
  eventBody,
  gateBody,
  move,
  newDraft,
  newVenue,
  openTenant,
  remove,
  type Tenant,
  ticketTypeBody,
  traceOf,
  venueBody,
} from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import { ask, bodyOf, refusalOf } from "../support/http.ts";

let tenant: Tenant;
let venueId: string;
let draft: { eventId: string; typeId: string };
beforeAll(async () => {
  tenant = await openTenant();
  venueId = await newVenue(tenant);
  draft = await newDraft(tenant);
});

type Change = [action: string, kind: string, send: (asked?: { key?: string }) => Promise<Response>, changes: object];
const post =
  (path: string, json: object) =>
  (asked: { key?: string } = {}) =>
    ask("POST", path, { token: tenant.token, json, ...asked });
const CHANGES: [string, () => Change][] = [
  [
    "a venue's creation",
    () => [
      "venue.create",
      "venue",
      post("/v1/venues", venueBody({ city: "Irene" })),
      { city: "Irene", capacity: 1_000 },
    ],
  ],
  [
    "a gate's creation",
    () => [
      "gate.create",
      "gate",
      post(`/v1/venues/${venueId}/gates`, gateBody({ gate_code: "AUDIT" })),
      { gate_code: "AUDIT" },
    ],
  ],
  [
    "an event's creation",
    () => [
      "event.create",
      "event",
      post("/v1/events", eventBody(venueId, { capacity: 7 })),
      { capacity: 7, venue_id: venueId },
    ],
  ],
  [
    "a ticket type's creation",
    () => [
      "ticket_type.create",
      "ticket_type",
      post(`/v1/events/${draft.eventId}/ticket-types`, ticketTypeBody({ price: "1.50" })),
      { price: 150 },
    ],
  ],
  [
    "a publishing",
    () => ["event.publish", "event", () => move(tenant, draft.eventId, "publish"), { status: "published" }],
  ],
  ["a start", () => ["event.start", "event", () => move(tenant, draft.eventId, "start"), { status: "live" }]],
  ["an end", () => ["event.end", "event", () => move(tenant, draft.eventId, "end"), { status: "ended" }]],
  [
    "an archiving",
    () => ["event.archive", "event", () => move(tenant, draft.eventId, "archive"), { status: "archived" }],
  ],
];

describe("when the audit row cannot be written", () => {
  afterEach(async () => {
    await db.$client.exec("DROP TRIGGER IF EXISTS no_audit");
  });

  it.each(CHANGES.slice(0, 5))("[T7] %s does not happen, and leaves no trace", async (_, of) => {
    const [, , send] = of();
    vi.spyOn(console, "error").mockImplementation(() => {});
    await db.$client.exec(
      "CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no room'); END",
    );
    const before = await traceOf(tenant);
    expect(await refusalOf(send({ key: "a-key" }))).toBe("500 internal_error");
    expect(await traceOf(tenant)).toEqual(before);
  });
});

describe("when the audit row of a change or a deletion cannot be written", () => {
  afterEach(async () => {
    await db.$client.exec("DROP TRIGGER IF EXISTS no_audit");
  });

  it.each([
    ["PATCH", "venue"],
    ["DELETE", "venue"],
    ["PATCH", "gate"],
    ["DELETE", "gate"],
    ["PATCH", "event"],
    ["DELETE", "event"],
    ["PATCH", "type"],
  ] as const)("[T7] %s of a %s does not happen, and leaves no trace", async (method, kind) => {
    const venue = await newVenue(tenant);
    const gate = await created(`/v1/venues/${venue}/gates`, tenant.token, gateBody());
    const { eventId, typeId } = await newDraft(tenant);
    const paths = {
      venue: `/v1/venues/${venue}`,
      gate: `/v1/gates/${gate}`,
      event: `/v1/events/${eventId}`,
      type: `/v1/ticket-types/${typeId}`,
    };
    vi.spyOn(console, "error").mockImplementation(() => {});
    await db.$client.exec(
      "CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no room'); END",
    );
    const before = await traceOf(tenant);
    const send = method === "PATCH" ? change(tenant, paths[kind], { name: "Other" }) : remove(tenant, paths[kind]);
    expect(await refusalOf(send)).toBe("500 internal_error");
    expect(await traceOf(tenant)).toEqual(before);
  });

  it("[T7] [K4] a lower total that the inventory agreed to is not taken by D1, until it can be", async () => {
    const { typeId } = await newDraft(tenant);
    const path = `/v1/ticket-types/${typeId}`;
    vi.spyOn(console, "error").mockImplementation(() => {});
    await db.$client.exec(
      "CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no room'); END",
    );
    expect(await refusalOf(change(tenant, path, { total_quantity: 9 }))).toBe("500 internal_error");
    const before = await bodyOf(await ask("GET", path, { token: tenant.token }));
    expect(before).toMatchObject({ total_quantity: 100, version: 1 });
    await db.$client.exec("DROP TRIGGER no_audit");
    await redeliverTerms(cronAt(Date.now()));
    const after = await bodyOf(await ask("GET", path, { token: tenant.token }));
    expect(after).toMatchObject({ total_quantity: 9, version: 2 });
    expect((await auditOf(tenant, typeId)).at(-1)).toMatchObject({ changes: { total_quantity: 9 } });
  });
});

describe("every change", () => {
  it.each(CHANGES)(
    "[T6] %s: one row says who did what to what, with which fields, by which request, and when",
    async (_, of) => {
      const [action, kind, send, changes] = of();
      const started = Date.now();
      const answer = await send();
      const { id, updated_at } = (await bodyOf(answer)) as { id: string; updated_at: string };
      expect(answer.status).toBeLessThan(300);
      const rows = (await auditOf(tenant, id)).filter((row) => row.action === action);
      expect(rows).toEqual([
        {
          id: expect.stringMatching(/^aud_/),
          organization_id: tenant.organizationId,
          actor_kind: "api_key",
          actor_id: tenant.actor.id,
          action,
          resource_kind: kind,
          resource_id: id,
          changes: expect.objectContaining(changes),
          request_id: answer.headers.get("X-Request-Id"),
          created_at: Date.parse(updated_at),
        },
      ]);
      expect(Date.parse(updated_at)).toBeGreaterThanOrEqual(started);
    },
  );
});

describe("a refused change", () => {
  it("[T7] leaves no audit row, no key and no other trace", async () => {
    await created("/v1/venues", tenant.token, venueBody({ slug: "taken" }));
    await created(`/v1/venues/${venueId}/gates`, tenant.token, gateBody({ gate_code: "TAKEN" }));
    const { eventId } = await newDraft(tenant, { slug: "taken" });
    const empty = await created("/v1/events", tenant.token, eventBody(venueId));
    const before = await traceOf(tenant);
    const key = "refused";
    const refused = [
      post("/v1/venues", venueBody({ slug: "taken" }))({ key }),
      post(`/v1/venues/${venueId}/gates`, gateBody({ gate_code: "TAKEN" }))({ key }),
      post("/v1/events", eventBody(venueId, { slug: "taken" }))({ key }),
      post("/v1/events", eventBody(venueId, { capacity: 1_001 }))({ key }),
      post(`/v1/events/${eventId}/ticket-types`, ticketTypeBody({ total_quantity: 901 }))({ key }),
      move(tenant, empty, "publish"),
      move(tenant, empty, "end"),
    ];
    const codes = await Promise.all(refused.map(refusalOf));
    expect(codes).toEqual([
      "409 slug_taken",
      "409 gate_code_taken",
      "409 slug_taken",
      "409 capacity_exceeded",
      "409 capacity_exceeded",
      "409 not_publishable",
      "409 invalid_transition",
    ]);
    expect(await traceOf(tenant)).toEqual(before);
  });

  it("[T7] leaves no audit row when only the statement itself finds why to refuse a change or deletion", async () => {
    await created("/v1/venues", tenant.token, venueBody({ slug: "standing" }));
    const { venue, gate, eventId, typeId } = await standing();
    const before = await traceOf(tenant);
    const refused = [
      change(tenant, `/v1/venues/${venue}`, { slug: "standing" }),
      change(tenant, `/v1/venues/${venue}`, { capacity: 999 }),
      change(tenant, `/v1/gates/${gate}`, { gate_code: "STANDING" }),
      change(tenant, `/v1/events/${eventId}`, { capacity: 1_001 }),
      change(tenant, `/v1/events/${eventId}`, { capacity: 99 }),
      change(tenant, `/v1/ticket-types/${typeId}`, { total_quantity: 1_001 }),
      remove(tenant, `/v1/gates/${gate}`),
      remove(tenant, `/v1/events/${eventId}`),
    ];
    expect(await Promise.all(refused.map(refusalOf))).toEqual([
      "409 slug_taken",
      "409 capacity_exceeded",
      "409 gate_code_taken",
      "409 capacity_exceeded",
      "409 capacity_exceeded",
      "409 capacity_exceeded",
      "409 in_use",
      "409 invalid_transition",
    ]);
    expect(await traceOf(tenant)).toEqual(before);
  });

  /** A venue of 1,000 with a published event of its size, two gates, and a device at one of them. */
  async function standing() {
    const venue = await newVenue(tenant);
    const gates = `/v1/venues/${venue}/gates`;
    const gate = await created(gates, tenant.token, gateBody());
    await created(gates, tenant.token, gateBody({ gate_code: "STANDING" }));
    await created("/v1/devices", tenant.token, { name: "Scanner", gate_id: gate });
    const eventId = await created("/v1/events", tenant.token, eventBody(venue));
    const typeId = await created(`/v1/events/${eventId}/ticket-types`, tenant.token, ticketTypeBody());
    expect((await move(tenant, eventId, "publish")).status).toBe(200);
    return { venue, gate, eventId, typeId };
  }
});
