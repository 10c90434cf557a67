// What time does alone: holds and orders that run out without any request.

import { afterAll, expect, test } from "vitest";
import { countsOf, refusalOf } from "../../support/server/client.ts";
import { buildShow, typeOf } from "../../support/server/catalogue/show.ts";
import { openStage } from "../../support/server/stage.ts";
import { openViewer, shows } from "../../support/server/sockets/viewer.ts";
import type { Hold, Order } from "../../support/server/wire.ts";

const HOLD_SECONDS = 3;
const ORDER_SECONDS = 5;
/** The most that an announcement may take, also on a machine that is busy with other things (rule H4). */
const LATE_MS = 10_000;

const { server, client, keys, act, shopper, close } = await openStage({
  HOLD_TTL_SECONDS: String(HOLD_SECONDS),
  ORDER_TTL_SECONDS: String(ORDER_SECONDS),
});
const { read, hold, release, checkOut, settle } = act;
afterAll(close);

test("[H3] [H4] [L3] a hold expires on time, and the socket reports it without any traffic", async () => {
  const show = await buildShow(client, keys.owner, [{ total: 10 }]);
  const viewer = await openViewer(server.baseUrl, typeOf(show));
  const { token } = shopper(0);
  const { body } = await hold(typeOf(show), token, "alone", { quantity: 4 });
  expect(body.expires_in_seconds).toBe(HOLD_SECONDS);
  await viewer.until(shows({ held: 4, available: 6 }));
  const { cameAt } = await viewer.until((frame) => frame.type === "occupancy" && shows({ held: 0 })(frame));
  const late = cameAt - Date.parse(body.held_until);
  expect(late, "not before its time").toBeGreaterThanOrEqual(0);
  expect(late, "and soon after").toBeLessThanOrEqual(LATE_MS);
  expect((await read<Hold>(`/v1/holds/${body.id}`, token)).body).toMatchObject({
    status: "expired",
    expires_in_seconds: 0,
  });
  expect((await release(body.id, token)).body.status, "a release changes nothing any more").toBe("expired");
  expect((await checkOut(token, "late", [body.id])).body).toMatchObject({
    status: 410,
    code: "hold_expired",
    hold_id: body.id,
  });
  const again = await hold(typeOf(show), token, "alone", { quantity: 4 });
  expect(again, "its key still finds it").toMatchObject({ status: 201, body: { id: body.id, status: "expired" } });
  viewer.socket.terminate();
});

test("[O4] [O3] an unconfirmed order expires by itself and gives back the tickets of all its types", async () => {
  const show = await buildShow(client, keys.owner, [{ total: 10 }, { total: 10 }]);
  const viewers = await Promise.all(show.typeIds.map((id) => openViewer(server.baseUrl, id)));
  const { token } = shopper(1);
  const holds = await Promise.all(show.typeIds.map((id, index) => hold(id, token, `o${index}`, { quantity: 2 })));
  const { status, body: order } = await checkOut(
    token,
    "order",
    holds.map(({ body }) => body.id),
  );
  expect(status).toBe(201);
  expect(Date.parse(order.expires_at) - Date.parse(order.created_at)).toBe(ORDER_SECONDS * 1_000);
  const given = await Promise.all(
    viewers.map((viewer) => viewer.until((frame) => frame.type === "occupancy" && shows({ held: 0 })(frame))),
  );
  for (const { cameAt } of given) {
    const late = cameAt - Date.parse(order.expires_at);
    expect(late, "the holds' own time no longer counts").toBeGreaterThanOrEqual(0);
    expect(late, "D1 is asked soon after").toBeLessThanOrEqual(LATE_MS);
  }
  expect((await read<Order>(`/v1/orders/${order.id}`, token)).body.status).toBe("expired");
  expect(await refusalOf(settle(order.id, "confirm", keys.staff))).toBe("410 order_expired");
  expect(await refusalOf(settle(order.id, "cancel", token))).toBe("410 order_expired");
  for (const { body } of holds) {
    expect((await read<Hold>(`/v1/holds/${body.id}`, token)).body.status).toBe("converted");
    expect(await countsOf(client, show.eventId, body.ticket_type_id)).toMatchObject({
      held: 0,
      sold: 0,
      available: 10,
    });
  }
  for (const viewer of viewers) viewer.socket.terminate();
});
