// Knows the address at which people reach the Worker: links, cookies and the comparison of `Origin` use it alone. It is
// configured (PUBLIC_URL), since a request can name any host; only on this machine the request's host is used.

import { createMiddleware } from "hono/factory";
import type { Documented } from "../openapi/documentation.ts";
import { problem } from "../problems/problem.ts";
import type { HonoEnv } from "../routing.ts";

type OriginRequest = { readonly env: Pick<Env, "PUBLIC_URL">; readonly req: { readonly url: string } };

const LOOPBACK = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The origin, such as `https://tickets.example`; null when none is configured, except on this machine. */
export function originOf({ env, req }: OriginRequest): string | null {
  const { hostname, origin } = new URL(req.url);
  if (LOOPBACK.test(hostname)) return origin;
  const configured = URL.parse(env.PUBLIC_URL ?? "");
  return configured?.protocol === "https:" ? configured.origin : null;
}

/**
 * Nothing is served over plain http except on this machine. Pages redirect to https. A request that may have a
 * credential is refused before the credential is checked, so that its sender notices that it was sent in clear.
 */
export const requireTls = Object.assign(
  createMiddleware<HonoEnv>(async (c, next) => {
    const { url } = c.req;
    if (!url.startsWith("http:")) return next();
    const { hostname, host, pathname, search } = new URL(url);
    if (LOOPBACK.test(hostname)) return next();
    if (/^\/(v1|api)(\/|$)/.test(pathname) || !["GET", "HEAD"].includes(c.req.method))
      return problem(c, { code: "https_required" });
    return c.redirect(`${originOf(c) ?? `https://${host}`}${pathname.replace(/^\/+/, "/")}${search}`, 308);
  }),
  { codes: ["https_required"] } satisfies Documented,
);
