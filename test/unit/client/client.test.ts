// The client alone: what it sends, and what it makes of responses.

import { expect, test } from "vitest";
import { openClient } from "../../../src/client/client.ts";

function clientTo(answer: Response, sent: Request[] = []) {
  return openClient({
    baseUrl: "https://tickets.example/",
    token: "vgs_x",
    fetch: (request) => {
      sent.push(request);
      return Promise.resolve(answer);
    },
  });
}

test("a call sends method, path, query, credential and key as the route takes them", async () => {
  const sent: Request[] = [];
  const client = clientTo(Response.json({}, { status: 201 }), sent);
  await client.call("POST /v1/ticket-types/{id}/holds", { id: "tt/1", idempotencyKey: "k", body: { quantity: 2 } });
  const [request] = sent;
  expect([request?.method, request?.url]).toEqual(["POST", "https://tickets.example/v1/ticket-types/tt%2F1/holds"]);
  expect(request?.headers.get("Authorization")).toBe("Bearer vgs_x");
  expect(request?.headers.get("Idempotency-Key")).toBe("k");
  expect(await request?.json()).toEqual({ quantity: 2 });
});

test("a query leaves out what is undefined", async () => {
  const sent: Request[] = [];
  await clientTo(Response.json({}), sent).call("GET /v1/venues", { query: { limit: 5, cursor: "a&b" } });
  expect(sent[0]?.url).toBe("https://tickets.example/v1/venues?limit=5&cursor=a%26b");
});

test("a refusal is a value with its problem and when to come back", async () => {
  const headers = { "Content-Type": "application/problem+json", "Retry-After": "7" };
  const answer = new Response(JSON.stringify({ code: "rate_limited" }), { status: 429, headers });
  const refused = await clientTo(answer).call("POST /v1/shoppers", {});
  expect(refused).toEqual({ ok: false, problem: { code: "rate_limited" }, retryAfterSeconds: 7 });
});

test("a response that is not of this API throws", async () => {
  const answer = new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "Content-Type": "text/html" } });
  await expect(clientTo(answer).call("GET /v1/me", {})).rejects.toThrow("502");
});
