// Whether the Worker runs, and whether what it needs answers.

import { z } from "@hono/zod-openapi";
import { canMint } from "../../auth/shopper-tokens.ts";
import { ping } from "../../db/client.ts";
import { answered } from "../../db/limit.ts";
import { parseId } from "../../domain/ids.ts";
import { must } from "../../domain/result.ts";
import { openInventories } from "../../inventory/client.ts";
import { anonymous } from "../access.ts";
import { dbOf } from "../db.ts";
import { Problem } from "../documentation.ts";
import { problemBody, problemHeaders } from "../problem.ts";
import { endpoint, newRouter } from "../routing.ts";
import { json } from "../schemas/common.ts";

export const operations = newRouter();

/** No ticket type is ever made with this id: its inventory answers `not_found` and stores nothing (rule X5). */
const NO_TICKET_TYPE = must(parseId("tt", `tt_${"0".repeat(26)}`), "the id is well formed");
const PARTS = ["d1", "inventory", "secrets"] as const;

const health = endpoint({
  method: "get",
  path: "/healthz",
  tags: ["Operations"],
  summary: "Whether the Worker runs",
  middleware: anonymous,
  responses: { 200: { description: "It runs", content: json(z.object({ status: z.literal("ok") })) } },
});

operations.openapi(health, (c) => c.json({ status: "ok" as const }, 200));

const ready = endpoint({
  method: "get",
  path: "/readyz",
  tags: ["Operations"],
  summary: "Whether all that the Worker needs answers",
  middleware: anonymous,
  responses: {
    200: { description: "It does", content: json(z.object({ status: z.literal("ready") })) },
    503: {
      description: "It does not: `failing` says what",
      content: { "application/problem+json": { schema: Problem.extend({ failing: z.array(z.enum(PARTS)) }) } },
    },
  },
});

operations.openapi(ready, async (c) => {
  const failing = await failingParts(c.env);
  if (failing.length === 0) return c.json({ status: "ready" as const }, 200);
  const refusal = { code: "temporarily_unavailable", retryAfterSeconds: 5 } as const;
  c.set("refused", refusal.code);
  const body = { ...problemBody(refusal, c.get("requestId")), failing };
  return c.json(body, 503, { ...problemHeaders(refusal, Math.random), "Content-Type": "application/problem+json" });
});

async function failingParts(env: Env): Promise<(typeof PARTS)[number][]> {
  const [d1, inventory] = await Promise.all([d1Answers(env), inventoryAnswers(env)]);
  const works = { d1, inventory, secrets: canMint(env) && Boolean(env.ACCOUNTS_SECRET) };
  return PARTS.filter((part) => !works[part]);
}

async function d1Answers(env: Env): Promise<boolean> {
  try {
    await answered(ping(dbOf(env)));
    return true;
  } catch {
    return false;
  }
}

async function inventoryAnswers(env: Env): Promise<boolean> {
  const reply = await openInventories(env.INVENTORY)(NO_TICKET_TYPE).counts();
  return reply.ok || reply.refusal.code === "not_found";
}
