// Serves one peer over HTTP in a process of its own: the same requests as the Worker's, with the same checks of token,
// key and body, over one of the designs.

import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Redis } from "ioredis";
import { Pool } from "pg";
import * as z from "zod";
import { verifyShopperToken } from "../../../src/auth/links/shopper-tokens.ts";
import {
  type Design,
  type DesignName,
  forUpdate,
  type Hold,
  oneStatement,
  type Outcome,
  redisLock,
} from "./designs.ts";

export type PeerSettings = {
  readonly design: DesignName;
  readonly postgres: string;
  readonly redisPort: number;
  readonly secret: string;
  /** The bearer of who confirms orders. */
  readonly staffKey: string;
  readonly poolSize: number;
};

const HOLD_TTL_MS = 3_600_000;
const ORDER_TTL_MS = 900_000;
const HoldInput = z.strictObject({
  quantity: z.int().min(1).max(100),
  source: z.enum(["web", "scanner"]).default("web"),
  notes: z.string().max(500).nullable().default(null),
});
const CheckoutInput = z.strictObject({ hold_ids: z.array(z.string()).length(1) });
const HOLDS = /^\/v1\/ticket-types\/(tt_[0-9a-z]+)\/holds$/;
const CONFIRM = /^\/v1\/orders\/(ord\.(tt_[0-9a-z]+)\.[\w-]+)\/confirm$/;
const HOLD_ID = /^hold\.(tt_[0-9a-z]+)\.[\w-]+$/;
type Answer = { readonly status: number; readonly body: object };

process.once("message", (settings: PeerSettings) => {
  const { hold, sale } = designOf(settings);
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const url = request.url ?? "";
    const [typeId, order] = [HOLDS.exec(url)?.[1], CONFIRM.exec(url)];
    if (request.method === "POST" && typeId !== undefined) return place(hold, settings, typeId, request);
    if (request.method === "POST" && sale && url === "/v1/checkouts") return checkOut(sale, settings, request);
    if (request.method === "POST" && sale && order) return confirm(sale, settings, order, request);
    return { status: 404, body: { code: "not_found" } };
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    answerTo(request).then(
      (found) => answer(response, found),
      (fault: unknown) => {
        process.stderr.write(`${String(fault)}\n`);
        answer(response, { status: 500, body: { code: "internal_error" } });
      },
    );
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.send?.(typeof address === "object" && address ? address.port : 0);
  });
});

function designOf({ design, postgres, redisPort, poolSize }: PeerSettings): { hold: Hold; sale: Design | null } {
  const pool = new Pool({ connectionString: postgres, max: poolSize, min: poolSize });
  if (design === "one-statement") return { hold: oneStatement(pool), sale: null };
  const sale =
    design === "for-update"
      ? forUpdate(pool)
      : redisLock(pool, new Redis({ host: "127.0.0.1", port: redisPort, enableAutoPipelining: true }));
  return { hold: sale.hold, sale };
}

async function place(hold: Hold, { secret }: PeerSettings, typeId: string, request: IncomingMessage): Promise<Answer> {
  const now = Date.now();
  const userId = shopperOf(request, secret, now);
  if (userId === null) return UNAUTHENTICATED;
  const key = request.headers["idempotency-key"];
  const input = HoldInput.safeParse(JSON.parse(await textOf(request)));
  if (!input.success || typeof key !== "string") return INVALID;
  const id = `hold.${typeId}.${hashOf(`${typeId}\n${userId}\n${key}`)}`;
  const { quantity } = input.data;
  const heldUntil = now + HOLD_TTL_MS;
  const outcome = await hold({ id, typeId, userId, quantity, now, heldUntil });
  if (outcome !== "done") return refusalOf(outcome);
  const times = { held_until: iso(heldUntil), created_at: iso(now) };
  const body = { id, ticket_type_id: typeId, user_id: userId, quantity, status: "active", ...times };
  return { status: 201, body };
}

async function checkOut(sale: Design, { secret }: PeerSettings, request: IncomingMessage): Promise<Answer> {
  const now = Date.now();
  const userId = shopperOf(request, secret, now);
  if (userId === null) return UNAUTHENTICATED;
  const key = request.headers["idempotency-key"];
  const input = CheckoutInput.safeParse(JSON.parse(await textOf(request)));
  if (!input.success || typeof key !== "string") return INVALID;
  const holdId = input.data.hold_ids[0] ?? "";
  const typeId = HOLD_ID.exec(holdId)?.[1];
  if (typeId === undefined) return { status: 404, body: { code: "not_found" } };
  const orderId = `ord.${typeId}.${hashOf(`${typeId}\n${userId}\n${key}`)}`;
  const expiresAt = now + ORDER_TTL_MS;
  const outcome = await sale.checkOut({ orderId, holdId, typeId, userId, now, expiresAt });
  if (outcome !== "done") return refusalOf(outcome);
  const times = { expires_at: iso(expiresAt), created_at: iso(now) };
  return { status: 201, body: { id: orderId, user_id: userId, status: "reserved", items: [holdId], ...times } };
}

async function confirm(
  sale: Design,
  { staffKey }: PeerSettings,
  [, orderId = "", typeId = ""]: RegExpExecArray,
  request: IncomingMessage,
): Promise<Answer> {
  const given = createHash("sha256").update(bearerOf(request)).digest();
  if (!timingSafeEqual(given, createHash("sha256").update(staffKey).digest())) return UNAUTHENTICATED;
  const outcome = await sale.confirm({ orderId, typeId, now: Date.now() });
  if (outcome !== "done") return refusalOf(outcome);
  return { status: 200, body: { id: orderId, status: "confirmed" } };
}

const UNAUTHENTICATED: Answer = { status: 401, body: { code: "unauthenticated" } };
const INVALID: Answer = { status: 400, body: { code: "invalid_request" } };

function refusalOf(outcome: Exclude<Outcome, "done">): Answer {
  return { status: outcome === "busy" ? 503 : 409, body: { code: outcome } };
}

function bearerOf({ headers }: IncomingMessage): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
}

function shopperOf(request: IncomingMessage, secret: string, now: number): string | null {
  return verifyShopperToken({ SHOPPER_TOKEN_SECRET: secret }, bearerOf(request), now);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function answer(response: ServerResponse, { status, body }: Answer): void {
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
