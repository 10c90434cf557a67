// Bodies: their size (rule X4), and that they are JSON which is whole, in UTF-8 and not too deep, before any schema sees them.

import type { Context as HonoContext, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Refusal } from "../domain/errors.ts";
import { MAX_BODY_BYTES, MAX_JSON_DEPTH } from "../domain/limits.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { problem } from "./problem.ts";

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

const sized = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => problem(c, { code: "body_too_large" }) });

const LENGTH = /^\d{1,9}$/;

/** Whether the request says how long its body is, which HTTP then holds it to, and that is not too long. */
function saysSmall(c: HonoContext): boolean {
  const length = c.req.header("Content-Length");
  if (length === undefined || !LENGTH.test(length) || Number(length) > MAX_BODY_BYTES) return false;
  return c.req.header("Transfer-Encoding") === undefined;
}

/** For every request: 413 when its body is too large, before anything else is looked at. */
export const limitBody: MiddlewareHandler = async (c, next) => {
  // Looked at first: to find that there is a body at all, the check below opens it as a stream.
  if (saysSmall(c)) return next();
  let read = false;
  try {
    return await sized(c, () => {
      read = true;
      return next();
    });
  } catch (fault) {
    if (read) throw fault;
    return problem(c, CUT_OFF);
  }
};

/** For endpoints that take a body: 415 when it is not sent as JSON, 400 when it is not JSON. */
export const jsonBody: MiddlewareHandler = async (c, next) => {
  const body = await readJson(c);
  if (!body.ok) return problem(c, body.refusal);
  await next();
  return undefined;
};

/** For endpoints that take none: a body is refused as its fields would be, unless it is an empty object. */
export const noBody: MiddlewareHandler = async (c, next) => {
  const bytes = c.req.raw.body === null ? null : await bytesOf(c);
  if (bytes === "cut off" || (bytes && bytes.byteLength > 0)) {
    const body = await readJson(c);
    if (!body.ok) return problem(c, body.refusal);
    if (JSON.stringify(body.value) !== "{}") return problem(c, notJson("This route takes no body."));
  }
  await next();
  return undefined;
};

/** The body as JSON, or null when there is none. */
export async function readJsonIfAny(c: HonoContext): Promise<Result<unknown, Refusal>> {
  const bytes = c.req.raw.body === null ? null : await bytesOf(c);
  return bytes === null || (bytes !== "cut off" && bytes.byteLength === 0) ? accept(null) : readJson(c);
}

/** Each text is decoded whole, so that none leaves anything behind for the next. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

async function readJson(c: HonoContext): Promise<Result<unknown, Refusal>> {
  if (!JSON_TYPE.test(c.req.header("Content-Type") ?? "")) return refuse({ code: "unsupported_media_type" });
  const bytes = await bytesOf(c);
  if (bytes === "cut off") return refuse(CUT_OFF);
  let value: unknown;
  try {
    const text = UTF8.decode(bytes);
    value = JSON.parse(text);
    // For the validator of the schema, which reads a text: Hono would make a Response of the bytes to get it. What it
    // keeps is a promise, though its type says a text.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
  } catch {
    return refuse(notJson("The body is not JSON in UTF-8."));
  }
  if (!depthWithin(value, MAX_JSON_DEPTH)) return refuse(notJson(`The body is nested deeper than ${MAX_JSON_DEPTH}.`));
  return isKeptAsItIs(value)
    ? accept(value)
    : refuse(notJson("The body has a zero byte or half of a surrogate pair in a text."));
}

/** A client that goes away while it sends is no fault of ours, and nobody is left to read what it is answered. */
async function bytesOf(c: HonoContext): Promise<ArrayBuffer | "cut off"> {
  try {
    return await c.req.arrayBuffer();
  } catch {
    return "cut off";
  }
}

function notJson(message: string): Refusal {
  return { code: "invalid_request", errors: [{ path: "", message }] };
}

const CUT_OFF = notJson("The body did not arrive whole.");

/**
 * Whether every text is one that a store gives back as it was. JSON can spell what UTF-8 cannot hold (`"\ud800"`), and a
 * zero byte, at which SQLite's functions end a text: read back it would differ, and a repeat would be taken for another
 * request (rule H8).
 */
function isKeptAsItIs(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isKeptAsItIs(name) && isKeptAsItIs(inner));
}

/** Whether arrays and objects stand at most `levels` deep in each other. */
function depthWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => depthWithin(inner, levels - 1));
}
