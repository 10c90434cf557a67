// Serves the files that pages load when the platform has not served them before the Worker: on a local server, whose
// requests come straight to the Worker, and when there is no file of this name.

import type { Context } from "hono";
import { problem } from "../../problems/problem.ts";
import { type HonoEnv, newRouter } from "../../routing.ts";

export const servedFiles = newRouter();

for (const path of ["/ui/:file", "/element/:file"]) servedFiles.get(path, serve);

async function serve(c: Context<HonoEnv>) {
  const { status, body, headers } = await c.env.ASSETS.fetch(c.req.raw);
  const said = Object.fromEntries(headers);
  if (status === 304) return c.body(null, 304, said);
  if (status !== 200) return problem(c, { code: "not_found" });
  return body === null ? c.body(null, 200, said) : c.body(body, 200, said);
}
