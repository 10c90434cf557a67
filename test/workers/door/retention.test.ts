// A door in its object, 90 days after its event was archived (rule D25): with real storage, its alarm, and over HTTP.

import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { showSerial } from "../../../src/domain/door/tickets/serial.ts";
import type { EventTerms } from "../../../src/domain/door/event-terms.ts";
import { DOOR_RETENTION } from "../../../src/domain/door/rows/retention.ts";
import { judgeCommand, voided } from "../../support/door/ticket-changes.ts";
import { type Gate, openGate } from "./gate.ts";
import { ask, bodyOf, refusalOf } from "../support/http.ts";
import { insideDoor } from "../support/object.ts";
import { AT_NORTH, DAY, NOW, objectOf, openDoor, type OpenDoor, said } from "./object-door.ts";

const ARCHIVED_AT = NOW + 60_000;
const EMPTIED_AT = ARCHIVED_AT + 90 * DAY;
const TABLES = ["tickets", "conflicts", "leases", "sockets", "log"];

/** The life of the door that is there now, at this time, and who is pushed to says so at once. */
const at = (gate: Gate, now: number) =>
  gate.inDoor((door) => {
    door.clock = () => now;
    door.retention = { ...DOOR_RETENTION, rowsAStep: 3 };
    door.ports = { ...door.ports, projectCounts: () => Promise.resolve() };
  });
const wakeAt = async (gate: Gate, now: number) => {
  await evictDurableObject(gate.stub());
  await at(gate, now);
};
const alarmAt = (gate: Gate) => gate.inDoor((_, { storage }) => storage.getAlarm());
const rowsIn = (gate: Gate): Promise<number> =>
  gate.inDoor((_, { storage }) => {
    const counts = TABLES.map((table) => storage.sql.exec(`SELECT COUNT(*) AS count FROM ${table}`).one()["count"]);
    return counts.reduce((sum: number, count) => sum + Number(count), 0);
  });
const archived = (gate: Gate) => gate.terms(2, { eventStatus: "archived", archivedAt: ARCHIVED_AT });

/** A door that two were let in to, and one not, and whose event was archived. */
async function openArchived(): Promise<Gate> {
  const gate = await openGate();
  const outcomes = [await gate.scan(1), await gate.scan(2), await gate.scan(3, { read: "no code" })];
  expect(outcomes).toEqual(["admitted", "admitted", "unreadable"]);
  expect(await gate.door.terms(archived(gate), "test")).toMatchObject({ ok: true });
  return gate;
}

/** Emptied as of its fifth row: two of terms, three of scans. */
async function openEmptied(): Promise<Gate> {
  const gate = await openArchived();
  await wakeAt(gate, EMPTIED_AT);
  for (let runs = 0; runs < 5; runs += 1) await runDurableObjectAlarm(gate.stub());
  expect(await rowsIn(gate)).toBe(0);
  return gate;
}

describe("[D25] a door in its object", () => {
  it("is emptied by an alarm set at archiving, though it sleeps until then and between two steps", async () => {
    const gate = await openArchived();
    const before = await rowsIn(gate);
    await wakeAt(gate, EMPTIED_AT - 1);
    await runDurableObjectAlarm(gate.stub());
    await expect.poll(() => alarmAt(gate)).toBe(EMPTIED_AT);
    expect(await rowsIn(gate)).toBe(before);
    const left = [before];
    for (let runs = 0; runs < 10 && left.at(-1) !== 0; runs += 1) {
      await wakeAt(gate, EMPTIED_AT);
      expect(await alarmAt(gate)).not.toBeNull();
      await runDurableObjectAlarm(gate.stub());
      left.push(await rowsIn(gate));
    }
    const steps = left.slice(1).map((rows, step) => (left[step] ?? 0) - rows);
    expect([left.at(-1), Math.max(...steps)]).toEqual([0, 3]);
    await gate.inDoor((door) => {
      door.clock = () => EMPTIED_AT + DAY;
    });
    await runDurableObjectAlarm(gate.stub());
    await expect
      .poll(async () => {
        await runDurableObjectAlarm(gate.stub());
        return alarmAt(gate);
      })
      .toBeNull();
    expect(await gate.door.shown()).toMatchObject({ ok: true, value: { seq: 5, inside: 2, admitted: 2 } });
  });

  it("of an event that was archived by a version that set no alarm is woken by terms that it has already", async () => {
    const gate = await openArchived();
    await gate.inDoor((_, { storage }) => storage.deleteAlarm());
    await wakeAt(gate, EMPTIED_AT - DAY);
    const before = await rowsIn(gate);
    expect(await gate.door.terms(archived(gate), "test")).toEqual({ ok: true, value: { version: 2 } });
    await expect.poll(() => alarmAt(gate)).toBe(EMPTIED_AT);
    expect(await rowsIn(gate)).toBe(before);
  });

  it("takes nothing of a D1 that was restored for a reason to open, or to forget that it was emptied", async () => {
    const gate = await openEmptied();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { rules, ...terms } = gate.terms();
    const live = { ...terms, epoch: 5, rules: { ...rules, endTime: EMPTIED_AT + DAY } };
    expect(await gate.door.terms(live, "test")).toMatchObject({ ok: true });
    for (const life of ["awake", "woken"]) {
      expect([await gate.scan(1), await gate.scan(9), await gate.scan(1, { direction: "out" })], life).toEqual([
        ...["door_closed", "door_closed", "door_closed"],
      ]);
      expect(await gate.door.terms(null, "test"), life).toEqual({ ok: true, value: { version: 1 } });
      await wakeAt(gate, EMPTIED_AT);
    }
    const socket = { token: gate.doors.device.token, headers: { Upgrade: "websocket" } };
    expect((await ask("GET", `/v1/events/${gate.eventId}/door`, socket)).status).toBe(404);
    expect(await rowsIn(gate)).toBe(1);
  });

  it("that judged tickets but never had terms accepts the archived event's, and deletes what it judged", async () => {
    const here = await openDoor();
    const { kind: _, ...command } = judgeCommand(voided([1]));
    expect(await here.door.judge(command)).toEqual({ ok: true, value: { numbers: [1] } });
    expect(await here.door.terms(await here.termsNow(), "test")).toMatchObject({ ok: true });
    expect(await insideDoor(here.id, (door) => door.ledger.book().terms)).toBeNull();
    const rules = { eventStatus: "archived", archivedAt: ARCHIVED_AT, endTime: NOW } as const;
    await here.door.terms(await here.termsNow({ rules, terms: { version: 2 } }), "test");
    await insideDoor(here.id, (door) => {
      door.clock = () => EMPTIED_AT;
    });
    await runDurableObjectAlarm(objectOf(here.id));
    await runDurableObjectAlarm(objectOf(here.id));
    expect(
      await insideDoor(here.id, (door) => [door.ledger.book().checkpoint?.seq, door.ledger.book().head.seq]),
    ).toEqual([2, 2]);
    expect(await here.door.judge(command)).toMatchObject({ refusal: { code: "door_closed" } });
    expect(said(await here.scan(1, { by: { ...AT_NORTH, device: null } }))).toBe("door_closed");
  });
});

