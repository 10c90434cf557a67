// API keys at the edge, and the order in which a request is checked. Who may call what: security.test.ts.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { CREDENTIAL_CACHE_MS } from "../../../src/auth/credential-cache.ts";
import { apiKeys } from "../../../src/db/schema/credentials.ts";
import { encodeBody, idFrom } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { db, seedType } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, refusalOf, saysToWait, shopper } from "../support/http.ts";
import { signedInAs } from "../support/auth/people.ts";

type World = {
  readonly typeId: string;
  readonly shopper: string;
  readonly owner: string;
  readonly viewer: string;
};
let world: World;

beforeAll(async () => {
  const { typeId, organizationId } = await seedType(100);
  world = {
    typeId,
    shopper: (await shopper()).token,
    owner: (await apiKey(organizationId, "owner")).token,
    viewer: (await apiKey(organizationId, "viewer")).token,
  };
});

const BYTES = new Uint8Array(16);
const UNKNOWN_ORDER = `ord_${encodeBody(BYTES)}${encodeBody(BYTES)}`;
const holdsOf = (typeId: string) => `/v1/ticket-types/${typeId}/holds`;

describe("an API key", () => {
  it("[P2] that is revoked is refused 5 s later at the latest, and at once where nobody used it before", async () => {
    const { organizationId } = await seedType(1);
    const { id, token } = await apiKey(organizationId, "owner");
    expect((await ask("GET", "/v1/orders", { token })).status).toBe(200);
    await db.update(apiKeys).set({ revoked_at: Date.now() }).where(eq(apiKeys.id, id));
    const later = Date.now() + CREDENTIAL_CACHE_MS;
    vi.spyOn(Date, "now").mockReturnValue(later);
    expect(await refusalOf(ask("GET", "/v1/orders", { token }))).toBe("401 unauthenticated");
    vi.restoreAllMocks();
    const other = await apiKey(organizationId, "owner");
    await db.update(apiKeys).set({ revoked_at: Date.now() }).where(eq(apiKeys.id, other.id));
    expect(await refusalOf(ask("GET", "/v1/orders", { token: other.token }))).toBe("401 unauthenticated");
  });

  it("whose stored permissions are unknown or no list may do nothing", async () => {
    const { organizationId } = await seedType(1);
    const { id, token } = await apiKey(organizationId, "owner");
    await db.update(apiKeys).set({ permissions: '["everything", 1]' }).where(eq(apiKeys.id, id));
    expect(await refusalOf(ask("GET", "/v1/orders", { token }))).toBe("403 forbidden");
  });

  it.each(["key", "session"])("[X3] gets 503, not 401, while D1 is away: a %s", async (kind) => {
    const { organizationId } = await seedType(1);
    const { token } =
      kind === "key" ? await apiKey(organizationId, "owner") : await signedInAs(organizationId, "owner");
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(env.DB, "prepare").mockImplementation(() => {
      throw new Error("D1_ERROR: Network connection lost.");
    });
    const answer = await ask("GET", "/v1/orders", { token });
    expect(saysToWait(answer, 1)).toBe(true);
    expect(await refusalOf(answer)).toBe("503 temporarily_unavailable");
  });
});

describe("the order of checks", () => {
  const LARGE = `{"quantity": 1, "notes": "${"x".repeat(64 * 1024)}"}`;
  const stream = (text: string) => new Response(text).body ?? undefined;

  it("[X4] is 413 first, by its declared length or, sent in pieces, by counting", async () => {
    const path = holdsOf(world.typeId);
    expect(await refusalOf(ask("POST", path, { raw: LARGE }))).toBe("413 body_too_large");
    expect(await refusalOf(ask("POST", path, { raw: must(stream(LARGE), "a body") }))).toBe("413 body_too_large");
  });

  it("is 401 before 400 and 415", async () => {
    const path = holdsOf(world.typeId);
    expect(await refusalOf(ask("POST", path, { raw: "{" }))).toBe("401 unauthenticated");
    expect(await refusalOf(ask("POST", path, { json: {}, token: "vgs_no" }))).toBe("401 unauthenticated");
  });

  it("is 403 for the kind of credential before 415, 400 and 404", async () => {
    expect(await refusalOf(ask("POST", "/v1/orders/none/confirm?x=1", { raw: "{", token: world.shopper }))).toBe(
      "403 forbidden",
    );
    expect(await refusalOf(ask("GET", "/v1/orders?limit=x", { token: world.viewer }))).toBe("403 forbidden");
  });

  it("is 415 and 400 before 404", async () => {
    const request = { token: world.shopper, key: "k" };
    const path = holdsOf("tt_malformed");
    expect(await refusalOf(ask("POST", path, { ...request, raw: "{}" }))).toBe("415 unsupported_media_type");
    expect(await refusalOf(ask("POST", path, { ...request, json: {} }))).toBe("400 invalid_request");
    expect(await refusalOf(ask("POST", path, { token: world.shopper, json: { quantity: 1 } }))).toBe(
      "400 idempotency_key_required",
    );
    expect(await refusalOf(ask("POST", path, { ...request, json: { quantity: 1 } }))).toBe("404 not_found");
  });

  it.each(["/v1/venues/ven_x/gates", "/v1/events/evt_x/ticket-types", "/v1/ticket-types/tt_x/holds"])(
    "is 400 for the cursor of %s before 404 for its id",
    async (path) => {
      const token = world.owner;
      expect(await refusalOf(ask("GET", `${path}?cursor=theirs`, { token }))).toBe("400 invalid_request");
      expect(await refusalOf(ask("GET", path, { token }))).toBe("404 not_found");
    },
  );

  it("is 404 before 422: nothing is said about what does not exist", async () => {
    const path = holdsOf(idFrom("tt", BYTES));
    expect(await refusalOf(ask("POST", path, { token: world.shopper, key: "k", json: { quantity: 100_000 } }))).toBe(
      "404 not_found",
    );
  });
});

