// A feed that slept, or was never followed, and the event's door: which queries it sends, and that it makes no door.

import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { DoorShown } from "../../../../src/feed/client.ts";
import { insideOf, openGate, shown, told } from "../gate.ts";
import { asDevice, snapshotOf } from "../../support/doors.ts";
import { feeds } from "../../support/fixture.ts";
import { follow } from "../../support/socket.ts";

describe("a feed that slept", () => {
  it("[L3] [D23] with sockets open shows what it had acknowledged, and what the door counts next", async () => {
    const gate = await openGate();
    const device = await asDevice(gate.doors);
    await gate.scan(1);
    await device.until(insideOf(1));
    await told(gate);
    const before = device.frames.length;
    await evictDurableObject(gate.feed);
    await gate.scan(2);
    await device.until(insideOf(2));
    const woken = device.frames[before];
    expect(woken?.type).toBe("snapshot");
    expect([1, 2]).toContain(woken?.door?.inside);
  });

  it("[L3] [L5] [D23] without followers queries the door for its first reader, since it stored no counts", async () => {
    const gate = await openGate();
    for (let serial = 1; serial <= 9; serial++) await gate.scan(serial);
    await told(gate);
    // Its acknowledgement comes after whatever was to be stored of those before it.
    await feeds(gate.eventId).door(shown(gate.gateId, 1, 0));
    const stored = await gate.inFeed((_, { storage }) =>
      storage.sql.exec<{ body: string }>("SELECT body FROM board WHERE kind = 'door'").toArray(),
    );
    expect(
      stored.map(({ body }) => (JSON.parse(body) as DoorShown).inside),
      "that there is a door",
    ).toEqual([0]);
    await evictDurableObject(gate.feed);
    expect((await snapshotOf(await asDevice(gate.doors))).door).toEqual(shown(gate.gateId, 10, 9));
  });

  it("[L3] [D23] queries again by its alarm a door that did not reply, over a sleep too, and then no more", async () => {
    const gate = await openGate();
    for (const serial of [1, 2, 3]) await gate.scan(serial);
    await told(gate);
    await evictDurableObject(gate.feed);
    let queries = 0;
    const away = () =>
      gate.inFeed((feed) => {
        feed.ports = {
          ...feed.ports,
          door: () => {
            queries += 1;
            return Promise.resolve(null);
          },
        };
      });
    await away();
    const device = await asDevice(gate.doors);
    await snapshotOf(device);
    expect(queries).toBe(1);
    await evictDurableObject(gate.feed);
    await gate.inFeed((feed) => {
      feed.clock = () => Date.now() + 60_000;
    });
    await runDurableObjectAlarm(gate.feed);
    await device.until(insideOf(3));
    await away();
    await gate.inFeed((feed) => {
      feed.clock = () => Date.now() + 600_000;
      return feed.alarm();
    });
    expect(queries).toBe(1);
  });

  it("[X8] [D23] and was stored by a release without doors shows no door until the door counts again", async () => {
    const gate = await openGate();
    const device = await asDevice(gate.doors);
    await gate.scan(1);
    await device.until(insideOf(1));
    await told(gate);
    await gate.inFeed((_, { storage }) => storage.sql.exec("DELETE FROM board WHERE kind = 'door'"));
    await evictDurableObject(gate.feed);
    expect((await snapshotOf(await asDevice(gate.doors))).door).toBeNull();
    await gate.scan(2);
    await device.until(insideOf(2));
  });
});

describe("an event at which nobody was ever scanned", () => {
  it("[X5] [D23] has no door, gets no query for one from its followers, and says so", async () => {
    const gate = await openGate();
    let queries = 0;
    await gate.inFeed((feed) => {
      const { ports } = feed;
      feed.ports = {
        ...ports,
        door: (id) => {
          queries += 1;
          return ports.door(id);
        },
      };
    });
    const device = await asDevice(gate.doors);
    expect((await snapshotOf(device)).door).toBeNull();
    await snapshotOf(await follow(`/v1/events/${gate.eventId}/live`));
    expect(queries).toBe(0);
    expect(await gate.inFeed((feed) => feed.ports.door(gate.eventId))).toBe("gone");
    const tables = await gate.inDoor((_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('log', 'steps')").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("[D23] and that is deleted leaves no alarm of its door", async () => {
    const gate = await openGate();
    await gate.cutOff();
    expect(await gate.scan(1, { read: "nothing" })).toBe("unreadable");
    const alarm = () => gate.inDoor((_, { storage }) => storage.getAlarm());
    expect(await alarm()).not.toBeNull();
    expect(await gate.door.terms(null, "test")).toEqual({ ok: true, value: { version: 0 } });
    expect(await alarm()).toBeNull();
  });
});
