// Images of events and organisations (rule E11): given, refused, served and taken away. The sweep:
// swept-images.test.ts.

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { MAX_IMAGE_BYTES, MAX_IMAGES_A_DAY } from "../../../../src/domain/limits.ts";
import { jpegOf, jpegSegment, losslessChunk, pngChunk, pngOf, webpOf } from "../../../support/images.ts";
import { auditOf, newEvent, openTenant, published, type Tenant, traceOf } from "../../support/catalogue.ts";
import { headersAt, imageOf, imagesBy, picture, rowOf } from "./given-images.ts";
import { ask, type Asked, bodyOf, refusalOf } from "../../support/http.ts";
import { askAs, member } from "../../support/auth/members.ts";
import { ADDRESS, allow, from } from "../../support/misses.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
const { give, take } = imagesBy(() => tenant.token);

describe("[E11] an image of an event", () => {
  it("is given with the version that was read, shown to the public at once, and said in words", async () => {
    const { eventId } = await published(tenant);
    const sides = { width: 1_200, height: 630 };
    const answer = await give(eventId, picture(sides), { version: 2, query: "?alt=Two+singers%20%E2%9C%A8" });
    expect([answer.status, answer.headers.get("ETag")]).toEqual([200, '"3"']);
    const image = await imageOf(answer);
    expect(image).toEqual({ url: image.url, ...sides, alt: "Two singers ✨" });
    expect(await imageOf(ask("GET", `/v1/events/${eventId}`, { token: tenant.token }))).toEqual(image);
    expect(await imageOf(ask("GET", `/v1/public/events/${eventId}`))).toEqual(image);
    expect((await auditOf(tenant, eventId)).at(-1)).toMatchObject({
      ...{ action: "event.change", changes: { image: image.url.split("/").at(-1), image_alt: "Two singers ✨" } },
    });
  });

  it.each([
    ["image/png", picture()],
    ["image/jpeg", jpegOf()],
    ["image/webp", webpOf(losslessChunk())],
  ])(
    "as %s is served for ever, as what it is, to a page of any origin, and does nothing there",
    async (type, bytes) => {
      const { url } = await imageOf(give(await newEvent(tenant), bytes, { type }));
      const answer = await ask("GET", url, { headers: { Origin: "https://shop.example" } });
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array(bytes));
      const said = Object.fromEntries(answer.headers);
      expect(said).toMatchObject({
        ...{ "content-type": type, "cache-control": "public, max-age=31536000, immutable" },
        ...{ "x-content-type-options": "nosniff", "cross-origin-resource-policy": "cross-origin" },
        "access-control-allow-origin": "*",
      });
      expect(said["content-security-policy"]).toMatch(/^default-src 'none'; /);
      expect(answer.status).toBe(200);
    },
  );

  it("is what its bytes are, whatever is said of them, and what is beside the picture is gone", async () => {
    const eventId = await newEvent(tenant);
    const bytes = jpegOf({}, jpegSegment(0xfe, [1, 2, 3]));
    const { url } = await imageOf(give(eventId, bytes, { type: "Image/PNG; x=y" }));
    const answer = await ask("GET", url);
    expect(answer.headers.get("Content-Type")).toBe("image/jpeg");
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(jpegOf());
    expect((await rowOf(url))?.bytes).toBe(jpegOf().byteLength);
  });

  it("that is given again changes nothing, but for other words, which are a change", async () => {
    const eventId = await newEvent(tenant);
    const bytes = picture();
    const first = await imageOf(give(eventId, bytes, { query: "?alt=One" }));
    await env.CATALOGUE_CACHE.delete(`image/1/${first.url.split("/").at(-1)}`);
    const again = await give(eventId, bytes, { version: 2, query: "?alt=One" });
    expect(again.headers.get("ETag")).toBe('"2"');
    expect(await imageOf(again)).toEqual(first);
    expect((await ask("GET", first.url)).status, "what KV had lost is there again").toBe(200);
    const told = await give(eventId, bytes, { version: 2, query: "?alt=Two" });
    expect(told.headers.get("ETag")).toBe('"3"');
    expect(await imageOf(told)).toEqual({ ...first, alt: "Two" });
    expect((await auditOf(tenant, eventId)).at(-1)?.changes).toEqual({ image_alt: "Two" });
    expect(await imageOf(give(eventId, bytes, { version: 3 }))).toEqual({ ...first, alt: null });
  });

  it("is another one in another organisation, though it is the same picture", async () => {
    const bytes = picture();
    const [one, two] = [await newEvent(tenant), await newEvent(tenant)];
    const other = await openTenant();
    const [first, second] = [await imageOf(give(one, bytes)), await imageOf(give(two, bytes))];
    const third = await imageOf(give(await newEvent(other), bytes, { token: other.token }));
    expect(second.url).toBe(first.url);
    expect(third.url).not.toBe(first.url);
    expect((await rowOf(third.url))?.organization_id).toBe(other.organizationId);
  });

  it("is taken away, also twice, and an event without one says null", async () => {
    const { eventId } = await published(tenant);
    await give(eventId, picture(), { version: 2 });
    for (const version of [3, 4]) {
      const answer = await take(eventId, version);
      expect([answer.status, answer.headers.get("ETag")]).toEqual([200, '"4"']);
      expect(await bodyOf(answer)).toMatchObject({ image: null });
    }
    expect(await bodyOf(await ask("GET", `/v1/public/events/${eventId}`))).toMatchObject({ image: null });
    expect((await auditOf(tenant, eventId)).at(-1)?.changes).toEqual({ image: null });
  });
});

