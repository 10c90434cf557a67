// What every request meets: ids of requests, headers, CORS, sizes, unknown paths, documentation and health.

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { PROBLEMS } from "../../../src/http/problems/problem-map.ts";
import { ask, bodyOf, saysToWait, shopper } from "../support/http.ts";

const SHOP = { Origin: "https://shop.example" };

describe("every response", () => {
  it("has a request id of our own, whatever the client sends, and is not stored", async () => {
    const first = await ask("GET", "/healthz", { headers: { "X-Request-Id": "theirs" } });
    const second = await ask("GET", "/nowhere");
    expect(first.status).toBe(200);
    expect(first.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.headers.get("X-Request-Id")).not.toBe(first.headers.get("X-Request-Id"));
    for (const answer of [first, second]) {
      expect(answer.headers.get("Cache-Control")).toBe("no-store");
      expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    }
    expect(await bodyOf(second)).toMatchObject({ code: "not_found", request_id: second.headers.get("X-Request-Id") });
    expect(second.headers.get("Content-Type")).toBe("application/problem+json");
  });

  it("[X1] to a bug is a 500 with the request id only; one log line places it without its message", async () => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(env.SHOPPER_LIMIT, "limit").mockRejectedValueOnce(new TypeError("a note that nobody may read"));
    const answer = await ask("POST", "/v1/shoppers");
    const body = await bodyOf(answer);
    expect(answer.status).toBe(500);
    expect(body).toEqual({
      type: "/problems/internal_error",
      title: PROBLEMS.internal_error.title,
      status: 500,
      code: "internal_error",
      detail: PROBLEMS.internal_error.detail,
      request_id: answer.headers.get("X-Request-Id"),
    });
    expect(lines).toHaveBeenCalledTimes(1);
    const line = String(lines.mock.calls[0]?.[0]);
    expect(JSON.parse(line)).toMatchObject({
      level: "error",
      event: "request_failed",
      request_id: body["request_id"],
      method: "POST",
      route: "/v1/shoppers",
      status: 500,
      error: "TypeError",
    });
    expect(line).not.toContain("nobody may read");
  });

  it.each(["/v1/shoppers", "/v1/ticket-types/tt_x/holds"])(
    "to a client that goes away while it sends its body to %s is no 5xx and no line in the log",
    async (path) => {
      const lines = vi.spyOn(console, "error").mockImplementation(() => {});
      const { token } = await shopper();
      const { app } = await import("../../../src/http/app.ts");
      const lengths: Record<string, string>[] = [{}, { "Content-Length": "10" }];
      for (const length of lengths) {
        const body = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
        const headers = { ...length, "Content-Type": "application/json", Authorization: `Bearer ${token}` };
        const request = new Request(`https://tickets.example${path}`, {
          method: "POST",
          headers: { ...headers, "Idempotency-Key": "k" },
          body,
        });
        const answer = await app.request(request, {}, env);
        expect(await bodyOf(answer)).toMatchObject({ status: 400, code: "invalid_request" });
      }
      expect(lines).not.toHaveBeenCalled();
    },
  );
});

describe("CORS", () => {
  it.each([
    ["GET", "/v1/public/events/evt_x"],
    ["GET", "/v1/public/events/evt_x/availability"],
    ["GET", "/v1/public/organizations/none/events"],
    ["POST", "/v1/ticket-types/tt_x/holds"],
    ["GET", "/v1/holds/hold_x"],
    ["DELETE", "/v1/holds/hold_x"],
    ["POST", "/v1/holds/hold_x/extend"],
    ["POST", "/v1/events/evt_x/holds"],
    ["POST", "/v1/checkouts"],
    ["GET", "/v1/orders/ord_x"],
    ["POST", "/v1/orders/ord_x/cancel"],
  ])("lets any origin call %s %s, without credentials, refusals included", async (method, path) => {
    const answer = await ask(method, path, { headers: SHOP });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(answer.headers.has("Access-Control-Allow-Credentials")).toBe(false);
    expect(listOf(answer, "Access-Control-Expose-Headers")).toEqual(
      ["ETag", "Location", "Retry-After", "X-Request-Id", "Idempotency-Replayed"].sort(),
    );
  });

  it("allows a preflight for 24 h, with the methods and headers of the storefront", async () => {
    const preflight = {
      ...SHOP,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization",
    };
    const answer = await ask("OPTIONS", "/v1/ticket-types/tt_x/holds", { headers: preflight });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("Access-Control-Max-Age")).toBe("86400");
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(listOf(answer, "Access-Control-Allow-Methods")).toEqual(["POST"]);
    expect(listOf(answer, "Access-Control-Allow-Headers")).toEqual(
      ["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"].sort(),
    );
    expect(answer.headers.has("X-Request-Id")).toBe(true);
  });

  it.each([
    ["GET", "/v1/orders"],
    ["POST", "/v1/orders/ord_x/confirm"],
    ["OPTIONS", "/v1/orders"],
    ["GET", "/v1/ticket-types/tt_x/holds"],
    ["GET", "/v1/venues"],
  ])("gives organisers' %s %s to no other origin", async (method, path) => {
    const answer = await ask(method, path, { headers: { ...SHOP, "Access-Control-Request-Method": "POST" } });
    expect(answer.headers.has("Access-Control-Allow-Origin")).toBe(false);
  });
});

