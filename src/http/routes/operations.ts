// Reports whether the Worker runs, and whether what it needs is available.

import { z } from "@hono/zod-openapi";
import { coalesceCalls } from "../../cache/coalesce-calls.ts";
import { D1_BYTES } from "../../domain/limits.ts";
import { anonymous } from "../middleware/access.ts";
import { Problem } from "../openapi/documentation.ts";
import { originOf } from "../middleware/origin.ts";
import { problemBody, problemHeaders } from "../problems/problem.ts";
import type { Readiness } from "../reads/readiness.ts";
import { endpoint, newRouter } from "../routing.ts";
import { json } from "../schemas/common.ts";

export const operations = newRouter();

const READY_MS = 1_000;
const PARTS = ["d1", "inventory", "secrets", "public_url"] as const;

const Ready = z.object({
  status: z.literal("ready"),
  d1: z
    .object({ size_bytes: z.number().int(), limit_bytes: z.number().int() })
    .openapi({ description: "How large the database is, and how large it may become." }),
});

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
  summary: "Whether everything that the Worker needs is available",
  middleware: anonymous,
  responses: {
    200: { description: "It does", content: json(Ready) },
    503: {
      description: "Something is unavailable: `failing` says what",
      content: { "application/problem+json": { schema: Problem.extend({ failing: z.array(z.enum(PARTS)) }) } },
    },
  },
});

/** However many requests come, an isolate makes one check at a time, and one a second while D1 and the object reply. */
const answers = coalesceCalls<"all", Readiness>(READY_MS, ({ size, inventory }) => size !== null && inventory);

operations.openapi(ready, async (c) => {
  // Imported by the first request, so that no buyer's first response waits for it.
  const { hasSecrets, readReadiness } = await import("../reads/readiness.ts");
  const { size, inventory } = await answers.read("all", {
    call: () => readReadiness(c.env),
    keep: (work) => c.executionCtx.waitUntil(work),
  });
  const works = { d1: size !== null, inventory, secrets: hasSecrets(c.env), public_url: originOf(c) !== null };
  const failing = PARTS.filter((part) => !works[part]);
  if (size !== null && failing.length === 0)
    return c.json({ status: "ready" as const, d1: { size_bytes: size, limit_bytes: D1_BYTES } }, 200);
  const refusal = { code: "temporarily_unavailable", retryAfterSeconds: 5 } as const;
  c.set("refused", refusal.code);
  const body = { ...problemBody(refusal, c.get("requestId")), failing };
  return c.json(body, 503, { ...problemHeaders(refusal, Math.random), "Content-Type": "application/problem+json" });
});
