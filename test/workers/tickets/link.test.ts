// The link of a ticket over HTTP (rule N7), and that nothing which is kept of tickets lets anybody in (rule N6).

import { env } from "cloudflare:workers";
import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { signTicketLink } from "../../../src/auth/links/ticket-links.ts";
import { parseTicketId, type TicketTypeId } from "../../../src/domain/ids.ts";
import { ORDER_LINK_MS } from "../../../src/domain/limits.ts";
import { must } from "../../../src/domain/result.ts";
import { seedShow } from "../support/fixture.ts";
import { apiKey, ask, bodyOf, hold, idOf, openWorld, refusalOf, shopper } from "../support/http.ts";
import { inside, setClock } from "../support/object.ts";
import { PERSONAL } from "../support/auth/routes.ts";

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});

/** A ticket of a confirmed order of two, with its link. */
async function sold(typeId: TicketTypeId = world.typeId, ownerToken: string = world.owner.token) {
  const me = await shopper();
  const json = { hold_ids: [await idOf(hold(typeId, me.token, { quantity: 2 }))] };
  const order = await bodyOf(await ask("POST", "/v1/checkouts", { token: me.token, key: "c", json }));
  const id = String(order["id"]);
  await ask("POST", `/v1/orders/${id}/confirm`, { token: ownerToken });
  const ticketId = must(parseTicketId(`tkt_${id.slice(4)}01`), "the order has tickets");
  const path = `/v1/tickets/${ticketId}`;
  const made = await ask("POST", `${path}/link`, { token: me.token });
  const link = String((await bodyOf(made))["ticket_link"]);
  return { me, orderId: id, orderLink: String(order["order_link"]), ticketId, path, made, link };
}