describe("[E11] an image of the organisation", () => {
  it("[E7] is given and taken by who may change it, and is shown with all its events at once", async () => {
    const owner = member(tenant.organizationId, "owner");
    const { eventId } = await published(tenant);
    const request = { raw: picture(), headers: headersAt(1) };
    const image = await imageOf(askAs(owner, "PUT", "/v1/organization/image?alt=Our+logo", request));
    const seen = async () => (await bodyOf(await ask("GET", `/v1/public/events/${eventId}`)))["organization"];
    expect(await seen()).toMatchObject({ image });
    expect(await imageOf(ask("GET", "/v1/organization", { token: tenant.token }))).toEqual(image);
    expect(await imageOf(ask("GET", `/v1/public/organizations/${tenant.organizationId}`))).toEqual(image);
    const gone = await askAs(owner, "DELETE", "/v1/organization/image", { headers: { "If-Match": '"2"' } });
    expect(await bodyOf(gone)).toMatchObject({ image: null, version: 3 });
    expect(await seen()).toMatchObject({ image: null });
    expect((await rowOf(image.url))?.unused_since).not.toBeNull();
    const log = await auditOf(tenant, tenant.organizationId);
    expect(log.filter(({ action }) => action === "organization.update").map(({ changes }) => changes)).toEqual([
      { image: image.url.split("/").at(-1), image_alt: "Our logo" },
      { image: null, image_alt: null },
    ]);
  });
});