describe("[D25] a door that judges tickets when its event is archived already, and nobody was scanned", () => {
  const rules = { eventStatus: "archived", archivedAt: ARCHIVED_AT, endTime: NOW } as const;
  const termsOf = (here: OpenDoor) => insideDoor(here.id, (door) => door.ledger.book().terms);
  const judge = (here: OpenDoor, serial: number) => {
    const { kind: _, ...command } = judgeCommand(voided([serial]), serial);
    return here.door.judge(command);
  };

  it("[X5] checks behind its reply, and deletes what it judged in time", async () => {
    const read = Promise.withResolvers<EventTerms>();
    const here = await openDoor(() => read.promise);
    expect(await judge(here, 1)).toEqual({ ok: true, value: { numbers: [1] } });
    expect(await termsOf(here)).toBeNull();
    read.resolve(await here.termsNow({ rules, terms: { version: 2 } }));
    await expect.poll(() => termsOf(here)).toMatchObject({ version: 2 });
    const alarm = () => insideDoor(here.id, (_, { storage }) => storage.getAlarm());
    await expect.poll(alarm).not.toBeNull();
    await insideDoor(here.id, (door) => {
      door.clock = () => EMPTIED_AT;
    });
    await runDurableObjectAlarm(objectOf(here.id));
    expect(await insideDoor(here.id, (door) => door.ledger.book().checkpoint?.seq)).toBe(2);
  });

  it("checks no second time while the event goes on, since its archiving will be delivered", async () => {
    const here = await openDoor();
    for (const serial of [1, 2]) expect(await judge(here, serial)).toMatchObject({ ok: true });
    await expect.poll(here.asked).toBe(1);
    await evictDurableObject(objectOf(here.id));
    expect([await termsOf(here), here.asked()]).toEqual([null, 1]);
  });

  it("checks again with the next that it judges, where D1 was away", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const here: OpenDoor = await openDoor(() =>
      here.asked() === 1 ? Promise.reject(new Error("D1 is away")) : here.termsNow({ rules, terms: { version: 2 } }),
    );
    expect(await judge(here, 1)).toMatchObject({ ok: true });
    await expect.poll(here.asked).toBe(1);
    expect(await judge(here, 2)).toMatchObject({ ok: true });
    await expect.poll(() => termsOf(here)).toMatchObject({ version: 2 });
  });
});

describe("[D25] an emptied door over HTTP", () => {
  it("says how many came and that its log is gone, and of tickets nothing", async () => {
    const gate = await openEmptied();
    const { token } = gate.doors.tenant;
    const path = `/v1/events/${gate.eventId}`;
    const read = (rest: string) => ask("GET", `${path}/${rest}`, { token });
    const counts = await bodyOf(await read("door"));
    expect(counts).toMatchObject({ seq: 5, inside: 2, admitted: 2, gates: [{ gate_id: gate.gateId, entries: 2 }] });
    const log = await bodyOf(await read("scans"));
    expect(log).toEqual({
      ...{ data: [], next_cursor: null },
      checkpoint: {
        ...{ seq: 5, at: expect.any(String), inside: 2, admitted: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
        gates: [{ gate_id: gate.gateId, entries: 2, exits: 0, inside_by: 2 }],
      },
    });
    expect(await bodyOf(await read("scans?after_seq=2&verdict=admitted"))).toEqual(log);
    expect(await bodyOf(await read("door/conflicts"))).toEqual({ data: [], next_cursor: null });
    expect(await bodyOf(await read("door/leases"))).toMatchObject({ data: [] });
    expect(await refusalOf(read("door/bundle"))).toBe("409 door_closed");
    expect(await refusalOf(read("door/bundle?since_seq=2"))).toBe("409 door_closed");
    expect(await refusalOf(read(`door/party?serial=${showSerial(1)}`))).toBe("409 door_closed");
  });
});

describe("[D1] the log of a door that is whole", () => {
  it("has no checkpoint", async () => {
    const gate = await openArchived();
    const { token } = gate.doors.tenant;
    const log = await bodyOf(await ask("GET", `/v1/events/${gate.eventId}/scans`, { token }));
    expect(log).toMatchObject({ checkpoint: null, next_cursor: null });
    expect(log["data"]).toHaveLength(5);
  });
});