describe("documentation", () => {
  it("is a page of our own origin at /docs whose links all work, without inline script or style", async () => {
    const page = await ask("GET", "/docs");
    expect([page.status, page.headers.get("Content-Type")]).toEqual([200, "text/html; charset=UTF-8"]);
    expect(page.headers.get("Content-Security-Policy")).not.toContain("unsafe");
    const etag = String(page.headers.get("ETag"));
    expect((await ask("GET", "/docs", { headers: { "If-None-Match": etag } })).status).toBe(304);
    const text = await page.text();
    expect(text).not.toMatch(/<script(?![^>]*src=)|<style| style=| on[a-z]+=/);
    const linked = new Set([...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? ""));
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => `#${id}`);
    expect(new Set(ids).size, "an id is one element's").toBe(ids.length);
    expect([...linked].filter((url) => url.startsWith("#") && !ids.includes(url))).toEqual([]);
    const paths = [...linked].filter((url) => !url.startsWith("#"));
    for (const url of paths) {
      const part = await ask("GET", url, { headers: { Accept: "text/html" } });
      expect(part.status, url).toBe(200);
      await part.body?.cancel();
    }
  });

  it("shows every operation, and an example of each problem with its status", async () => {
    const text = await (await ask("GET", "/docs")).text();
    const document = await bodyOf(await ask("GET", "/openapi.json"));
    type Answers = Record<string, { content?: Record<string, { examples?: object }> }>;
    const paths = Object.values(
      document["paths"] as Record<string, Record<string, { operationId: string; responses: Answers }>>,
    );
    const operations = paths.flatMap((methods) => Object.values(methods));
    expect(operations.filter(({ operationId }) => !text.includes(`id="${operationId}"`))).toEqual([]);
    const { examples } = document["components"] as { examples: Record<string, { value: Record<string, unknown> }> };
    const told = operations.flatMap(({ responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        Object.keys(content?.["application/problem+json"]?.examples ?? {}).map((code) => ({ status, code })),
      ),
    );
    expect(told.length).toBeGreaterThan(operations.length);
    const wrong = told.filter(({ status, code }) => {
      const { value } = must(examples[code], code);
      return String(value["status"]) !== status || value["code"] !== code || value["type"] !== `/problems/${code}`;
    });
    expect(wrong).toEqual([]);
  });

  it("has a page at / for people, with a link to it", async () => {
    const start = await ask("GET", "/", { headers: { Accept: "application/json" } });
    expect(await bodyOf(start)).toMatchObject({ docs: "/docs", openapi: "/openapi.json" });
    const home = await ask("GET", "/", { headers: { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" } });
    expect([home.status, home.headers.get("Vary")]).toEqual([200, "Accept, Accept-Language"]);
    const shown = [...(await home.text()).matchAll(/href="([/?][^"]*)"/g)].map(([, url]) => url ?? "");
    expect(shown).toContain("/docs");
    for (const url of shown) expect((await ask("GET", url)).status, url).toBe(200);
    expect((await ask("GET", "/")).headers.get("Content-Type"), "also without Accept").toContain("text/html");
  });

  it("describes every route of the Worker in OpenAPI 3.1, with who may call it and what it refuses", async () => {
    const document = await bodyOf(await ask("GET", "/openapi.json"));
    expect(document["openapi"]).toBe("3.1.0");
    const paths = document["paths"] as Record<
      string,
      Record<string, { security: object[]; responses: object; summary: string; parameters: object[] }>
    >;
    const hold = paths["/v1/ticket-types/{id}/holds"]?.["post"];
    expect(hold?.security).toEqual([{ shopper: [] }, { apiKey: [] }, { session: [] }]);
    expect(Object.keys(hold?.responses ?? {})).toEqual([
      "201",
      "400",
      "401",
      "403",
      "404",
      "409",
      "410",
      "413",
      "415",
      "422",
      "429",
      "500",
      "503",
    ]);
    expect(paths["/v1/public/events/{id}"]?.["get"]?.security).toEqual([]);
    // A body that is sent where none is taken is refused too, and so described.
    expect(Object.keys(paths["/v1/shoppers"]?.["post"]?.responses ?? {})).toEqual(
      expect.arrayContaining(["413", "415"]),
    );
    expect(paths["/v1/public/events/{id}"]?.["get"]?.parameters).toContainEqual(
      expect.objectContaining({ in: "header", name: "If-None-Match" }),
    );
    const { app } = await import("../../../src/http/app.ts");
    const served = app.routes.filter(
      ({ path, method }) => path.startsWith("/v1/") && !["ALL", "OPTIONS"].includes(method),
    );
    for (const { path, method } of served) {
      const described = paths[path.replaceAll(/:(\w+)/g, "{$1}")];
      expect(described?.[method.toLowerCase()], `${method} ${path}`).toBeDefined();
    }
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods))
        expect(operation.summary, `${method} ${path}`).toBeTruthy();
    }
  });

  it.each(Object.keys(PROBLEMS))("has a page for %s at the type of its problems", async (code) => {
    const page = await ask("GET", `/problems/${code}`);
    expect(page.status).toBe(200);
    expect(page.headers.get("Content-Type")).toContain("text/html");
    expect(await page.text()).toContain(`<code>${code}</code>`);
  });

  it("has none for a code that does not exist", async () => {
    expect(await bodyOf(await ask("GET", "/problems/no_such_code"))).toMatchObject({ status: 404, code: "not_found" });
  });
});

