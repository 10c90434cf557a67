// Warnings about an event before people come to its doors: how many may come, and on which devices.

import { expect, test } from "vitest";
import {
  meanwhileThere,
  personsAdmitted,
  placesInside,
} from "../../../../src/ui/console/decisions/event/crowd-warnings.ts";
import { onDuty, silentOnes } from "../../../../src/ui/console/decisions/event/duty.ts";

test("[D11] persons are counted and not tickets, against the event's own limit before the venue's", () => {
  const types = [
    { total_quantity: 100, admission: { admits: 10 } },
    { total_quantity: 20, admission: { admits: 1 } },
  ];
  expect(personsAdmitted(types)).toBe(1_020);
  const venue = { capacity: 500 };
  expect(placesInside({ event: { admission_capacity: null }, venue })).toBe(500);
  expect(placesInside({ event: { admission_capacity: 300 }, venue })).toBe(300);
});

test("[D11] what is at the same venue at the same time is named, and nothing else is", () => {
  const at = (id: string, from: number, to: number, other: { status?: string; venue_id?: string } = {}) => ({
    ...{ id, venue_id: "ven_1", status: "published", ...other },
    start_time: new Date(from * 3_600_000).toISOString(),
    end_time: new Date(to * 3_600_000).toISOString(),
  });
  const others = [
    at("same", 10, 20),
    at("within", 12, 13),
    at("draft", 19, 30, { status: "draft" }),
    at("before", 5, 10),
    at("after", 20, 22),
    at("over", 12, 13, { status: "ended" }),
    at("elsewhere", 12, 13, { venue_id: "ven_2" }),
  ];
  expect(meanwhileThere(at("same", 10, 20), others).map(({ id }) => id)).toEqual(["within", "draft"]);
});

test("[D22] a device that was paired for the event and is silent can be found, to be revoked", () => {
  const now = Date.parse("2026-12-05T18:00:00Z");
  const beats = [
    { id: "on", last_heartbeat_at: "2026-12-05T17:59:30Z" },
    { id: "lost", last_heartbeat_at: "2026-12-05T17:50:00Z" },
  ];
  const reporting = onDuty(beats, now);
  expect(reporting.map(({ id }) => id)).toEqual(["on"]);
  const paired = (id: string, other = {}) => ({ id, event_id: "evt_1", expires_at: null, revoked_at: null, ...other });
  const devices = [
    paired("on"),
    paired("lost"),
    paired("over", { expires_at: "2026-12-05T17:00:00Z" }),
    paired("revoked", { revoked_at: "2026-12-05T17:00:00Z" }),
    paired("elsewhere", { event_id: "evt_2" }),
  ];
  expect(silentOnes(devices, { eventId: "evt_1", reporting, now }).map(({ id }) => id)).toEqual(["lost"]);
});
