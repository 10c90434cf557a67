// The public socket of a ticket type: the upgrade is handed to its inventory, which keeps the socket (rules L1 to L6).

import { joinLive } from "../../inventory/client.ts";
import { anonymous } from "../access.ts";
import { problem } from "../problem.ts";
import { endpoint, newRouter } from "../routing.ts";
import { idParam } from "../schemas/common.ts";

export const live = newRouter();

const join = endpoint(
  {
    method: "get",
    path: "/v1/ticket-types/{id}/live",
    tags: ["Live"],
    summary: "Follow a ticket type",
    description:
      "A WebSocket: first a `snapshot` frame, then `occupancy` frames with absolute counts, each with its ledger position `seq`. Text `ping` is answered with `pong`.",
    middleware: anonymous,
    request: { params: idParam("tt") },
    responses: { 101: { description: "The socket is open" } },
  },
  ["not_found", "upgrade_required"],
);

live.openapi(join, async (c) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") {
    c.header("Upgrade", "websocket");
    return problem(c, { code: "upgrade_required" });
  }
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  let joined: Response;
  try {
    joined = await joinLive(c.env.INVENTORY, id, c.req.raw);
  } catch {
    return problem(c, { code: "temporarily_unavailable", retryAfterSeconds: 1 });
  }
  if (joined.status === 404) return problem(c, { code: "not_found" });
  if (joined.webSocket === null) return problem(c, { code: "temporarily_unavailable", retryAfterSeconds: 1 });
  // Why a new answer: the headers of the inventory's cannot be added to.
  const headers = new Headers(joined.headers);
  headers.set("X-Request-Id", c.get("requestId"));
  headers.set("Cache-Control", "no-store");
  return new Response(null, { status: 101, webSocket: joined.webSocket, headers });
});
