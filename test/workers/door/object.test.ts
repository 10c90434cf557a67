// The object of an event's door: what it queries in D1, what it writes, and what a restart and a fault leave of it.

import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { showSerial } from "../../../src/domain/door/tickets/serial.ts";
import type { ScanId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import type { ScanRequest } from "../../../src/door/client.ts";
import { typedCodeOf } from "../../../src/shared/ticket-keys.ts";
import { NORTH } from "../../support/door/cases.ts";
import { insideDoor } from "../support/object.ts";
import { AT_NORTH, atSouth, DAY, logged, NOW, objectOf, openDoor, said, tablesOf } from "./object-door.ts";
import { countStorage, type StorageCounts } from "../support/storage/platform-counts.ts";

describe("[D2] [X5] the terms of a door", () => {
  it("are read from D1 by its first scan, once for all who come at that time, and never for another scan", async () => {
    const here = await openDoor();
    const first = await Promise.all(Array.from({ length: 20 }, (_, serial) => here.scan(serial)));
    expect(first.map(said)).toEqual(Array.from({ length: 20 }, () => "admitted"));
    for (let serial = 20; serial < 40; serial++) expect(said(await here.scan(serial))).toBe("admitted");
    expect(here.asked()).toBe(1);
    expect((await logged(here)).length).toBe(41);
  });

  it("are of no event that D1 does not have: its door stores nothing, and D1 is not queried again for 5 s", async () => {
    const here = await openDoor(() => Promise.resolve(null));
    expect([said(await here.scan(1)), said(await here.scan(2))]).toEqual(["not_found", "not_found"]);
    expect(here.asked()).toBe(1);
    await insideDoor(here.id, (object) => {
      object.clock = () => Date.now() + 5_000;
    });
    expect(said(await here.scan(3))).toBe("not_found");
    expect(here.asked()).toBe(2);
    expect(await tablesOf(here.id)).toEqual([]);
  });

  it("[X3] keep the door open while D1 is away; without any it says that it will be there", async () => {
    let isAway = true;
    const here = await openDoor((terms) =>
      isAway ? Promise.reject(new Error("D1_ERROR: away")) : Promise.resolve(terms),
    );
    expect(await here.scan(1)).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
    isAway = false;
    expect(said(await here.scan(1))).toBe("admitted");
    isAway = true;
    await evictDurableObject(objectOf(here.id));
    expect(said(await here.scan(2))).toBe("admitted");
  });

  it("are pushed: a closed gate is closed for the next scan, and older terms change nothing", async () => {
    const here = await openDoor();
    expect(said(await here.scan(1))).toBe("admitted");
    const gates = [{ id: NORTH, status: "closed", capacity: null }] as const;
    const closed = await here.termsNow({ rules: { gates }, terms: { version: 2 } });
    expect(await here.door.terms(closed, "test")).toEqual({ ok: true, value: { version: 2 } });
    expect(said(await here.scan(2))).toBe("gate_closed");
    expect(await here.door.terms(await here.termsNow(), "test")).toMatchObject({
      refusal: { code: "version_conflict" },
    });
    expect(said(await here.scan(3))).toBe("gate_closed");
  });

  it("leave nothing at a door that nobody has used, and count at one that is reading terms just now", async () => {
    const idle = await openDoor();
    expect(await idle.door.terms(await idle.termsNow(), "test")).toEqual({ ok: true, value: { version: 1 } });
    expect(await tablesOf(idle.id)).toEqual([]);

    let answer: (() => void) | null = null;
    const busy = await openDoor((terms) => new Promise((settle) => (answer = () => settle(terms))));
    const scan = busy.scan(1);
    await expect.poll(() => answer).not.toBeNull();
    const gates = [{ id: NORTH, status: "closed", capacity: null }] as const;
    const pushed = busy.door.terms(await busy.termsNow({ rules: { gates }, terms: { version: 2 } }), "test");
    // Within the object, since it waits there. The cast: `poll` has seen it set.
    await insideDoor(busy.id, () => (answer as unknown as () => void)());
    expect([(await scan).ok, (await pushed).ok]).toEqual([true, true]);
    expect(said(await busy.scan(2))).toBe("gate_closed");
  });

  it("are read again for nearby events after a day, behind the scan, and later if D1 is away", async () => {
    let isAway = false;
    const nearby = [{ eventId: newId("evt"), name: "Tomorrow", startsAt: NOW, keys: [] }];
    const here = await openDoor((terms) =>
      isAway
        ? Promise.reject(new Error("D1_ERROR: away"))
        : Promise.resolve(here.asked() === 1 ? terms : { ...terms, nearby, nearbyAt: NOW + 2 * DAY }),
    );
    await here.scan(1);
    const at = (time: number) =>
      insideDoor(here.id, (object) => {
        object.clock = () => time;
      });
    await at(NOW + DAY - 1);
    await here.scan(2);
    expect(here.asked()).toBe(1);
    isAway = true;
    await at(NOW + DAY);
    expect(said(await here.scan(3))).toBe("admitted");
    await expect.poll(here.asked).toBe(2);
    await at(NOW + DAY + 5 * 60_000 - 1);
    await here.scan(4);
    expect(here.asked()).toBe(2);
    isAway = false;
    await at(NOW + DAY + 5 * 60_000);
    await here.scan(5);
    await expect.poll(() => insideDoor(here.id, (object) => object.ledger.book().terms?.nearby.length)).toBe(1);
    await here.scan(6);
    expect(here.asked()).toBe(3);
  });

  it("of an event that is deleted go with all that is stored, unless somebody was let in", async () => {
    const refused = await openDoor();
    await refused.scan(1, { code: "nothing" });
    expect(await refused.door.terms(null, "test")).toEqual({ ok: true, value: { version: 0 } });
    expect(await tablesOf(refused.id)).toEqual([]);
    expect(said(await refused.scan(2)), "a scan that was on its way writes nothing").toBe("not_found");
    const used = await openDoor();
    await used.scan(1);
    expect(await used.door.terms(null, "test")).toEqual({ ok: true, value: { version: 1 } });
    expect(await logged(used)).toHaveLength(2);
  });
});

describe("[D1] [D24] what a scan writes", () => {
  it("is three rows when somebody passes, two when nobody does, and none when it comes again", async () => {
    const here = await openDoor();
    await here.scan(1);
    const counts: StorageCounts = { rows: 0, read: 0, alarms: 0 };
    await insideDoor(here.id, (_, { storage }) => countStorage(storage, counts));
    const written = async (serial: number, parts: Partial<ScanRequest> = {}) => {
      const before = counts.rows;
      const verdict = said(await here.scan(serial, parts));
      return [verdict, counts.rows - before];
    };
    const scanId = newId("scn");
    expect(await written(2, { scanId })).toEqual(["admitted", 3]);
    expect(await written(2, { scanId })).toEqual(["admitted", 0]);
    expect(await written(2, atSouth)).toEqual(["already_inside", 2]);
    expect(await written(2, { direction: "out", ...atSouth })).toEqual(["exited", 3]);
    expect(await written(2, { code: "nothing" })).toEqual(["unreadable", 2]);
    expect(counts.alarms).toBe(0);
  });

  it("reads the rows of its ticket and of its id, however many there are", async () => {
    const here = await openDoor();
    for (let serial = 0; serial < 300; serial++) await here.scan(serial);
    const counts: StorageCounts = { rows: 0, read: 0, alarms: 0 };
    await insideDoor(here.id, (_, { storage }) => countStorage(storage, counts));
    await here.scan(1, atSouth);
    expect(counts.read).toBeLessThanOrEqual(10);
  });
});

describe("[D4] a scan that comes again", () => {
  it("50 times at once is one row and one result, also after the object slept and after it was evicted", async () => {
    const here = await openDoor();
    const scanId = newId("scn");
    const answers = await Promise.all(Array.from({ length: 50 }, () => here.scan(7, { scanId })));
    await evictDurableObject(objectOf(here.id));
    answers.push(await here.scan(7, { scanId }));
    await abortAllDurableObjects();
    answers.push(await here.scan(7, { scanId }));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(said(await here.scan(7, { scanId, direction: "out" }))).toBe("scan_id_reused");
    expect(await logged(here)).toHaveLength(2);
  });

  it("[D5] is a repeat once its scanner says that the verdict has arrived", async () => {
    const here = await openDoor();
    const scanId = newId("scn");
    await here.scan(7, { scanId });
    expect(await here.scan(7)).toMatchObject({ value: { scanId, again: true, verdict: { verdict: "admitted" } } });
    expect(await here.scan(7, { acked: [scanId] })).toMatchObject({
      value: { scanId, verdict: { verdict: "repeat" } },
    });
  });
});

it("[N3] a typed code is good by the secret of this server, and its scanner has 30 tries a minute", async () => {
  const here = await openDoor();
  const ticketTypeId = must((await here.termsNow()).typeIds[0], "they have a type").id;
  const typed = (serial: number, code: string) =>
    here.scan(serial, { code, source: "typed", ticketTypeId, scanId: newId("scn") satisfies ScanId });
  expect(said(await typed(7, typedCodeOf(env.TICKET_SECRET, 7, 1)))).toBe("admitted");
  expect(said(await typed(8, typedCodeOf("another secret than that one", 8, 1)))).toBe("forged");
  expect(said(await typed(9, typedCodeOf(env.TICKET_SECRET, 9, 2)))).toBe("forged");
  for (let serial = 100; serial < 127; serial++) await typed(serial, `${showSerial(serial)}0000`);
  expect(await typed(10, typedCodeOf(env.TICKET_SECRET, 10, 1))).toMatchObject({ refusal: { code: "rate_limited" } });
  expect(said(await here.scan(10)), "what is read is not counted").toBe("admitted");
});

it("[H11] a batch that cannot be written replies 503, lets nobody in, and the next one works", async () => {
  const here = await openDoor();
  await here.scan(1);
  await insideDoor(here.id, (_, { storage }) =>
    storage.sql.exec("CREATE TRIGGER full BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'disk full'); END"),
  );
  expect(await here.scan(2)).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
  await insideDoor(here.id, (_, { storage }) => storage.sql.exec("DROP TRIGGER full"));
  expect(await here.door.counts(AT_NORTH)).toMatchObject({ value: { seq: 2, counts: { inside: 1 } } });
  expect(said(await here.scan(2))).toBe("admitted");
});
