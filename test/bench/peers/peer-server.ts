// The HTTP server of one peer, in a process of its own: the same request as the Worker takes, with its token, its key
// and its body checked, over one of the designs.

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Redis } from "ioredis";
import { Pool } from "pg";
import * as z from "zod";
import { verifyShopperToken } from "../../../src/auth/shopper-tokens.ts";
import { type Design, type DesignName, forUpdate, type HoldOutcome, oneStatement, redisLock } from "./designs.ts";

export type PeerSettings = {
  readonly design: DesignName;
  readonly postgres: string;
  readonly redisPort: number;
  readonly secret: string;
  readonly poolSize: number;
};

const HOLD_TTL_MS = 3_600_000;
const HoldInput = z.strictObject({
  quantity: z.int().min(1).max(100),
  source: z.enum(["web", "scanner"]).default("web"),
  notes: z.string().max(500).nullable().default(null),
});
const PATH = /^\/v1\/ticket-types\/(tt_[0-9a-z]+)\/holds$/;
const STATUS: Readonly<Record<HoldOutcome, number>> = { held: 201, sold_out: 409, busy: 503 };

process.once("message", (settings: PeerSettings) => {
  const hold = designOf(settings);
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(hold, settings.secret, request, response).catch((fault: unknown) => {
      process.stderr.write(`${String(fault)}\n`);
      answer(response, 500, { code: "internal_error" });
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.send?.(typeof address === "object" && address ? address.port : 0);
  });
});

function designOf({ design, postgres, redisPort, poolSize }: PeerSettings): Design {
  const pool = new Pool({ connectionString: postgres, max: poolSize, min: poolSize });
  if (design === "one-statement") return oneStatement(pool);
  if (design === "for-update") return forUpdate(pool);
  return redisLock(pool, new Redis({ host: "127.0.0.1", port: redisPort, enableAutoPipelining: true }));
}

async function serve(hold: Design, secret: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const now = Date.now();
  const typeId = PATH.exec(request.url ?? "")?.[1];
  if (!typeId || request.method !== "POST") return answer(response, 404, { code: "not_found" });
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const userId = verifyShopperToken({ SHOPPER_TOKEN_SECRET: secret }, token, now);
  if (!userId) return answer(response, 401, { code: "unauthenticated" });
  const key = request.headers["idempotency-key"];
  const input = HoldInput.safeParse(JSON.parse(await textOf(request)));
  if (!input.success || typeof key !== "string") return answer(response, 400, { code: "invalid_request" });
  const id = `hold_${createHash("sha256").update(`${typeId}\n${userId}\n${key}`).digest("base64url")}`;
  const { quantity } = input.data;
  const heldUntil = now + HOLD_TTL_MS;
  const outcome = await hold({ id, typeId, userId, quantity, now, heldUntil });
  if (outcome !== "held") return answer(response, STATUS[outcome], { code: outcome });
  const created_at = new Date(now).toISOString();
  const held_until = new Date(heldUntil).toISOString();
  const view = { id, ticket_type_id: typeId, user_id: userId, quantity, status: "active", held_until, created_at };
  return answer(response, 201, view);
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += String(chunk);
  return text;
}
