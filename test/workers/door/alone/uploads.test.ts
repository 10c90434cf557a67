// Batches of what scanners decided alone, at the object of a door: between its scans, what they write, and what
// interrupts them.

import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import {
  MAX_UPLOADS,
  MAX_UPLOADS_IN_LINE,
  MAX_WAIT_FOR_UPLOADS_MS,
  MAX_WAITING_FOR_UPLOADS,
  UPLOADS_A_SLICE,
} from "../../../../src/domain/limits.ts";
import type { UploadRequest } from "../../../../src/door/client.ts";
import { NORTH, SOUTH } from "../../../support/door/cases.ts";

import { explainBroken } from "../../../support/door/recounted.ts";
import { insideDoor } from "../../support/object.ts";
import { AT_NORTH, atSouth, logged, objectOf, type OpenDoor, openDoor, said } from "../object-door.ts";
import { all, AT_SOUTH, listed, outcomes, row, type Row, rowsOf, sent, SUPERVISOR } from "./object-uploads.ts";
import { countStorage, type StorageCounts } from "../../support/storage/platform-counts.ts";

const countsOf = async ({ door }: OpenDoor) => {
  const reply = await door.counts(AT_NORTH);
  return reply.ok ? reply.value.counts : reply.refusal;
};

describe("[D24] a batch and guests at a gate", () => {
  it("is decided in slices: a scan behind it gets its reply before it", async () => {
    const here = await openDoor();
    await here.scan(1);
    const answered: string[] = [];
    const batch = here.door.upload(sent(rowsOf(MAX_UPLOADS))).then((reply) => {
      answered.push("batch");
      return reply;
    });
    const scan = here.scan(2, atSouth).then(() => answered.push("scan"));
    const [reply] = await Promise.all([batch, scan]);
    expect(reply).toMatchObject({ ok: true, value: { at: expect.any(Number) } });
    expect(answered).toEqual(["scan", "batch"]);
    const log = await logged(here);
    const before = log.findIndex(({ serial, decided }) => serial === 2 && decided === "door");
    expect(log.slice(before).filter(({ decided }) => decided === "alone").length).toBeGreaterThanOrEqual(
      UPLOADS_A_SLICE,
    );
    expect([log.length, await countsOf(here)]).toMatchObject([2 + MAX_UPLOADS + 1, { inside: MAX_UPLOADS + 2 }]);
  });

  it("is refused by a line of a quarter of the length that refuses a scan, and a click is taken there", async () => {
    const here = await openDoor();
    await here.scan(1);
    const click = { by: AT_NORTH, requestId: "test", gateId: NORTH, count: 1 };
    const behind = (waiting: number) =>
      insideDoor(here.id, async (object) => {
        const line = Array.from({ length: waiting }, () => object.counts(here.id, AT_NORTH));
        const upload = object.upload(here.id, sent([row(waiting)]));
        const clicked = object.click(here.id, { ...click, scanId: newId("scn") });
        const replies = await Promise.all([upload, clicked, ...line]);
        return replies.slice(0, 2).map((reply) => (reply.ok ? "taken" : reply.refusal.code));
      });
    // The click is in line before the upload, which goes by the line of batches first.
    expect(await behind(MAX_WAITING_FOR_UPLOADS - 2)).toEqual(["taken", "taken"]);
    expect(await behind(MAX_WAITING_FOR_UPLOADS - 1)).toEqual(["overloaded", "taken"]);
  });

  it("is refused where a command has waited for more than a quarter of the time after which a scan is", async () => {
    const here = await openDoor();
    await here.scan(1);
    const after = (waited: number) =>
      insideDoor(here.id, async (object) => {
        const now = Date.now();
        object.clock = () => now;
        const first = object.counts(here.id, AT_NORTH);
        // It is in line by then, and the line's turn comes later.
        for (let step = 0; step < 5; step++) await Promise.resolve();
        object.clock = () => now + waited;
        const reply = await object.upload(here.id, sent([row(1_000 + waited)]));
        expect((await first).ok).toBe(true);
        return reply.ok ? "taken" : reply.refusal.code;
      });
    expect(await after(MAX_WAIT_FOR_UPLOADS_MS)).toBe("taken");
    expect(await after(MAX_WAIT_FOR_UPLOADS_MS + 1)).toBe("overloaded");
  });

  it("is refused where too many batches wait, which are taken, one after the other", async () => {
    const here = await openDoor();
    await here.scan(1);
    const replies = await insideDoor(here.id, (object) =>
      Promise.all(
        Array.from({ length: MAX_UPLOADS_IN_LINE + 1 }, (_, serial) => object.upload(here.id, sent([row(serial + 2)]))),
      ),
    );
    const said = replies.map((reply) => (reply.ok ? "taken" : reply.refusal.code));
    expect(said).toEqual([...all("taken", MAX_UPLOADS_IN_LINE), "overloaded"]);
    const uploaded = (await logged(here)).filter(({ decided }) => decided === "alone");
    expect(uploaded.map(({ serial }) => serial)).toEqual(uploaded.map((_, at) => at + 2));
  });

  it("[H11] that fails to write is refused whole, earlier slices stay, and a repeat completes it", async () => {
    const here = await openDoor();
    await here.scan(1);
    const rows = rowsOf(UPLOADS_A_SLICE + 2);
    const last = rows[UPLOADS_A_SLICE + 1]?.scanId ?? "";
    await insideDoor(here.id, (_, { storage }) =>
      storage.sql.exec(
        `CREATE TRIGGER full BEFORE INSERT ON log WHEN NEW.scan_id = '${last}' BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
      ),
    );
    expect(await outcomes(here, sent(rows))).toEqual(["temporarily_unavailable"]);
    expect(await countsOf(here)).toMatchObject({ inside: 1 + UPLOADS_A_SLICE });
    await insideDoor(here.id, (_, { storage }) => storage.sql.exec("DROP TRIGGER full"));
    expect(await outcomes(here, sent(rows))).toEqual([...all("repeat", UPLOADS_A_SLICE), "taken", "taken"]);
    expect(await countsOf(here)).toMatchObject({ inside: 1 + rows.length });
  });
});

describe("[D1] [D24] what an upload writes", () => {
  it("is three rows of a passage, two of a refusal, none of a repeat, and three more of a conflict", async () => {
    const here = await openDoor();
    await here.scan(1);
    await here.scan(7);
    const refused = newId("scn");
    expect(said(await here.scan(7, { scanId: refused, ...atSouth }))).toBe("already_inside");
    const counts: StorageCounts = { rows: 0, read: 0, alarms: 0 };
    await insideDoor(here.id, (_, { storage }) => countStorage(storage, counts, "held"));
    const written = async (rows: readonly Row[], by = AT_NORTH as UploadRequest["by"]) => {
      const before = counts.rows;
      return [...(await outcomes(here, sent(rows, by))), counts.rows - before];
    };
    const passage = row(2);
    expect(await written([passage])).toEqual(["taken", 3]);
    expect(await written([passage])).toEqual(["repeat", 0]);
    expect(await written([row(3, { verdict: "lease_used_up" })])).toEqual(["taken", 2]);
    expect(await written([row(4), row(5), row(6)])).toEqual(["taken", "taken", "taken", 9]);
    expect(await written([row(8, { clockUnsure: true })])).toEqual(["taken", 3 + 3]);
    // The row refers to the refused one, which is in an index of its own; and it is a double entry.
    const against = row(7, { scanId: refused, gateId: SOUTH, at: Date.now() });
    expect(await written([against], AT_SOUTH)).toEqual(["taken", 4 + 2 * 3]);
    const [conflict] = await listed(here);
    const before = counts.rows;
    await here.door.seeConflict(SUPERVISOR, conflict?.id ?? "");
    expect(counts.rows - before).toBe(1);
    await here.door.seeConflict(SUPERVISOR, conflict?.id ?? "");
    expect(counts.rows - before, "it was seen before").toBe(1);
    await here.door.undo({ by: SUPERVISOR, requestId: "test", scanId: newId("scn"), ref: refused });
    expect(counts.rows - before - 1, "the undo's four, and one of each conflict").toBe(4 + 2);
  });

  it("reads the rows of its tickets and of its ids, however many there are", async () => {
    const here = await openDoor();
    await here.door.upload(sent(rowsOf(MAX_UPLOADS)));
    const counts: StorageCounts = { rows: 0, read: 0, alarms: 0 };
    await insideDoor(here.id, (_, { storage }) => countStorage(storage, counts, "held"));
    const first = newId("scn");
    await here.scan(1, { scanId: first });
    const read = counts.read;
    await here.door.upload(sent([row(1_001, { after: first })]));
    expect(counts.read - read).toBeLessThanOrEqual(20);
  });
});

describe("[D4] one scan id", () => {
  it("50 times at once, as scans and as uploads, is one row, counted once", async () => {
    const here = await openDoor();
    await here.scan(1);
    const scanId = newId("scn");
    const tries = Array.from({ length: 50 }, (_, at) =>
      at % 2 === 0 ? here.scan(7, { scanId }) : here.door.upload(sent([row(7, { scanId }), row(7, { scanId })])),
    );
    for (const reply of await Promise.all(tries)) expect(reply.ok).toBe(true);
    await evictDurableObject(objectOf(here.id));
    expect(await outcomes(here, sent([row(7, { scanId })]))).toEqual(["repeat"]);
    const rows = (await logged(here)).filter((each) => each.scanId === scanId);
    expect([rows.length, await countsOf(here)]).toMatchObject([1, { inside: 2 }]);
  });

  it("that the door has refused is let in alone 50 times at once, and counted once, with one conflict", async () => {
    const here = await openDoor();
    const gates = [{ id: NORTH, status: "closed", capacity: null }] as const;
    await here.scan(1);
    await here.door.terms(await here.termsNow({ rules: { gates }, terms: { version: 2 } }), "test");
    const scanId = newId("scn");
    expect(said(await here.scan(7, { scanId }))).toBe("gate_closed");
    const replies = await Promise.all(Array.from({ length: 50 }, () => outcomes(here, sent([row(7, { scanId })]))));
    expect(replies.flat().sort()).toEqual([...all("repeat", 49), "taken"]);
    expect(said(await here.scan(7, { scanId })), "the door's verdict stays").toBe("gate_closed");
    const kinds = (await listed(here)).map(({ kind, serial }) => [kind, serial]);
    expect([kinds, await countsOf(here)]).toMatchObject([[["against_verdict", 7]], { inside: 2 }]);
  });
});

it("[D19] a batch that is cut off by an eviction and by an abort is whole when it is sent again", async () => {
  const here = await openDoor();
  await here.scan(1);
  const rows = rowsOf(MAX_UPLOADS);
  const taken = async () => (await logged(here)).filter(({ decided }) => decided === "alone").length;
  const isCut = insideDoor(here.id, async (object) => {
    // Each batch's rows are written before the object is ended, and the reply is lost with it.
    void object.upload(here.id, sent(rows));
    await expect.poll(() => object.ledger.book().head.seq).toBeGreaterThan(2 + UPLOADS_A_SLICE);
  });
  await isCut;
  await abortAllDurableObjects();
  const before = await taken();
  expect(before).toBeGreaterThanOrEqual(UPLOADS_A_SLICE);
  await outcomes(here, sent(rows.slice(0, 150)));
  await evictDurableObject(objectOf(here.id));
  const again = await outcomes(here, sent(rows));
  expect(again.slice(0, 150)).toEqual(all("repeat", 150));
  expect([await taken(), await countsOf(here)]).toMatchObject([MAX_UPLOADS, { inside: MAX_UPLOADS + 1 }]);
  expect(explainBroken(await logged(here))).toBeNull();
});
