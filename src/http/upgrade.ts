// Turns a request into a socket, in the same way for every route that has one: the object that keeps it responds 101 or
// refuses.

import type { Context } from "hono";
import { offeredToken } from "../feed/client.ts";
import { problem, type Refused } from "./problems/problem.ts";
import { UNAVAILABLE } from "../domain/errors.ts";

/**
 * Null when the request is an upgrade; else 426, or 404 where an upgrade would get that. So a client whose platform hides
 * why an upgrade failed can find out by a plain request.
 */
export async function refusePlain(c: Context, sees: () => Promise<boolean>): Promise<Refused | null> {
  if (isUpgrade(c)) return null;
  if (!(await sees())) return problem(c, { code: "not_found" });
  c.header("Upgrade", "websocket");
  return problem(c, { code: "upgrade_required" });
}

/** Passes the upgrade on by `join`, which may respond 404 for what the caller may not see. */
export async function upgrade(c: Context, join: () => Promise<Response>): Promise<Response> {
  let joined: Response;
  try {
    joined = await join();
  } catch {
    return problem(c, UNAVAILABLE);
  }
  if (joined.status === 404) return problem(c, { code: "not_found" });
  if (joined.webSocket === null) return problem(c, UNAVAILABLE);
  // A new response, since headers cannot be added to the object's.
  const headers = new Headers(joined.headers);
  const requestId: unknown = c.get("requestId");
  headers.set("X-Request-Id", typeof requestId === "string" ? requestId : "");
  headers.set("Cache-Control", "no-store");
  return new Response(null, { status: 101, webSocket: joined.webSocket, headers });
}

type UpgradeRequest = { readonly req: { header(name: string): string | undefined } };

export function isUpgrade(c: UpgradeRequest): boolean {
  return c.req.header("Upgrade")?.toLowerCase() === "websocket";
}

/** The credential that a browser offers as a subprotocol, in the form of an Authorization header. */
export function offeredCredential(c: UpgradeRequest): string | undefined {
  if (!isUpgrade(c)) return undefined;
  const token = offeredToken(c.req.header("Sec-WebSocket-Protocol"));
  return token && `Bearer ${token}`;
}
