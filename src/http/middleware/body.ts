// Checks request bodies before a schema does: size (rule X4), and that they are whole JSON in UTF-8 and not too deep.

import type { Context as HonoContext, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Refusal } from "../../domain/errors.ts";
import { MAX_BODY_BYTES, MAX_JSON_DEPTH } from "../../domain/limits.ts";
import { accept, refuse, type Result } from "../../domain/result.ts";
import { findUnstorable } from "./storable-json.ts";
import { problem } from "../problems/problem.ts";
import type { HonoEnv } from "../routing.ts";

/** Allows an empty parameter, and blanks around each `;`, since some clients send them. */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json[ \t]*(?:;|$)/i;
const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^";\s]*)/gi;
const PLAIN_JSON_TYPE = "application/json";

const LENGTH = /^\d{1,9}$/;

/** Whether the request declares a length of at most `maxSize`; HTTP then keeps the body to that length. */
function saysSmall(c: HonoContext, maxSize: number): boolean {
  const length = c.req.header("Content-Length");
  if (length === undefined || !LENGTH.test(length) || Number(length) > maxSize) return false;
  return c.req.header("Transfer-Encoding") === undefined;
}

/** Refuses a body of more than `maxSize` bytes with 413, before anything else is checked. */
export function limitBodyTo(maxSize: number): MiddlewareHandler<HonoEnv> {
  const sized = bodyLimit({ maxSize, onError: (c) => problem(c, { code: "body_too_large" }) });
  return async (c, next) => {
    // Checked first, because `sized` opens the body as a stream only to find out whether there is one.
    if (saysSmall(c, maxSize)) return next();
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
}

const limitJson = limitBodyTo(MAX_BODY_BYTES);
const IMAGE = /^PUT .*\/image$/;

/** Applies to every request except uploads of images, whose routes have their own limit (image-body.ts). */
export const limitBody: MiddlewareHandler<HonoEnv> = (c, next) =>
  IMAGE.test(`${c.req.method} ${c.req.path}`) ? next() : limitJson(c, next);

/** Whether a middleware reads the body itself, because the body is not JSON. */
export const readsBody = (middleware: object): boolean => "readsBody" in middleware;

/** For endpoints that take a body: 415 when it is not sent as JSON, 400 when it is not JSON. */
export const jsonBody: MiddlewareHandler = async (c, next) => {
  const body = await readJson(c);
  if (!body.ok) return problem(c, body.refusal);
  await next();
  return undefined;
};

/** For endpoints without a body: refuses any but an empty object, as unknown fields are refused. */
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

/** All requests may share it: each body is decoded in one call, which leaves no state for the next. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

async function readJson(c: HonoContext): Promise<Result<unknown, Refusal>> {
  if (!isJsonType(c.req.header("Content-Type") ?? "")) return refuse({ code: "unsupported_media_type" });
  const bytes = await bytesOf(c);
  if (bytes === "cut off") return refuse(CUT_OFF);
  let text: string;
  let value: unknown;
  try {
    text = UTF8.decode(bytes);
    value = JSON.parse(text);
    handToValidator(c, text);
  } catch {
    return refuse(notJson("The body is not JSON in UTF-8."));
  }
  if (!depthWithin(value, MAX_JSON_DEPTH)) return refuse(notJson(`The body is nested deeper than ${MAX_JSON_DEPTH}.`));
  const errors = findUnstorable(text, value);
  return errors.length === 0 ? accept(value) : refuse({ code: "invalid_request", errors });
}

/** The schema's validator reads the body as text, and accepts fewer spellings of the media type than this file does. */
function handToValidator(c: HonoContext, text: string): void {
  // Without it Hono would decode the bytes again. Its cache holds promises, although its type says strings.
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
  if (c.req.header("Content-Type") === PLAIN_JSON_TYPE) return;
  const headers = new Headers(c.req.raw.headers);
  headers.set("Content-Type", PLAIN_JSON_TYPE);
  c.req.raw = new Request(c.req.url, { method: c.req.method, headers });
}

function isJsonType(type: string): boolean {
  const charsets = [...type.matchAll(CHARSET)].map(([, charset = ""]) => charset.toLowerCase());
  return JSON_TYPE.test(type) && charsets.every((charset) => charset === "utf-8" || charset === "utf8");
}

/**
 * `cut off` when the client disconnected while it sent. That is no fault of ours, and nobody is left to read a response.
 */
export async function bytesOf(c: HonoContext): Promise<ArrayBuffer | "cut off"> {
  try {
    return await c.req.arrayBuffer();
  } catch {
    return "cut off";
  }
}

function notJson(message: string): Refusal {
  return { code: "invalid_request", errors: [{ path: "", message }] };
}

export const CUT_OFF = notJson("The body is incomplete.");

/** Whether arrays and objects are nested at most `levels` deep. */
function depthWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => depthWithin(inner, levels - 1));
}