describe("[E11] [T7] an image is refused, and leaves no trace", () => {
  const largest = () => {
    const around = pngOf({}, pngChunk("iCCP", [])).byteLength;
    return pngOf(
      {},
      pngChunk(
        "iCCP",
        Array.from({ length: MAX_IMAGE_BYTES - around }, () => 7),
      ),
    );
  };

  it.each<[string, string, () => Asked]>([
    [
      "one byte over 500 KB",
      "413 body_too_large",
      () => ({ raw: new Uint8Array([...largest(), 0]), headers: headersAt(1) }),
    ],
    [
      "said to be JSON",
      "415 unsupported_media_type",
      () => ({ raw: pngOf(), headers: headersAt(1, "application/json") }),
    ],
    ["said to be SVG", "415 unsupported_media_type", () => ({ raw: pngOf(), headers: headersAt(1, "image/svg+xml") })],
    [
      "without a type",
      "415 unsupported_media_type",
      () => ({ raw: pngOf(), headers: { "If-Match": '"1"', "Content-Type": "" } }),
    ],
    ["that is SVG", "400 invalid_request", () => ({ raw: "<svg/>", headers: headersAt(1) })],
    ["that is nothing", "400 invalid_request", () => ({ headers: headersAt(1) })],
    ["too wide", "400 invalid_request", () => ({ raw: pngOf({ width: 4_097 }), headers: headersAt(1) })],
    [
      "without a version",
      "428 precondition_required",
      () => ({ raw: pngOf(), headers: { "Content-Type": "image/png" } }),
    ],
    ["for another version", "412 version_conflict", () => ({ raw: pngOf(), headers: headersAt(7) })],
  ])("%s", async (_, refusal, asked) => {
    const eventId = await newEvent(tenant);
    const count = () => env.DB.prepare("SELECT count(*) AS n FROM images").first<number>("n");
    const before = [await traceOf(tenant), await count()];
    expect(await refusalOf(ask("PUT", `/v1/events/${eventId}/image`, { token: tenant.token, ...asked() }))).toBe(
      refusal,
    );
    expect([await traceOf(tenant), await count()]).toEqual(before);
  });

  it("of 500 KB is taken, which is more than any other body may have", async () => {
    const answer = await give(await newEvent(tenant), largest());
    expect(answer.status, await answer.clone().text()).toBe(200);
  });

  it("of another's event, or of none, is not found", async () => {
    const other = await openTenant();
    for (const id of [await newEvent(other), "evt_x"]) expect(await refusalOf(give(id, pngOf()))).toBe("404 not_found");
  });

  it.each(["?alt=", "?alt=%07", `?alt=${"x".repeat(201)}`, "?title=x"])("with the query %s", async (query) => {
    expect(await refusalOf(give(await newEvent(tenant), pngOf(), { query }))).toBe("400 invalid_request");
  });

  it("[X4] beyond 200 new ones of an organisation in 24 hours, while those that it has may be given again", async () => {
    const busy = await openTenant();
    const eventId = await newEvent(busy);
    const bytes = picture();
    const { url } = await imageOf(give(eventId, bytes, { token: busy.token }));
    const made = (at: number, from: number, to: number) =>
      env.DB.batch(
        Array.from({ length: to - from }, (_, index) =>
          env.DB.prepare("INSERT INTO images (id, organization_id, bytes, created_at) VALUES (?, ?, 1, ?)").bind(
            ...[`img_${busy.organizationId}${from + index}`, busy.organizationId, at],
          ),
        ),
      );
    await made(Date.now(), 0, MAX_IMAGES_A_DAY - 2);
    await made(Date.now() - 24 * 60 * 60_000, MAX_IMAGES_A_DAY, MAX_IMAGES_A_DAY + 1);
    await imageOf(give(eventId, picture(), { token: busy.token, version: 2 }));
    const refused = await give(eventId, picture(), { token: busy.token, version: 3 });
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, expect.stringMatching(/^\d{4}$/)]);
    expect((await imageOf(give(eventId, bytes, { token: busy.token, version: 3 }))).url).toBe(url);
  });

  it("while KV is away: 503, the event as it was, and the same request does it later", async () => {
    const eventId = await newEvent(tenant);
    const bytes = picture();
    vi.spyOn(env.CATALOGUE_CACHE, "put").mockRejectedValue(new Error("KV PUT failed: 429 Too Many Requests"));
    expect(await refusalOf(give(eventId, bytes))).toBe("503 temporarily_unavailable");
    vi.restoreAllMocks();
    expect(await bodyOf(await ask("GET", `/v1/events/${eventId}`, { token: tenant.token }))).toMatchObject({
      image: null,
    });
    await imageOf(give(eventId, bytes));
  });
});

describe("[E11] what is served", () => {
  it("is 404, and kept by nobody, for an id that is unknown or none, and for one that KV has lost", async () => {
    const { url } = await imageOf(give(await newEvent(tenant), picture()));
    await env.CATALOGUE_CACHE.delete(`image/1/${url.split("/").at(-1)}`);
    for (const path of [
      url,
      `/v1/public/images/img_${"0".repeat(64)}`,
      "/v1/public/images/x",
      "/v1/public/images/..%2F..",
    ]) {
      const answer = await ask("GET", path);
      expect(answer.headers.get("Cache-Control")).toBe("no-store");
      expect(await refusalOf(answer)).toBe("404 not_found");
    }
  });

  it("is 503 while KV does not reply", async () => {
    const { url } = await imageOf(give(await newEvent(tenant), picture()));
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(env.CATALOGUE_CACHE, "get").mockRejectedValue(new Error("KV GET failed: 500 Internal Server Error"));
    expect(await refusalOf(ask("GET", url))).toBe("503 temporarily_unavailable");
  });

  it("[X5] is counted by address before KV is read, until the image was served", async () => {
    const { url } = await imageOf(give(await newEvent(tenant), picture()));
    const get = vi.spyOn(env.CATALOGUE_CACHE, "get");
    let keys = allow(0);
    expect(await refusalOf(ask("GET", url, from("192.0.2.77")))).toBe("429 rate_limited");
    expect([keys, get.mock.calls]).toEqual([["192.0.2.77"], []]);
    keys = allow(1);
    for (let n = 0; n < 3; n++) expect((await ask("GET", url, from(`192.0.2.${n}`))).status).toBe(200);
    expect(keys).toEqual(["192.0.2.0"]);
    expect(await refusalOf(ask("GET", `/v1/public/images/img_${"1".repeat(64)}`, from(ADDRESS)))).toBe(
      "429 rate_limited",
    );
    expect(get).toHaveBeenCalledTimes(3);
  });
});