describe("a request that is not valid", () => {
  const errorsOf = async (path: string, asked: object, method = "POST") => {
    const answer = await ask(method, path, { token: world.shopper, key: crypto.randomUUID(), ...asked });
    const { status, code, errors } = await bodyOf(answer);
    expect([status, code]).toEqual([400, "invalid_request"]);
    return (errors as { path: string }[]).map((each) => each.path);
  };
  const json = { "Content-Type": "application/json; charset=utf-8" };

  it.each<[string, unknown, string[]]>([
    ["a missing quantity", {}, ["/quantity"]],
    ["a fraction", { quantity: 1.5 }, ["/quantity"]],
    ["a number as text", { quantity: "1" }, ["/quantity"]],
    ["an unknown field", { quantity: 1, price: 0 }, ["/price"]],
    ["an unknown source", { quantity: 1, source: "phone" }, ["/source"]],
    ["long notes", { quantity: 1, notes: "x".repeat(501) }, ["/notes"]],
    ["several faults", { quantity: null, notes: 1 }, ["/quantity", "/notes"]],
    ["a list", [], [""]],
    ["null", null, [""]],
  ])("names %s by its path", async (_, body, paths) => {
    expect(await errorsOf(holdsOf(world.typeId), { json: body })).toEqual(paths);
  });

  it.each<[string, BodyInit]>([
    ["is empty", ""],
    ["is cut off", '{"quantity": 1'],
    ["is not UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
    ["has a name of a field that is no text", '{"quantity": 1, "\\udc00": 1}'],
    ["[X4] is deeper than 16", `{"quantity": ${"[".repeat(16)}${"]".repeat(16)}}`],
  ])("names a body as a whole that %s", async (_, raw) => {
    expect(await errorsOf(holdsOf(world.typeId), { raw, headers: json })).toEqual([""]);
  });

  it.each([
    ["half of a surrogate pair", '{"quantity": 1, "notes": "\\ud800"}'],
    ["a zero byte", '{"quantity": 1, "notes": "one\\u0000two"}'],
  ])("[H8] [X9] names a text with %s, which no store keeps as it is, by its path", async (_, raw) => {
    expect(await errorsOf(holdsOf(world.typeId), { raw, headers: json })).toEqual(["/notes"]);
  });

  it("[X4] may have a body of depth 16: the schema says what is wrong with it", async () => {
    const raw = `{"quantity": ${"[".repeat(15)}${"]".repeat(15)}}`;
    expect(await errorsOf(holdsOf(world.typeId), { raw, headers: json })).toEqual(["/quantity"]);
  });

  it("names an unknown query parameter, also where a route takes none", async () => {
    expect(await errorsOf(`${holdsOf(world.typeId)}?limit=1`, { json: { quantity: 1 } })).toEqual(["/limit"]);
    expect(await errorsOf("/v1/orders?colour=red", { token: world.owner }, "GET")).toEqual(["/colour"]);
    expect(await errorsOf("/healthz?x=1", {}, "GET")).toEqual(["/x"]);
  });

  it.each(["0", "101", "-1", "1.0", "ten", ""])("has a limit of %s", async (limit) => {
    expect(await errorsOf(`/v1/orders?limit=${limit}`, { token: world.owner }, "GET")).toEqual(["/limit"]);
  });

  it.each(["", "a b", "é", "x".repeat(256), "tab\tbed"])(
    "has an Idempotency-Key that is not 1 to 255 visible characters: %j",
    async (key) => {
      const headers = { "Idempotency-Key": key };
      expect(await errorsOf(holdsOf(world.typeId), { json: { quantity: 1 }, key: undefined, headers })).toEqual([
        "/Idempotency-Key",
      ]);
    },
  );

  it.each(["text/plain", "application/jsonx", "multipart/form-data", "application/x-www-form-urlencoded"])(
    "is 415 when its body comes as %s",
    async (type) => {
      const request = { token: world.shopper, key: "k", raw: '{"quantity": 1}', headers: { "Content-Type": type } };
      expect(await refusalOf(ask("POST", holdsOf(world.typeId), request))).toBe("415 unsupported_media_type");
    },
  );

  it("sends fields where there is no body to take: an empty object is none", async () => {
    const path = `/v1/orders/${UNKNOWN_ORDER}/cancel`;
    expect(await errorsOf(path, { json: { status: "confirmed" } })).toEqual([""]);
    expect(await refusalOf(ask("POST", path, { token: world.shopper, json: {} }))).toBe("404 not_found");
    expect(await refusalOf(ask("POST", path, { token: world.shopper }))).toBe("404 not_found");
  });
});

describe("minting shoppers", () => {
  it("[X2] is limited by address: 429 with Retry-After, unless limits are off", async () => {
    const keys: string[] = [];
    vi.spyOn(env.SHOPPER_LIMIT, "limit").mockImplementation(({ key }) => {
      keys.push(key);
      return Promise.resolve({ success: false });
    });
    const refused = await ask("POST", "/v1/shoppers", { headers: { "CF-Connecting-IP": "192.0.2.7" } });
    expect(saysToWait(refused, 60)).toBe(true);
    expect(await refusalOf(refused)).toBe("429 rate_limited");
    expect(keys).toEqual(["192.0.2.7"]);
    const { app } = await import("../../../src/http/app.ts");
    const off = Object.assign(Object.create(env) as Env, { RATE_LIMITS: "off" });
    expect((await app.request("/v1/shoppers", { method: "POST" }, off)).status).toBe(201);
    expect(keys).toHaveLength(1);
  });
});
