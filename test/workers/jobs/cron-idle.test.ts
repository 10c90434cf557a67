// What a minute of the cron costs (rules K5, X3, E7): it checks what sells and what has changed, and walks no table.

import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkProjections } from "../../../src/app/jobs/check-projections.ts";
import { newId } from "../../../src/app/context.ts";
import { runCron } from "../../../src/app/jobs/cron.ts";
import { LOOK_SOON_MS, projectInventory } from "../../../src/db/projection/projection.ts";
import type { EventId, TicketTypeId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { cronAt } from "../support/catalogue.ts";
import { db, held, seedShow, seedType } from "../support/fixture.ts";
import { fireAlarm } from "../support/object.ts";
import { listenToD1 } from "../support/storage/platform-counts.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

const change = (statement: string, ...values: unknown[]) =>
  env.DB.prepare(statement)
    .bind(...values)
    .run();
const lookAt = async (id: TicketTypeId) =>
  env.DB.prepare("SELECT look_at FROM ticket_types WHERE id = ?").bind(id).first<number>("look_at");
const seen = async (id: TicketTypeId) =>
  env.DB.prepare("SELECT seen_seq FROM ticket_types WHERE id = ?").bind(id).first<number>("seen_seq");

/** As after a day in which nobody touched anything: each type was checked, and nothing has changed since. */
async function nothingHappens(): Promise<void> {
  const before = Date.now() - DAY_MS;
  await change("UPDATE ticket_types SET look_at = ?", Date.now() + DAY_MS / 2);
  for (const table of ["ticket_types", "events", "venues", "organizations"]) {
    await change(`UPDATE ${table} SET updated_at = ?`, before);
  }
}

/** A minute of the cron, with its calls to the platform counted. */
async function aMinute() {
  const counts = { read: 0, written: 0, objects: 0, kv: 0 };
  const counted = <T extends object>(of: T, count: () => void): T =>
    new Proxy(of, {
      get(target, name) {
        count();
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? (member.bind(target) as unknown) : member;
      },
    });
  const bindings = Object.assign(Object.create(env) as Env, {
    DB: listenToD1(env.DB, {
      onStatements: () => undefined,
      onRows: ({ read, written }) => {
        counts.read += read;
        counts.written += written;
      },
    }),
    INVENTORY: counted(env.INVENTORY, () => (counts.objects += 1)),
    EVENT_FEED: counted(env.EVENT_FEED, () => (counts.objects += 1)),
    CATALOGUE_CACHE: counted(env.CATALOGUE_CACHE, () => (counts.kv += 1)),
  });
  await runCron(bindings, { waitUntil: () => undefined });
  return counts;
}

describe("an idle minute of 400 ticket types and 100 public events", () => {
  beforeAll(async () => {
    const { eventId } = await seedType(1);
    const columns = async (table: string) => {
      const { results } = await env.DB.prepare(`SELECT name FROM pragma_table_info('${table}')`).all<{
        name: string;
      }>();
      return results.map(({ name }) => name);
    };
    const copy = async (table: string, of: string, changed: Record<string, string>, count: number) => {
      const all = await columns(table);
      const values = all.map((name) => changed[name] ?? `${table}.${name}`).join(", ");
      const numbers = JSON.stringify(Array.from({ length: count }, (_, n) => n));
      await change(
        `INSERT INTO ${table} (${all.join(", ")}) SELECT ${values} FROM ${table}, json_each(?) AS n WHERE ${table}.${of} = ?`,
        numbers,
        eventId,
      );
    };
    await copy("events", "id", { id: "'evt_' || printf('%026d', n.value)", slug: "'show-' || n.value" }, 99);
    await copy(
      "ticket_types",
      "event_id",
      { id: "'tt_' || printf('%026d', n.value)", event_id: "'evt_' || printf('%026d', n.value % 99)" },
      399,
    );
  });
  beforeEach(nothingHappens);

  it("[X3] [E7] reads a few rows, writes none, calls no object, and reads only the restore marker of KV", async () => {
    expect(await env.DB.prepare("SELECT COUNT(*) AS n FROM ticket_types").first("n")).toBeGreaterThanOrEqual(400);
    const { read, written, objects, kv } = await aMinute();
    expect(read, "statements that find nothing read a row or two each").toBeLessThanOrEqual(44);
    expect({ written, objects }).toEqual({ written: 0, objects: 0 });
    expect(kv).toBeLessThanOrEqual(2);
  });

  it("[E7] checks only events on sale or changed within the life of a cached entry", async () => {
    const events = (await env.DB.prepare("SELECT id FROM events ORDER BY id LIMIT 2").all<{ id: EventId }>()).results;
    const [one, two] = events.map(({ id }) => id);
    await change("UPDATE events SET updated_at = ? WHERE id = ?", Date.now() - 60_000, one);
    await change("UPDATE ticket_types SET look_at = ? WHERE event_id = ?", Date.now() + LOOK_SOON_MS / 2, two);
    const { read, objects } = await aMinute();
    expect(read).toBeGreaterThan(4);
    expect(read).toBeLessThanOrEqual(100);
    expect(objects).toBe(0);
  });
});

describe("a ticket type", () => {
  const looked = async (id: TicketTypeId, now: number) => {
    await checkProjections(cronAt(now));
    return lookAt(id);
  };

  it("[X3] [K5] is checked when it is due, to the millisecond, and then in a day unless it sells", async () => {
    const { typeId } = await seedType(10);
    const now = Date.now();
    await change("UPDATE ticket_types SET look_at = ? WHERE id = ?", now + 1, typeId);
    expect(await looked(typeId, now)).toBe(now + 1);
    await change("UPDATE ticket_types SET look_at = ? WHERE id = ?", now, typeId);
    expect(await looked(typeId, now)).toBe(now + DAY_MS);
  });

  it("[X3] [K5] that sells is checked within ten minutes, and again as long as it has something held", async () => {
    const { typeId } = await seedType(10);
    const now = Date.now();
    await change("UPDATE ticket_types SET look_at = ? WHERE id = ?", now + DAY_MS, typeId);
    await held(typeId, newId("shp"), 2);
    await fireAlarm(typeId);
    await expect.poll(() => lookAt(typeId)).toBeLessThanOrEqual(Date.now() + LOOK_SOON_MS);
    const due = must(await lookAt(typeId), "it is to be looked at");
    expect(due).toBeGreaterThan(now);
    expect(await looked(typeId, due), "two are held").toBe(due + LOOK_SOON_MS);
    expect(await seen(typeId)).toBe(2);
  });

  it("[X3] is checked again soon when D1 was behind, and when it did not reply", async () => {
    const { typeId } = await seedType(10);
    const now = Date.now();
    await change("UPDATE ticket_types SET look_at = 0, counts_seq = 7 WHERE id = ?", typeId);
    const silent = { ...cronAt(now), inventories: () => ({ position: () => Promise.resolve({ ok: false }) }) };
    await checkProjections(silent as unknown as Parameters<typeof checkProjections>[0]);
    expect(await lookAt(typeId)).toBe(now + LOOK_SOON_MS);
  });

  it("[X3] of an archived event is checked once more, and never again", async () => {
    const { eventId, typeIds } = await seedShow([{ total: 1 }]);
    const typeId = must(typeIds[0], "a type");
    await change("UPDATE events SET status = 'archived' WHERE id = ?", eventId);
    await change("UPDATE ticket_types SET look_at = 0 WHERE id = ?", typeId);
    expect(await looked(typeId, Date.now())).toBeNull();
  });

  it("[K5] has its next check brought nearer by a projection once, and never put off by one", async () => {
    const { typeId, eventId } = await seedType(10);
    const now = Date.now();
    const owner = {
      ticketTypeId: typeId,
      eventId,
      organizationId: newId("org"),
      currency: "ZAR",
      orders: [],
      tickets: [],
      erased: [],
    };
    const project = (seq: number, at: number) =>
      projectInventory(db, { ...owner, counts: { from: 0, seq, sold: seq, held: 0, withdrawn: 0, hash: "" } }, at);
    await change("UPDATE ticket_types SET look_at = ?, counts_seq = 0 WHERE id = ?", now + DAY_MS, typeId);
    await project(50, now);
    expect(await lookAt(typeId)).toBe(now + LOOK_SOON_MS);
    await project(51, now + 1);
    expect(await lookAt(typeId)).toBe(now + LOOK_SOON_MS);
  });
});
