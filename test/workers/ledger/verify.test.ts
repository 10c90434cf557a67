// The ledger of an object with real storage against what the real D1 has of it (rules T6, K5, H13): as `npm run
// ledger:verify -- --url` reads them, and with the object's rows changed behind its back.

import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/app/context.ts";
import type { TicketTypeId } from "../../../src/domain/ids.ts";
import { EMPTY_HEAD } from "../../../src/domain/ledger/chain.ts";
import { SWEEP_GRID_MS } from "../../../src/domain/ledger/retention.ts";
import { type LedgerBreak, type NotedHead, verifyLedger } from "../../../src/domain/ledger/verify.ts";
import { must } from "../../../src/domain/result.ts";
import { sha256 } from "../../support/builders.ts";
import { held, HOUR, inventories, objectOf, seedShow } from "../support/fixture.ts";
import { alarmComes, inside, setClock, silenceFeed } from "../support/object.ts";

async function notedOf(typeId: TicketTypeId): Promise<NotedHead> {
  const row = await env.DB.prepare("SELECT counts_seq AS seq, counts_hash AS hash FROM ticket_types WHERE id = ?")
    .bind(typeId)
    .first<{ seq: number; hash: string | null }>();
  return { by: "D1", seq: row?.seq ?? 0, hash: row?.hash ?? "" };
}

async function pageOf(typeId: TicketTypeId) {
  const page = await inventories(typeId).listLedger(0, 100);
  return must(page.ok ? page.value : null, "it answers");
}

async function breakOf(typeId: TicketTypeId): Promise<LedgerBreak | null> {
  const { checkpoint, rows } = await pageOf(typeId);
  return verifyLedger(checkpoint ?? EMPTY_HEAD, rows, sha256, { noted: [await notedOf(typeId)] }).broken;
}

/** Behind the object's back, which has its own copy in memory and reads the ledger from its rows. */
function change(typeId: TicketTypeId, sql: string): Promise<void> {
  return inside(typeId, (_, { storage }) => void storage.sql.exec(sql));
}

/** Four holds, of which two were released: seven rows, the last of which D1 has confirmed. */
async function sold(): Promise<TicketTypeId> {
  const end = Date.now() + 72 * HOUR;
  const { typeIds } = await seedShow([{ total: 10 }], { sale_end: end, end_time: end });
  const typeId = must(typeIds[0], "it has one type");
  await silenceFeed(typeId);
  const shopper = newId("shp");
  const by = { id: shopper, organizationId: null };
  const holdIds = [];
  for (let n = 0; n < 4; n++) holdIds.push(await held(typeId, shopper, 1));
  for (const holdId of holdIds.slice(0, 2))
    await inventories(typeId).release({ holdId, by, actor: shopper, requestId: "test" });
  await alarmComes(typeId);
  await expect.poll(async () => (await notedOf(typeId)).seq).toBe(7);
  return typeId;
}

/** A day later there is no room: the holds are gone by then, and so are all rows except the last of them. */
async function cut(typeId: TicketTypeId): Promise<void> {
  await inside(typeId, (object) => {
    object.retention = { ...object.retention, cutAboveBytes: 0 };
  });
  const day = Math.ceil((Date.now() + 25 * HOUR) / SWEEP_GRID_MS) * SWEEP_GRID_MS;
  for (let step = 0; step < 6; step++) {
    await setClock(typeId, day + step * SWEEP_GRID_MS);
    await alarmComes(typeId);
  }
  await wake(typeId);
}

/** In another life, which reads its checkpoint from its rows. */
async function wake(typeId: TicketTypeId): Promise<void> {
  await evictDurableObject(objectOf(typeId));
  await setClock(typeId, Date.now() + 30 * HOUR);
  await silenceFeed(typeId);
}

describe("a ledger in an object", () => {
  it("[T6] [K5] holds with D1's row, also from a checkpoint on, and when D1 has an earlier row", async () => {
    const typeId = await sold();
    expect(await breakOf(typeId)).toBeNull();
    await held(typeId, newId("shp"), 1);
    expect(await breakOf(typeId)).toBeNull();
    await cut(typeId);
    const { checkpoint, rows } = await pageOf(typeId);
    expect(checkpoint?.seq).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThan(0);
    expect((await notedOf(typeId)).seq).toBe(rows.at(-1)?.seq);
    expect(await breakOf(typeId)).toBeNull();
  });

  it.each([
    ["a row that was changed", "UPDATE ledger SET quantity = 2 WHERE seq = 3", 3, "its hash"],
    ["a row that was dropped", "DELETE FROM ledger WHERE seq = 6", 6, "row 7 stands where row 6 belongs"],
    ["a last row that was dropped", "DELETE FROM ledger WHERE seq = 7", 7, "its last rows are missing"],
  ])("[T6] [K5] shows %s", async (_, sql, seq, why) => {
    const typeId = await sold();
    await change(typeId, sql);
    expect(await breakOf(typeId)).toEqual({ seq, why: expect.stringContaining(why) });
  });

  it.each(["at = at - 1", "total = total + 1", "sold = sold + 1", "held = held + 1", "withdrawn = withdrawn + 1"])(
    "[T6] [H13] shows a checkpoint with %s",
    async (set) => {
      const typeId = await sold();
      await cut(typeId);
      expect(await breakOf(typeId)).toBeNull();
      const { seq } = must((await pageOf(typeId)).checkpoint, "it was cut");
      await change(typeId, `UPDATE retention SET ${set}`);
      await wake(typeId);
      expect(await breakOf(typeId)).toMatchObject({ seq: seq + 1 });
    },
  );
});
