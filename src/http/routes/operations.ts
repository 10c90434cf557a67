// Whether the Worker runs, and whether what it needs answers.

import { z } from "@hono/zod-openapi";
import { canSignLinks } from "../../auth/link-keys.ts";
import { canMint } from "../../auth/shopper-tokens.ts";
import { coalesceCalls } from "../../cache/coalesce-calls.ts";
import { readSize } from "../../db/client.ts";
import { parseId } from "../../domain/ids.ts";
import { D1_BYTES } from "../../domain/limits.ts";
import { must } from "../../domain/result.ts";
import { openInventories } from "../../inventory/client.ts";
import { ticketSecretOf } from "../../shared/ticket-secrets.ts";
import { anonymous } from "../access.ts";
import { dbOf } from "../db.ts";
import { Problem } from "../documentation.ts";
import { originOf } from "../origin.ts";
import { problemBody, problemHeaders } from "../problem.ts";
import { endpoint, newRouter } from "../routing.ts";
import { json } from "../schemas/common.ts";

export const operations = newRouter();

/** No ticket type is ever made with this id: its inventory answers `not_found` and stores nothing (rule X5). */
const NO_TICKET_TYPE = must(parseId("tt", `tt_${"0".repeat(26)}`), "the id is well formed");
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
  summary: "Whether all that the Worker needs answers",
  middleware: anonymous,
  responses: {
    200: { description: "It does", content: json(Ready) },
    503: {
      description: "It does not: `failing` says what",
      content: { "application/problem+json": { schema: Problem.extend({ failing: z.array(z.enum(PARTS)) }) } },
    },
  },
});

/** However many ask, an isolate asks D1 and the object once at a time, and once a second while both answer. */
const answers = coalesceCalls<"all", { readonly size: number | null; readonly inventory: boolean }>(
  READY_MS,
  ({ size, inventory }) => size !== null && inventory,
);

operations.openapi(ready, async (c) => {
  const { size, inventory } = await answers.read("all", {
    call: async () => {
      const [bytes, isThere] = await Promise.all([sizeOfD1(c.env), inventoryAnswers(c.env)]);
      return { size: bytes, inventory: isThere };
    },
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

function hasSecrets(env: Env): boolean {
  return canMint(env) && canSignLinks(env) && ticketSecretOf(env) !== null && Boolean(env.ACCOUNTS_SECRET);
}

/** Null when it does not answer. */
async function sizeOfD1(env: Env): Promise<number | null> {
  try {
    return await readSize(dbOf(env));
  } catch {
    return null;
  }
}

async function inventoryAnswers(env: Env): Promise<boolean> {
  const reply = await openInventories(env.INVENTORY)(NO_TICKET_TYPE).counts();
  return reply.ok || reply.refusal.code === "not_found";
}
