// The sweep of images to which nothing refers (rule E11).

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { sweepImages } from "../../../../src/app/jobs/sweep-images.ts";
import { RESTORING_KEY } from "../../../../src/cache/restoring.ts";
import { UNUSED_IMAGE_MS } from "../../../../src/domain/limits.ts";
import { cronAt, newDraft, newEvent, openTenant, type Tenant } from "../../support/catalogue.ts";
import { imageOf, imagesBy, picture, rowOf } from "./given-images.ts";
import { ask, refusalOf } from "../../support/http.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
const { give, take } = imagesBy(() => tenant.token);

const sweepAt = (now: number) => sweepImages(cronAt(now));

describe("[E11] the sweep", () => {
  const now = Date.now();
  const later = now + UNUSED_IMAGE_MS + 60_000;

  it("leaves what an event or the organisation refers to, and what has been unused for less than 32 days", async () => {
    const [eventId, other] = [await newEvent(tenant), await newEvent(tenant)];
    const bytes = picture();
    const { url } = await imageOf(give(eventId, bytes));
    expect((await rowOf(url))?.unused_since).toBeNull();
    await give(other, bytes);
    await take(eventId, 2);
    expect((await rowOf(url))?.unused_since, "the other event has it").toBeNull();
    await sweepAt(later);
    await take(other, 2);
    const since = (await rowOf(url))?.unused_since ?? 0;
    expect(since).toBeGreaterThanOrEqual(now);
    await sweepAt(since + UNUSED_IMAGE_MS);
    expect((await ask("GET", url)).status).toBe(200);
    await sweepAt(since + UNUSED_IMAGE_MS + 1);
    expect([await rowOf(url), (await ask("GET", url)).status]).toEqual([null, 404]);
    await imageOf(give(eventId, bytes, { version: 3 }));
    expect((await ask("GET", url)).status, "it may come back").toBe(200);
  });

  it("takes what was replaced, what a draft had that was deleted, and what was never referred to", async () => {
    const { eventId } = await newDraft(tenant);
    const first = await imageOf(give(eventId, picture()));
    const second = await imageOf(give(eventId, picture(), { version: 2 }));
    expect([(await rowOf(first.url))?.unused_since, (await rowOf(second.url))?.unused_since]).toEqual([
      expect.any(Number),
      null,
    ]);
    const headers = { "If-Match": '"3"' };
    expect((await ask("DELETE", `/v1/events/${eventId}`, { token: tenant.token, headers })).status).toBe(204);
    await sweepAt(later);
    expect([await rowOf(first.url), await rowOf(second.url)]).toEqual([null, null]);
  });

  it("that could not delete the bytes goes on in its next run; until then nothing may refer to them again", async () => {
    const eventId = await newEvent(tenant);
    const bytes = picture();
    const { url } = await imageOf(give(eventId, bytes));
    await take(eventId, 2);
    vi.spyOn(env.CATALOGUE_CACHE, "delete").mockRejectedValue(new Error("KV is away"));
    await expect(sweepAt(later)).rejects.toThrow("KV is away");
    expect((await rowOf(url))?.swept_at).toBe(later);
    vi.restoreAllMocks();
    expect(await refusalOf(give(eventId, bytes, { version: 3 }))).toBe("503 temporarily_unavailable");
    expect((await ask("GET", url)).status, "what a sweep is at is not stored again").toBe(200);
    await sweepAt(later + 60_000);
    expect([await rowOf(url), (await ask("GET", url)).status]).toEqual([null, 404]);
    expect((await give(eventId, bytes, { version: 3 })).status).toBe(200);
  });

  it("[X6] takes nothing while D1 is put back to an earlier state", async () => {
    const eventId = await newEvent(tenant);
    const { url } = await imageOf(give(eventId, picture()));
    await take(eventId, 2);
    await env.CATALOGUE_CACHE.put(RESTORING_KEY, "now");
    await sweepAt(later);
    expect((await rowOf(url))?.swept_at).toBeNull();
    await env.CATALOGUE_CACHE.delete(RESTORING_KEY);
    await sweepAt(later);
    expect(await rowOf(url)).toBeNull();
  });

  it("[X6] never takes an image to which a row refers, whatever is said of its last use", async () => {
    const eventId = await newEvent(tenant);
    const { url } = await imageOf(give(eventId, picture()));
    await env.DB.prepare("UPDATE images SET unused_since = 1 WHERE id = ?").bind(url.split("/").at(-1)).run();
    await sweepAt(later);
    expect((await ask("GET", url)).status).toBe(200);
    expect(await rowOf(url)).toMatchObject({ unused_since: null, swept_at: null });
  });
});
