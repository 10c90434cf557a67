// What a restored D1 delivers to doors, before its epoch is raised and after (rule X6).

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { redeliverDoors } from "../../../../src/app/deliveries/deliver-doors.ts";
import { literal } from "../../../../src/cli/d1/database.ts";
import { raiseEpoch } from "../../../../src/cli/rows/restore-rows.ts";
import { restores } from "../../../../src/db/schema/sync.ts";
import { compareEventTerms, type EventTerms } from "../../../../src/domain/door/event-terms.ts";
import type { EventId } from "../../../../src/domain/ids.ts";
import { accept } from "../../../../src/domain/result.ts";
import { cronAt } from "../../support/catalogue.ts";
import { change, changedEvent, CONFLICT, openDoorPort, versionOf, waitingFor } from "../port.ts";
import { db, HOUR, seedShow } from "../../support/fixture.ts";
import { putBack, takeSnapshot } from "../../support/storage/restoring.ts";

const DAY = 24 * HOUR;

let lines: string[] = [];
beforeEach(async () => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
  await env.DB.exec("DELETE FROM sync_rows");
});
const logged = (event: string) => lines.filter((line) => line.includes(`"event":"${event}"`)).length;

/** Doors that take terms by rule X6. */
function keepingDoors() {
  const known = new Map<EventId, EventTerms>();
  return openDoorPort(({ eventId, terms }) => {
    if (terms === null) return accept({ version: 0 });
    if (compareEventTerms(terms, known.get(eventId) ?? null) === "old") return CONFLICT;
    known.set(eventId, terms);
    return accept({ version: terms.version });
  });
}

describe("[X6] after a restore of D1", () => {
  const restored = (now: number) => env.DB.batch(raiseEpoch(now).map((each) => env.DB.prepare(literal(each))));
  afterEach(async () => void (await db.delete(restores)));

  it.each(["an older version", "the same version with other content"])(
    "a door does not take %s until a new epoch has begun",
    async (what) => {
      const eventId = await changedEvent();
      const door = keepingDoors();
      const cron = () => cronAt(Date.now(), { doors: door.doors });
      expect(await redeliverDoors(cron())).toBe(0);
      const before = await takeSnapshot();
      const counted = what === "an older version" ? 2 : 1;
      await env.DB.prepare("UPDATE events SET admission_capacity = 5 WHERE id = ?").bind(eventId).run();
      for (let n = 0; n < counted; n++) await change(eventId);
      expect(await redeliverDoors(cron())).toBe(0);
      await putBack(before);
      await change(eventId);
      expect(await redeliverDoors(cron())).toBe(1);
      expect(logged("door_terms_not_taken")).toBe(1);
      expect(await waitingFor(eventId)).toEqual([3]);
      const epoch = Date.now();
      await restored(epoch);
      expect(await redeliverDoors(cron())).toBe(0);
      expect(door.lastOf(eventId)).toMatchObject({ epoch, rules: { softCapacity: 50_000 } });
      expect(await waitingFor(eventId)).toEqual([]);
    },
  );

  it("all that may still have a door get everything again, in versions that no door has seen", async () => {
    const now = Date.now();
    const of = async (status: "draft" | "ended" | "archived", end: number) => {
      const times = { start_time: end - HOUR, end_time: end, sale_start: 1, sale_end: 2 };
      const { eventId } = await seedShow([], { status, ...times, door_version: 5 });
      return eventId;
    };
    const inside = [
      await of("draft", now + DAY),
      await of("ended", now - 900 * DAY),
      await of("archived", now - 7 * DAY + 1),
    ];
    const outside = await of("archived", now - 7 * DAY);
    await restored(now);
    const version = Math.floor(now / 1_000);
    expect(await Promise.all([...inside, outside].map(versionOf))).toEqual(Array.from({ length: 4 }, () => version));
    expect(await Promise.all([...inside, outside].map(waitingFor))).toEqual([[version], [version], [version], []]);
    await restored(now);
    expect(await Promise.all(inside.map(waitingFor))).toEqual(Array.from({ length: 3 }, () => [version + 1]));
    const door = openDoorPort();
    expect(await redeliverDoors(cronAt(now, { doors: door.doors }))).toBe(0);
    for (const id of inside) expect(door.lastOf(id)).toMatchObject({ epoch: now + 1, version: version + 1 });
  });
});
