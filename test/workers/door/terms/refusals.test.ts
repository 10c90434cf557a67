// What is refused raises no version of what a door must know, and requests nothing (rules D2, T7).

import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditOf } from "../../../../src/app/audit-of.ts";
import { newId } from "../../../../src/app/context.ts";
import { removeDraft, updateEvent } from "../../../../src/db/events/event-changes.ts";
import { writeTransition } from "../../../../src/db/events/event-transitions.ts";
import { removeGate } from "../../../../src/db/gates/gate-removal.ts";
import { updateGate } from "../../../../src/db/gates/gate-changes.ts";
import type { events, gates, ticketTypes, venues } from "../../../../src/db/schema/catalogue.ts";
import { removeTicketType, updateTicketType } from "../../../../src/db/ticket-types/ticket-type-changes.ts";
import { updateVenue } from "../../../../src/db/venues/venues.ts";
import { cronAt, openTenant } from "../../support/catalogue.ts";
import { CHANGES, type DoorWorld, type Ids, newIds, ofEvent, ofVenue, rowOf } from "./changes.ts";
import { openDoorWorld } from "../port.ts";
import { db } from "../../support/fixture.ts";
import { refusalOf } from "../../support/http.ts";

let world: DoorWorld;
let ids: Ids;
beforeAll(async () => {
  world = await openDoorWorld();
});
beforeEach(async () => {
  ids = await newIds(world);
});

/** All that a refused change must leave alone. */
async function trace(): Promise<unknown> {
  const versions = await env.DB.prepare("SELECT id, door_version FROM events ORDER BY id").all();
  const rows = await env.DB.prepare(
    "SELECT target, version FROM sync_rows WHERE subject = 'door' ORDER BY target",
  ).all();
  return [versions.results, rows.results];
}

describe("[D2] [T7] what is refused is not counted, and requests nothing:", () => {
  it.each(CHANGES.filter(([, method]) => method !== "POST"))(
    "%s, in a version that was",
    async (_, method, path, json) => {
      const before = await trace();
      const stale = { token: world.tenant.token, headers: { "If-Match": '"99"' }, ...(json && { json }) };
      expect(await refusalOf(world.askAndSettle(method, path(ids), stale))).toBe("412 version_conflict");
      expect(await trace()).toEqual(before);
    },
  );

  it.each(CHANGES)("[T3] %s, of another organisation", async (_, method, path, json) => {
    const stranger = await openTenant();
    const before = await trace();
    expect(await refusalOf(world.send(method, path(ids), json, stranger.token))).toBe("404 not_found");
    expect(await trace()).toEqual(before);
  });

  it.each<[string, string, (of: Ids) => string, object | undefined, string]>([
    ["more persons than the venue holds", "PATCH", ofEvent, { admission_capacity: 1_001 }, "409 capacity_exceeded"],
    ["a venue that is too small", "PATCH", ofVenue, { capacity: 999 }, "409 capacity_exceeded"],
    ["a step out of turn", "POST", (of) => `${ofEvent(of)}/archive`, undefined, "409 invalid_transition"],
    [
      "a gate of another venue",
      "PATCH",
      ({ typeId }) => `/v1/ticket-types/${typeId}`,
      { admission: { gates: [newId("gate")] } },
      "422 unknown_reference",
    ],
  ])("%s", async (_, method, path, json, refusal) => {
    const before = await trace();
    expect(await refusalOf(world.send(method, path(ids), json))).toBe(refusal);
    expect(await trace()).toEqual(before);
  });

  it("what was another by the time that the statement ran", async () => {
    // The one cast: each id is one of its table's.
    const row = async <T>(table: string, id: string) => ({ ...(await rowOf(table, id)), version: 0 }) as T;
    const event = await row<typeof events.$inferSelect>("events", ids.eventId);
    const type = await row<typeof ticketTypes.$inferSelect>("ticket_types", ids.typeId);
    const place = await row<typeof gates.$inferSelect>("gates", ids.gateId);
    const venue = await row<typeof venues.$inferSelect>("venues", ids.venueId);
    const audit = () =>
      auditOf(cronAt(Date.now()), {
        ...{
          organizationId: world.tenant.organizationId,
          action: "a",
          resourceKind: "a",
          resourceId: "a",
          changes: {},
        },
      });
    const before = await trace();
    const moving = { id: event.id, organizationId: event.organization_id, from: "draft", version: 0 } as const;
    const written = await Promise.all([
      updateEvent(db, event, { doors_open: 1 }, audit()),
      removeDraft(db, event, audit()),
      writeTransition(db, { ...moving, transition: "publish", now: Date.now() }, audit()),
      updateVenue(db, venue, { capacity: 9_999 }, audit()),
      updateGate(db, place, { status: "closed" }, audit()),
      removeGate(db, place, audit()),
      updateTicketType(db, type, { admission: null }, audit()),
      removeTicketType(db, type, audit()),
    ]);
    expect(written).toEqual([false, false, null, false, false, false, false, false]);
    expect(await trace()).toEqual(before);
  });
});
