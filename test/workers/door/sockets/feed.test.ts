// From a gate to a dashboard: what the door counts, its event's feed shows to members and devices, and to nobody else.

import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { insideOf, onShard, openGate, shown, told } from "../gate.ts";
import { asDevice, pathOf, snapshotOf } from "../../support/doors.ts";
import { feeds, held } from "../../support/fixture.ts";
import { follow, showing } from "../../support/socket.ts";

describe("a scan", () => {
  it("[D23] [L1] reaches devices and members in the next frame, with who is inside and by which gate", async () => {
    const gate = await openGate();
    const viewers = [await asDevice(gate.doors), await follow(pathOf(gate.doors), gate.doors.tenant.token)];
    for (const each of viewers) expect((await snapshotOf(each)).door).toBeNull();
    expect([await gate.scan(1), await gate.scan(2), await gate.scan(1, { direction: "out" })]).toEqual([
      "admitted",
      "admitted",
      "exited",
    ]);
    for (const each of viewers) {
      const frame = await each.until(({ type, door }) => type === "door" && door?.seq === 4);
      expect(frame.door).toEqual(shown(gate.gateId, 4, 2, 1));
    }
    const late = await asDevice(gate.doors);
    expect((await snapshotOf(late)).door).toEqual(shown(gate.gateId, 4, 2, 1));
  });

  it("[P3] [D23] [L6] never reaches the public, by the event's feed, its shards or a ticket type's socket", async () => {
    const gate = await openGate();
    const { eventId, typeId } = gate.doors;
    const outside = [
      await follow(`/v1/events/${eventId}/live`),
      await onShard(gate, 2),
      await follow(`/v1/ticket-types/${typeId}/live`),
    ];
    for (const each of outside) await snapshotOf(each);
    const device = await asDevice(gate.doors);
    await gate.scan(1);
    await device.until(insideOf(1));
    // The last word to them all: had anything come before it, it would be there.
    await held(must(parseId("tt", typeId), "made"), newId("shp"), 3);
    for (const each of outside) {
      await each.until(showing(typeId, { held: 3 }));
      expect(each.frames.map(({ type }) => type)).toEqual(["snapshot", "occupancy"]);
      expect(each.texts.join()).not.toMatch(/door|inside|admitted|gate_/);
    }
    expect((await follow(`/v1/events/${eventId}/live`)).texts.join()).not.toMatch(/door|inside/);
  });

  it("[D23] [D11] and so is another capacity, by the terms that bring it", async () => {
    const gate = await openGate();
    const device = await asDevice(gate.doors);
    await gate.scan(1);
    await device.until(insideOf(1));
    await gate.door.terms(gate.terms(2, { softCapacity: 700 }), "test");
    const { door } = await device.until((frame) => frame.door?.capacity.soft === 700);
    expect(door).toMatchObject({ seq: 3, inside: 1, gates: [] });
  });

  it("[L4] [D23] 50 times a second is at most ten frames a second, the last with the final counts", async () => {
    const gate = await openGate();
    const device = await asDevice(gate.doors);
    await snapshotOf(device);
    const scans: Promise<string>[] = [];
    for (let serial = 1; serial <= 75; serial++) {
      scans.push(gate.scan(serial));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(new Set(await Promise.all(scans))).toEqual(new Set(["admitted"]));
    await device.until(insideOf(75));
    const times = device.frames.map(({ at }) => Date.parse(at));
    for (const from of times)
      expect(times.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(10);
    const seqs = device.frames.flatMap(({ door }) => door?.seq ?? []);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  });
});

describe("a feed that is away", () => {
  it("[L6] [D23] delays no scan, and has the latest by the door's alarm", async () => {
    const gate = await openGate();
    const device = await asDevice(gate.doors);
    await gate.scan(1);
    await device.until(insideOf(1));
    await told(gate);
    await gate.cutOff();
    for (let serial = 2; serial <= 9; serial++) expect(await gate.scan(serial)).toBe("admitted");
    const standsAt = await gate.inDoor((_, { storage }) => storage.getAlarm());
    expect(must(standsAt, "the alarm stands for the feed") - Date.now()).toBeLessThan(31_000);
    await gate.back();
    // Time passes, as for the backoff; the rest is the alarm's.
    await gate.inDoor((door) => {
      door.clock = () => Date.now() + 40_000;
    });
    expect(await runDurableObjectAlarm(gate.stub())).toBe(true);
    await device.until(insideOf(9));
  });

  it("[L6] [D23] and never replies has one push at a time, with the latest counts", async () => {
    const gate = await openGate();
    await gate.scan(1);
    await told(gate);
    const pushed: number[] = [];
    const answers: (() => void)[] = [];
    await gate.inDoor((door) => {
      door.feeds = (eventId) => ({
        ...feeds(eventId),
        door: ({ inside }) => {
          pushed.push(inside);
          return new Promise((resolve) => answers.push(resolve));
        },
      });
    });
    expect(await gate.scan(2)).toBe("admitted");
    // The push before may still wait for its acknowledgement, which comes with the next frame.
    await expect.poll(() => pushed).toEqual([2]);
    for (let serial = 3; serial <= 6; serial++) expect(await gate.scan(serial)).toBe("admitted");
    expect(pushed).toEqual([2]);
    await gate.inDoor(async () => {
      answers[0]?.();
      await new Promise((resolve) => setTimeout(resolve, 0));
    });
    expect(pushed).toEqual([2, 6]);
  });

  it("[L3] [D23] while the door is put to sleep: woken by its alarm the door pushes what it was left for", async () => {
    const gate = await openGate();
    const device = await asDevice(gate.doors);
    await gate.scan(1);
    await device.until(insideOf(1));
    await gate.cutOff();
    await gate.scan(2);
    await evictDurableObject(gate.stub());
    expect(await runDurableObjectAlarm(gate.stub())).toBe(true);
    await device.until(insideOf(2));
  });

  it("[L2] [D23] takes nothing older than what it has, in whatever order it comes", async () => {
    const gate = await openGate();
    const device = await asDevice(gate.doors);
    for (const serial of [1, 2, 3]) await gate.scan(serial);
    await device.until(insideOf(3));
    await feeds(gate.eventId).door(shown(gate.gateId, 2, 1));
    await feeds(gate.eventId).door(shown(gate.gateId, 4, 99));
    expect((await snapshotOf(await asDevice(gate.doors))).door).toEqual(shown(gate.gateId, 4, 3));
  });
});
