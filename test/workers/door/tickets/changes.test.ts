// Tickets that an order's home has a door judge, over the object: against scans at the same moment, again and again,
// without D1, and over HTTP as a gate and an organiser see it.

import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import type { JudgeReply } from "../../../../src/domain/door/command.ts";
import { EMPTY_DOOR, firstBrokenDoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import { parseSerial } from "../../../../src/domain/door/tickets/serial.ts";
import { MAX_WAITING } from "../../../../src/domain/limits.ts";
import { must } from "../../../../src/domain/result.ts";
import { openDoors } from "../../../../src/door/client.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { judgeCommand, ticket, voided } from "../../../support/door/ticket-changes.ts";
import { insideDoor } from "../../support/object.ts";
import { AT_NORTH, logged, objectOf, type OpenDoor, openDoor, said, tablesOf } from "../object-door.ts";
import { countStorage, type StorageCounts } from "../../support/storage/platform-counts.ts";
import { atGate, buy, logOf, openEvening, scanTicket, verdictOf } from "../evening.ts";
import { eventIdOf } from "../port.ts";
import { bodyOf, ISO } from "../../support/http.ts";

const judge = ({ door }: OpenDoor, ...asked: Parameters<typeof judgeCommand>): Promise<JudgeReply> =>
  door.judge(judgeCommand(...asked));
const numbers = (...changed: number[]) => ({ ok: true, value: { numbers: changed } });

describe("[N9] a void at the moment of the scan", () => {
  it("200 times at once: one of the two wins, and both replies are as the log has it", async () => {
    const here = await openDoor();
    await here.scan(1_000);
    const codes = await Promise.all(Array.from({ length: 200 }, (_, serial) => here.codeOf(serial)));
    const rounds = await Promise.all(
      codes.map(async (code, serial) => {
        const scan = () => here.scan(serial, { code });
        const revoke = () => judge(here, voided([serial]), serial);
        if (serial % 2 === 1) {
          const [judged, scanned] = await Promise.all([revoke(), scan()]);
          return { serial, scanned, judged };
        }
        const [scanned, judged] = await Promise.all([scan(), revoke()]);
        return { serial, scanned, judged };
      }),
    );
    const rows = await logged(here);
    const won = { scan: 0, void: 0 };
    for (const { serial, scanned, judged } of rounds) {
      const mine = rows.filter((row) => row.serial === serial).map(({ kind, verdict }) => [kind, verdict]);
      if (judged.ok) {
        won.void += 1;
        expect([judged, said(scanned)]).toEqual([numbers(serial), "void"]);
        expect(mine).toEqual([
          ["revoke", "void"],
          ["entry", "void"],
        ]);
      } else {
        won.scan += 1;
        const at = scanned.ok ? scanned.value.at : 0;
        expect(judged.refusal).toEqual({
          ...{ code: "ticket_admitted", ticketNumber: serial, admittedAt: at, gateId: AT_NORTH.device.gateId },
        });
        expect(mine).toEqual([["entry", "admitted"]]);
      }
    }
    console.info(`a void against an admission: ${JSON.stringify(won)}`);
    expect(Math.min(won.scan, won.void)).toBeGreaterThan(0);
    expect(await here.door.counts(AT_NORTH)).toMatchObject({ value: { counts: { admitted: 1 + won.scan } } });
    expect(firstBrokenDoorRow(EMPTY_DOOR, rows, sha256Hex)).toBeNull();
  });
});

describe("[N9] one change that is requested again and again", () => {
  it("50 times at once, after sleep and after eviction, is one row a ticket and one result", async () => {
    const here = await openDoor();
    const change = voided([1, 2, 3, 4], { take: 3, note: "refunded" });
    const answers = await Promise.all(Array.from({ length: 50 }, () => judge(here, change)));
    await evictDurableObject(objectOf(here.id));
    answers.push(await judge(here, change));
    await abortAllDurableObjects();
    answers.push(await judge(here, change));
    for (const answer of answers) expect(answer).toEqual(numbers(2, 3, 4));
    const kinds = await insideDoor(here.id, (_, { storage }) =>
      storage.sql.exec("SELECT kind, serial FROM log ORDER BY seq").toArray(),
    );
    expect(kinds).toEqual([4, 3, 2].map((serial) => ({ kind: "revoke", serial })));
  });
});

describe("[D1] [X5] a door at which nobody was ever scanned", () => {
  it("judges while D1 is away, pushes to no feed, and lets in by what it judged once somebody comes", async () => {
    let isAway = true;
    const here = await openDoor((terms) =>
      isAway ? Promise.reject(new Error("D1_ERROR: away")) : Promise.resolve(terms),
    );
    let pushed = 0;
    await insideDoor(here.id, (door) => {
      const { feeds } = door;
      door.feeds = (...which) => {
        pushed += 1;
        return feeds(...which);
      };
    });
    expect(await judge(here, voided([1]), "a")).toEqual(numbers(1));
    expect(await judge(here, { action: "block", ticket: ticket(2), note: "stolen" }, "b")).toEqual(numbers(2));
    expect(pushed).toBe(0);
    expect(await here.door.shown()).toEqual({ ok: true, value: null });
    expect(await insideDoor(here.id, (_, { storage }) => storage.getAlarm())).toBeNull();
    expect(await here.scan(1)).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
    expect(await here.door.terms(await here.termsNow(), "test")).toEqual({ ok: true, value: { version: 1 } });
    isAway = false;
    expect([said(await here.scan(1)), said(await here.scan(2)), said(await here.scan(3))]).toEqual([
      ...["void", "blocked", "admitted"],
    ]);
    expect((await logged(here)).map(({ kind }) => kind)).toEqual([
      ...["revoke", "revoke", "terms", "entry", "entry", "entry"],
    ]);
    await expect.poll(() => pushed).toBeGreaterThan(0);
  });

  it("keeps what it judged though D1 lacks the event, takes its own terms, and judges no other event's", async () => {
    const here = await openDoor();
    await judge(here, voided([1]), "a");
    expect(await here.door.terms(null, "test")).toEqual({ ok: true, value: { version: 0 } });
    expect(said(await here.scan(1))).toBe("void");
    expect(await here.door.terms(null, "test")).toEqual({ ok: true, value: { version: 1 } });
    expect(said(await here.scan(1))).toBe("void");
    const wrong = insideDoor(here.id, (door) => door.judge(newId("evt"), judgeCommand(voided([2]), "b")));
    await expect(wrong).rejects.toThrow("their own event");
    expect(said(await here.scan(2))).toBe("admitted");
  });
});

describe("[D1] [D24] what is judged", () => {
  it("writes three rows a ticket, and none when it is refused or comes again; D1 is not queried", async () => {
    const here = await openDoor();
    await here.scan(9);
    const counts: StorageCounts = { rows: 0, read: 0, alarms: 0 };
    await insideDoor(here.id, (_, { storage }) => countStorage(storage, counts, "held"));
    const written = async (...asked: Parameters<typeof judgeCommand>) => {
      const before = counts.rows;
      const { ok } = await judge(here, ...asked);
      return [ok, counts.rows - before];
    };
    expect(await written({ action: "block", ticket: ticket(1), note: null }, "a")).toEqual([true, 3]);
    expect(await written(voided([1, 2, 3, 4, 5], { take: 4 }), "b")).toEqual([true, 12]);
    expect(await written(voided([1, 2, 3, 4, 5], { take: 4 }), "b")).toEqual([true, 0]);
    expect(await written(voided([1, 9]), "c")).toEqual([false, 0]);
    expect(await written({ action: "reissue", ticket: ticket(9), generation: 2 }, "d")).toEqual([false, 0]);
    expect(here.asked()).toBe(1);
  });

  it("[H11] is not there at all when it cannot be written, and is judged again", async () => {
    const here = await openDoor();
    await here.scan(9);
    await insideDoor(here.id, (_, { storage }) =>
      storage.sql.exec(
        "CREATE TRIGGER full BEFORE INSERT ON tickets WHEN new.serial = 1 BEGIN SELECT RAISE(ABORT, 'disk full'); END",
      ),
    );
    expect(await judge(here, voided([1, 2]))).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
    await insideDoor(here.id, (_, { storage }) => storage.sql.exec("DROP TRIGGER full"));
    expect((await logged(here)).map(({ kind }) => kind)).toEqual(["terms", "entry"]);
    expect(said(await here.scan(2))).toBe("admitted");
    expect(await judge(here, voided([1]))).toEqual(numbers(1));
  });

  it("[X2] is taken by a line that sheds scans", async () => {
    const here = await openDoor();
    await here.scan(9);
    const [shed, judged] = await insideDoor(here.id, async (door) => {
      const waiting = Array.from({ length: MAX_WAITING + 1 }, () => door.counts(here.id, AT_NORTH));
      // The one that finds the queue full gets its reply before the others.
      const refused = await must(waiting.at(-1), "the last one");
      const reply = await door.judge(here.id, judgeCommand(voided([1])));
      return [refused, reply];
    });
    expect(shed).toMatchObject({ ok: false, refusal: { code: "overloaded" } });
    expect(judged).toEqual(numbers(1));
  });

  it("[X8] by a command that no release sends is a bug, and leaves no storage", async () => {
    const here = await openDoor();
    const reply = await here.door.judge({ ...judgeCommand(voided([1])), changeId: "mine" });
    expect(reply).toMatchObject({ refusal: { code: "internal_error" } });
    expect(await tablesOf(here.id)).toEqual([]);
  });
});

it("[N9] [N10] over HTTP a gate shows when and why a ticket became void or superseded, the log by whom", async () => {
  const show = await openEvening();
  const here = atGate(show);
  const door = openDoors(env.EVENT_DOOR)(eventIdOf(show.eventId));
  const [taken, anew] = [await buy(show, show.typeId), await buy(show, show.typeId)];
  const of = (serial: string) => ({ ...ticket(1), serial: must(parseSerial(serial), "it was shown") });
  const groups = [{ from: [of(taken.serial)], take: 1 }];
  await door.judge(judgeCommand({ action: "void", groups, force: false, note: "Refunded" }, "a"));
  await door.judge(judgeCommand({ action: "reissue", ticket: of(anew.serial), generation: 2 }, "b"));
  expect(await verdictOf(show, here, taken.code)).toMatchObject({
    ...{ verdict: "void", let_in: false, since: expect.stringMatching(ISO), note: "Refunded" },
  });
  expect(await verdictOf(show, here, anew.code)).toMatchObject({ verdict: "superseded", note: null });
  const override = { reason: "known to us" };
  const letIn = await bodyOf(await scanTicket(show, { ...here, token: show.tenant.token }, taken.code, { override }));
  expect(letIn).toMatchObject({ verdict: "admitted", against: "void" });
  const [first, second, terms, ...others] = await logOf(show);
  expect(first).toMatchObject({
    ...{ kind: "revoke", verdict: "void", reason: "Refunded", forced: false, serial: taken.serial, facts: {} },
    ...{ generation: 1, type_number: null, gate_id: null, inside: 0, let_in: false },
  });
  expect(second).toMatchObject({ kind: "revoke", verdict: "reissue", reason: null, forced: null, generation: 2 });
  expect([terms, ...others].map((row) => row?.["kind"])).toEqual(["terms", "entry", "entry", "entry"]);
});
