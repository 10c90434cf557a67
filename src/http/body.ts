// Bodies: their size (rule X4), and that they are JSON which is whole, in UTF-8 and not too deep, before any schema sees them.

import type { Context as HonoContext, MiddlewareHandler } from "hono";
import type { Refusal } from "../domain/errors.ts";
import { MAX_JSON_DEPTH } from "../domain/limits.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { problem } from "./problem.ts";

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** For endpoints that take a body: 415 when it is not sent as JSON, 400 when it is not JSON. */
export const jsonBody: MiddlewareHandler = async (c, next) => {
  const body = await readJson(c);
  if (!body.ok) return problem(c, body.refusal);
  await next();
  return undefined;
};

/** For endpoints that take none: a body is refused as its fields would be, unless it is an empty object. */
export const noBody: MiddlewareHandler = async (c, next) => {
  if (c.req.raw.body !== null && (await c.req.arrayBuffer()).byteLength > 0) {
    const body = await readJson(c);
    if (!body.ok) return problem(c, body.refusal);
    if (JSON.stringify(body.value) !== "{}") return problem(c, notJson("This route takes no body."));
  }
  await next();
  return undefined;
};

async function readJson(c: HonoContext): Promise<Result<unknown, Refusal>> {
  if (!JSON_TYPE.test(c.req.header("Content-Type") ?? "")) return refuse({ code: "unsupported_media_type" });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(await c.req.arrayBuffer()));
  } catch {
    return refuse(notJson("The body is not JSON in UTF-8."));
  }
  return depthWithin(value, MAX_JSON_DEPTH)
    ? accept(value)
    : refuse(notJson(`The body is nested deeper than ${MAX_JSON_DEPTH}.`));
}

function notJson(message: string): Refusal {
  return { code: "invalid_request", errors: [{ path: "", message }] };
}

/** Whether arrays and objects stand at most `levels` deep in each other. */
function depthWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => depthWithin(inner, levels - 1));
}
