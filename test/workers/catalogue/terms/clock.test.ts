// What happens to events by the clock (rule E4), and how the cron's jobs run beside each other.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { advanceEvents } from "../../../../src/app/jobs/advance-events.ts";
import { runCron, runJobs } from "../../../../src/app/jobs/cron.ts";
import { redeliverTerms } from "../../../../src/app/deliveries/deliver-terms.ts";
import { events } from "../../../../src/db/schema/catalogue.ts";
import { parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import {
  auditOf,
  cronAt,
  newDraft,
  openTenant,
  published,
  suspend,
  type Tenant,
  termsInside,
} from "../../support/catalogue.ts";
import { db } from "../../support/fixture.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});

async function eventOf(eventId: string) {
  const [event] = await db
    .select()
    .from(events)
    .where(eq(events.id, must(parseId("evt", eventId), "it was created")));
  return must(event, "it was created");
}
const statusOf = async (eventId: string) => (await eventOf(eventId)).status;

/** The cron's jobs that move events and deliver to their types. */
async function passTime(now: number) {
  const cron = cronAt(now);
  await advanceEvents(cron);
  await redeliverTerms(cron);
  return cron;
}

describe("an event", () => {
  it("[E4] goes live at its start and ends at its end, to the millisecond, and its types get it", async () => {
    const { eventId, typeId } = await published(tenant);
    const { start_time: start, end_time: end } = await eventOf(eventId);
    await passTime(start - 1);
    expect(await statusOf(eventId)).toBe("published");
    await passTime(start);
    expect(await statusOf(eventId)).toBe("live");
    expect(await termsInside(typeId)).toEqual({ version: 3, eventStatus: "live" });
    await passTime(end - 1);
    expect(await statusOf(eventId)).toBe("live");
    await passTime(end);
    expect(await statusOf(eventId)).toBe("ended");
    expect(await termsInside(typeId)).toEqual({ version: 4, eventStatus: "ended" });
  });

  it("[E4] [T6] that began and ended in an outage goes through both, each with the system's audit row", async () => {
    const { eventId, typeId } = await published(tenant);
    const { end_time: end } = await eventOf(eventId);
    const cron = await passTime(end + 3_600_000);
    expect(await eventOf(eventId)).toMatchObject({ status: "ended", version: 4, updated_at: cron.now });
    const rows = (await auditOf(tenant, eventId)).filter((row) => row.actor_kind === "system");
    expect(rows.map((row) => row.action).sort()).toEqual(["event.end", "event.start"]);
    expect(rows[0]).toMatchObject({
      actor_id: "system",
      request_id: cron.requestId,
      organization_id: tenant.organizationId,
    });
    expect(await termsInside(typeId)).toEqual({ version: 4, eventStatus: "ended" });
  });

  it("[E4] that is a draft, or over already, is left alone", async () => {
    const { eventId: draft } = await newDraft(tenant);
    const { end_time: end } = await eventOf(draft);
    await passTime(end);
    expect(await eventOf(draft)).toMatchObject({ status: "draft", version: 1 });
    const { eventId } = await published(tenant);
    await passTime(end + 1_000_000);
    const over = await eventOf(eventId);
    await passTime(end + 2_000_000);
    expect(await eventOf(eventId)).toEqual(over);
  });

  it("[E4] [T4] of a suspended organisation starts and ends all the same", async () => {
    const suspended = await openTenant();
    const { eventId } = await published(suspended);
    await suspend(suspended);
    await passTime((await eventOf(eventId)).end_time);
    expect(await statusOf(eventId)).toBe("ended");
  });

  it("[E4] is moved once when two crons run at once", async () => {
    const { eventId } = await published(tenant);
    const { start_time: start } = await eventOf(eventId);
    await Promise.all([advanceEvents(cronAt(start)), advanceEvents(cronAt(start))]);
    expect(await eventOf(eventId)).toMatchObject({ status: "live", version: 3 });
    expect((await auditOf(tenant, eventId)).filter((row) => row.action === "event.start")).toHaveLength(1);
  });
});

describe("the cron", () => {
  it("[E4] runs all its jobs on the Worker's own bindings, and none of them fails", async () => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    const { eventId } = await published(tenant);
    const { id, end_time: end } = await eventOf(eventId);
    await db
      .update(events)
      .set({ start_time: Date.now() - 1 })
      .where(eq(events.id, id));
    await runCron(env, { waitUntil: () => undefined });
    expect(await eventOf(eventId)).toMatchObject({ status: "live", end_time: end });
    expect(lines).not.toHaveBeenCalled();
  });

  it("runs every job though one fails, which is one line in the log, with the request id and no parameter", async () => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    const ran: string[] = [];
    const cron = cronAt(Date.now());
    const bad = () => Promise.reject(new Error("Failed query params: a note", { cause: new Error("D1_ERROR: away") }));
    await runJobs(
      {
        first: async () => ran.push("first"),
        second: bad,
        third: async () => ran.push("third"),
      },
      cron,
    );
    expect(ran).toEqual(["first", "third"]);
    expect(lines).toHaveBeenCalledTimes(1);
    expect(JSON.parse(String(lines.mock.calls[0]?.[0]))).toEqual({
      level: "error",
      event: "cron_job_failed",
      job: "second",
      request_id: cron.requestId,
      error: "Error: D1_ERROR: away",
    });
  });
});
