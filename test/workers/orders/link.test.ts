// The link of an order over HTTP: who gets it, what it shows, and what it costs.

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { signOrderLink } from "../../../src/auth/links/order-links.ts";
import { parseOrderId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { ORDER_LINK_MS } from "../../../src/domain/limits.ts";
import { must } from "../../../src/domain/result.ts";
import { seedShow } from "../support/fixture.ts";
import { ask, bodyOf, hold, idOf, openWorld, refusalOf, shopper } from "../support/http.ts";
import { inside, setClock } from "../support/object.ts";
import { PERSONAL } from "../support/auth/routes.ts";

const contact = { name: "A Buyer", email: "buyer@example.com", phone: "+27821234567" };

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});

async function ordered(typeId: TicketTypeId = world.typeId) {
  const me = await shopper();
  const json = { hold_ids: [await idOf(hold(typeId, me.token))], contact };
  const request = { token: me.token, key: "c", json };
  const { order_link, ...order } = await bodyOf(await ask("POST", "/v1/checkouts", request));
  return { asked: request, order, link: String(order_link), path: `/v1/orders/${String(order["id"])}` };
}

describe("[O13] the link of an order", () => {
  it("comes with the response to the checkout, also of its repeat, and with no other", async () => {
    const { asked, link, path } = await ordered();
    expect(link).toMatch(/^vgo_[A-Za-z0-9_-]{115}$/);
    expect((await bodyOf(await ask("POST", "/v1/checkouts", asked)))["order_link"]).toBe(link);
    for (const token of [asked.token, world.owner.token, link])
      expect(JSON.stringify(await bodyOf(await ask("GET", path, { token })))).not.toContain("vgo_");
  });

  it("reads the order as its buyer sees it, but for the contact", async () => {
    const { order, link, path } = await ordered();
    const read = await ask("GET", path, { token: link });
    expect(await bodyOf(read)).toEqual({ ...order, contact: null });
    expect([read.status, read.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
  });

  it("of another order is 404, as it is of none", async () => {
    const [mine, other] = [await ordered(), await ordered()];
    for (const path of [other.path, "/v1/orders/ord_x", `/v1/orders/ord_${"0".repeat(52)}`])
      expect(await refusalOf(ask("GET", path, { token: mine.link }))).toBe("404 not_found");
  });

  it("is 401 from 30 days after the event's end on, whatever it requests, by its home's clock", async () => {
    const { typeIds } = await seedShow([{ total: 10 }]);
    const typeId = must(typeIds[0], "one type");
    const { link, path } = await ordered(typeId);
    const other = await ordered();
    const end = await inside(typeId, ({ ledger }) => must(ledger.book().terms, "it has sold").terms.eventEnd);
    await setClock(typeId, end + ORDER_LINK_MS - 1);
    expect((await ask("GET", path, { token: link })).status).toBe(200);
    await setClock(typeId, end + ORDER_LINK_MS);
    for (const asked of [path, other.path, "/v1/orders/ord_x"]) {
      const answer = await ask("GET", asked, { token: link });
      expect(answer.headers.get("WWW-Authenticate")).toBe("Bearer");
      expect(await refusalOf(answer)).toBe("401 unauthenticated");
    }
    expect((await ask("GET", path, { token: world.owner.token })).status, "a foreign organisation").toBe(404);
    expect((await ask("GET", other.path, { token: other.link })).status).toBe(200);
  });

  it("is 401 when it was forged, in a query, and as a cookie", async () => {
    const { link, path } = await ordered();
    const id = must(parseOrderId(path.slice("/v1/orders/".length)), "it was made");
    const forged = must(signOrderLink({ ORDER_LINK_SECRET: "the secret of somebody else" }, id), "signed");
    expect(await refusalOf(ask("GET", path, { token: forged }))).toBe("401 unauthenticated");
    expect(await refusalOf(ask("GET", `${path}?token=${link}`))).toBe("401 unauthenticated");
    const Cookie = `__Host-voelgoed.session_token=${link}`;
    expect(await refusalOf(ask("GET", path, { headers: { Cookie } }))).toBe("401 unauthenticated");
  });

  it.each(PERSONAL)("is no session: %s", async (route) => {
    const [method = "", path = ""] = route.split(" ");
    const { link } = await ordered();
    expect(await refusalOf(ask(method, path, { token: link, ...(method === "POST" && { json: {} }) }))).toBe(
      "401 unauthenticated",
    );
  });

  it("takes no statement of D1", async () => {
    const { link, path } = await ordered();
    const queries = [vi.spyOn(env.DB, "prepare"), vi.spyOn(env.DB, "batch")];
    // Once the order is in D1's copy, which its home writes behind the checkout's response.
    const statements = async () => {
      vi.clearAllMocks();
      expect((await ask("GET", path, { token: link })).status).toBe(200);
      return queries.map(({ mock }) => mock.calls.length);
    };
    await expect.poll(statements).toEqual([0, 0]);
    expect((await ask("GET", "/v1/orders", { token: world.owner.token })).status).toBe(200);
    expect(queries[0]?.mock.calls.length, "a list is counted").toBeGreaterThan(0);
  });

  it("is in no line that is logged", async () => {
    const { typeIds } = await seedShow([{ total: 10 }]);
    const { link, path } = await ordered(must(typeIds[0], "one type"));
    const lines = (["log", "info", "warn", "error"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => {}),
    );
    await ask("GET", path, { token: link });
    await ask("POST", `${path}/cancel`, { token: link });
    await ask("GET", "/v1/me", { token: `${link.slice(0, -1)}!` });
    expect(JSON.stringify(lines.map(({ mock }) => mock.calls))).not.toContain(link.slice(0, -1));
  });
});