// Which other routes refuse it, auth/security.test.ts shows of all of them.
describe("[N7] the link of a ticket", () => {
  it("is made by the buyer and by the order's link, the same each time, and by nobody else's", async () => {
    const { me, orderLink, path, made, link } = await sold();
    expect([made.status, made.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    expect(link).toMatch(/^vgt_[A-Za-z0-9_-]{119}$/);
    for (const token of [me.token, orderLink, world.owner.token])
      expect((await bodyOf(await ask("POST", `${path}/link`, { token })))["ticket_link"]).toBe(link);
    const other = await sold();
    for (const token of [other.me.token, other.orderLink, (await openWorld()).owner.token])
      expect(await refusalOf(ask("POST", `${path}/link`, { token }))).toBe("404 not_found");
  });

  it("reads its ticket and its code as the buyer does, and of other tickets nothing", async () => {
    const { me, path, link } = await sold();
    const other = await sold();
    for (const what of [path, `${path}/code`]) {
      const [byLink, byBuyer] = await Promise.all([
        ask("GET", what, { token: link }),
        ask("GET", what, { token: me.token }),
      ]);
      expect(await bodyOf(byLink)).toEqual(await bodyOf(byBuyer));
    }
    for (const unknown of [
      `${path.slice(0, -1)}2`,
      other.path,
      "/v1/tickets/tkt_x",
      `/v1/tickets/tkt_${"0".repeat(54)}`,
    ])
      for (const what of [unknown, `${unknown}/code`])
        expect(await refusalOf(ask("GET", what, { token: link })), what).toBe("404 not_found");
  });

  it.each(PERSONAL)("is no session: %s", async (route) => {
    const [method = "", path = ""] = route.split(" ");
    const { link } = await sold();
    expect(await refusalOf(ask(method, path, { token: link, ...(method === "POST" && { json: {} }) }))).toBe(
      "401 unauthenticated",
    );
  });

  it("is 401 from 30 days after the event's end on, whatever it requests, by its home's clock", async () => {
    const show = await seedShow([{ total: 10 }]);
    const typeId = must(show.typeIds[0], "one type");
    const { path, link } = await sold(typeId, (await apiKey(show.organizationId, "owner")).token);
    const other = await sold();
    const end = await inside(typeId, ({ ledger }) => must(ledger.book().terms, "it has sold").terms.eventEnd);
    await setClock(typeId, end + ORDER_LINK_MS - 1);
    expect((await ask("GET", `${path}/code`, { token: link })).status).toBe(200);
    await setClock(typeId, end + ORDER_LINK_MS);
    for (const asked of [path, `${path}/code`, other.path, "/v1/tickets/tkt_x"])
      expect(await refusalOf(ask("GET", asked, { token: link })), asked).toBe("401 unauthenticated");
    expect((await ask("GET", other.path, { token: other.link })).status).toBe(200);
  });

  it("is 401 at another generation than the ticket's, when it was forged, and in a query", async () => {
    const { ticketId, path, link } = await sold();
    const signed = (secrets: object, generation: number) =>
      must(signTicketLink(secrets, ticketId, generation), "signed");
    expect((await ask("GET", path, { token: signed(env, 1) })).status).toBe(200);
    const forged = signed({ ORDER_LINK_SECRET: "the secret of somebody else" }, 1);
    for (const token of [signed(env, 2), signed(env, 0), forged])
      for (const what of [path, `${path}/code`])
        expect(await refusalOf(ask("GET", what, { token }))).toBe("401 unauthenticated");
    expect(await refusalOf(ask("GET", `${path}?token=${link}`))).toBe("401 unauthenticated");
  });
});

/** All that is stored: every row of D1, and every row of every inventory. */
async function everythingStored(): Promise<string> {
  const { results: names } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
  ).all<{ name: string }>();
  const tables = names.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`));
  const rows: unknown[] = (await env.DB.batch(tables)).map(({ results }) => results);
  for (const namespace of [env.INVENTORY, env.EVENT_FEED, env.DOOR_DESK]) {
    for (const id of await listDurableObjectIds(namespace)) {
      // The one cast: what is read of each is the storage that every object has.
      const stub = namespace.get(id) as DurableObjectStub;
      rows.push(
        await runInDurableObject(stub, async (_, { storage }) => [
          ...(await storage.list()),
          ...storage.sql
            .exec<{ name: string }>(
              "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
            )
            .toArray()
            .map(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray()),
        ]),
      );
    }
  }
  return JSON.stringify(rows);
}

describe("[N6] nothing at rest admits", () => {
  it("no code, typed code, link or private key is in D1, in any object, or in a line that is logged", async () => {
    const lines = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => {}),
    );
    const here = await openWorld();
    const { me, orderId, path, link } = await sold(here.typeId, here.owner.token);
    const shown = [];
    for (const token of [me.token, link, here.owner.token]) {
      shown.push(await bodyOf(await ask("GET", `${path}/code`, { token })));
      await ask("GET", `${path}/code`, { token, headers: { Accept: "image/svg+xml" } });
      await ask("POST", `${path}/link`, { token });
    }
    await ask("GET", `${path}/code`, { token: `${link.slice(0, -1)}!` });
    const projected = () =>
      env.DB.prepare("SELECT COUNT(*) AS n FROM tickets WHERE order_id = ?").bind(orderId).first("n");
    await expect.poll(projected).toBe(2);
    const [{ ticket_code: code, typed_code: typed }] = shown as [{ ticket_code: string; typed_code: string }];
    const stored = await everythingStored();
    const logged = JSON.stringify(lines.map(({ mock }) => mock.calls));
    vi.restoreAllMocks();
    // The number of a key is there with its public part, and the serial as a number: the dump is one of this sale.
    expect(stored).toContain(orderId);
    expect(stored).toContain("public_key");
    const digits = typed.replace(/-/g, "");
    const secret = [code.slice(3), code.slice(40), digits, digits.slice(-4), typed, link.slice(4), link.slice(60)];
    // Of the typed code the check alone is too short to find in capitals and in small letters: the whole is.
    for (const part of [...secret.filter(({ length }) => length > 4), env.TICKET_SECRET, "PRIVATE", '"d":']) {
      expect(stored.toLowerCase(), part).not.toContain(part.toLowerCase());
      expect(logged.toLowerCase(), part).not.toContain(part.toLowerCase());
    }
  });
});