describe("health", () => {
  it("[X4] is ready when D1, an inventory and the secrets are there, and says how full D1 is", async () => {
    const answer = await ask("GET", "/readyz");
    const { size_after: size_bytes } = (await env.DB.prepare("SELECT 1").run()).meta;
    expect(size_bytes).toBeGreaterThan(0);
    expect(await bodyOf(answer)).toEqual({ status: "ready", d1: { size_bytes, limit_bytes: 10_000_000_000 } });
    expect(answer.status).toBe(200);
  });

  it("without its secret is not ready, says so, and mints and accepts nothing", async () => {
    const { token } = await shopper();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const without = Object.assign(Object.create(env) as Env, { SHOPPER_TOKEN_SECRET: "" });
    const on = (method: string, path: string, headers: Record<string, string> = {}) =>
      import("../../../src/http/app.ts").then(({ app }) =>
        app.request(path, { method, headers }, without, createExecutionContext()),
      );
    const ready = await on("GET", "/readyz");
    expect(ready.status).toBe(503);
    expect(saysToWait(ready, 5)).toBe(true);
    expect(ready.headers.get("Content-Type")).toContain("application/problem+json");
    expect(await bodyOf(ready)).toMatchObject({ code: "temporarily_unavailable", failing: ["secrets"] });
    const minted = await on("POST", "/v1/shoppers");
    expect(minted.status).toBe(503);
    expect(saysToWait(minted, 60)).toBe(true);
    const hold = await on("GET", "/v1/holds/hold_x", { Authorization: `Bearer ${token}` });
    expect(hold.status).toBe(401);
    const noAccounts = Object.assign(Object.create(env) as Env, { ACCOUNTS_SECRET: "" });
    const { app } = await import("../../../src/http/app.ts");
    expect(await bodyOf(await app.request("/readyz", {}, noAccounts, createExecutionContext()))).toMatchObject({
      failing: ["secrets"],
    });
  });

  it("serves HEAD as GET, without a body", async () => {
    const answer = await ask("HEAD", "/healthz");
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });
});

function listOf(answer: Response, header: string): string[] {
  return (answer.headers.get(header) ?? "")
    .split(",")
    .map((each) => each.trim())
    .sort();
}
