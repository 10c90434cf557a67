// Tickets over HTTP: who reads them, who is shown their codes, what a code says, and what is written of it (rules N1 to
// N8).

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { parseTypedCode } from "../../../src/domain/door/tickets/serial.ts";
import { parseId } from "../../../src/domain/ids.ts";
import { faultOf, presented } from "../../support/door/presented.ts";
import { must } from "../../../src/domain/result.ts";
import { listKeys } from "../../../src/db/tickets/ticket-keys.ts";
import { app } from "../../../src/http/app.ts";
import { isTypedCode } from "../../../src/shared/ticket-keys.ts";
import { auditOf } from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import {
  apiKey,
  ask,
  type Asked,
  bodyOf,
  hold,
  idOf,
  openWorld,
  refusalOf,
  requestFor,
  shopper,
} from "../support/http.ts";

const contact = { name: "Zebediah Quixote", email: "zebediah@example.com", phone: "+27821234567" };

type World = Awaited<ReturnType<typeof openWorld>>;
let world: World;
beforeAll(async () => {
  world = await openWorld();
});

/** An order of two tickets; confirmed, unless it is to stay reserved. */
async function ordered({ typeId, owner }: World, confirmed = true) {
  const me = await shopper();
  const json = { hold_ids: [await idOf(hold(typeId, me.token, { quantity: 2 }))], contact };
  const order = await bodyOf(await ask("POST", "/v1/checkouts", { token: me.token, key: "c", json }));
  const path = `/v1/orders/${String(order["id"])}`;
  if (confirmed) await ask("POST", `${path}/confirm`, { token: owner.token });
  const ticket = `/v1/tickets/tkt_${String(order["id"]).slice(4)}01`;
  return { me, path, ticket, link: String(order["order_link"]) };
}

/** Responds as a Worker with these secrets; its work after the response is awaited by nobody. */
function askOf(secrets: Partial<Env>, method: string, path: string, asked: Asked): Promise<Response> {
  const bindings = { ...env, ...secrets };
  const behind = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  return Promise.resolve(app.fetch(requestFor(method, path, asked), bindings, behind));
}

const codeOf = async (ticket: string, token: string) => bodyOf(await ask("GET", `${ticket}/code`, { token }));
const linkTo = async (ticket: string, token: string) => {
  const made = await bodyOf(await ask("POST", `${ticket}/link`, { token }));
  return String(made["ticket_link"]);
};
const eventOf = (of: World) => ({ id: must(parseId("evt", of.eventId), "an event") });
const keysOf = async (of: World) => {
  const keys = await listKeys(db, eventOf(of).id);
  return keys.map(({ n, public_key, status }) => ({ n, publicKey: public_key, status }));
};

describe("[N1] [N2] the tickets of an order", () => {
  it("are none while reserved, and one for each sold one once confirmed, for buyer, link and organisation", async () => {
    const { me, path, ticket, link } = await ordered(world, false);
    const list = async (token: string) => (await bodyOf(await ask("GET", `${path}/tickets`, { token })))["data"];
    expect(await list(me.token)).toEqual([]);
    expect(await refusalOf(ask("GET", ticket, { token: me.token }))).toBe("404 not_found");
    await ask("POST", `${path}/confirm`, { token: world.owner.token });
    const tickets = [1, 2].map((number) => ({
      id: `${ticket.slice("/v1/tickets/".length, -1)}${number}`,
      order_id: path.slice("/v1/orders/".length),
      event_id: world.eventId,
      organization_id: world.organizationId,
      ticket_type_id: world.typeId,
      number,
      serial: expect.stringMatching(/^[0-7]\w{4}-\w{5}-\w$/),
      status: "valid",
      generation: 1,
      ...{ blocked: false, block_note: null, attention: null },
    }));
    const seller = await apiKey(world.organizationId, ["view_orders"]);
    for (const token of [me.token, link, world.owner.token, seller.token]) {
      expect(await list(token)).toEqual(tickets);
      expect(await bodyOf(await ask("GET", ticket, { token }))).toEqual(tickets[0]);
    }
  });

  it("[T3] are nobody else's, and neither is one whose number the order does not have", async () => {
    const [mine, other] = [await ordered(world), await ordered(await openWorld())];
    for (const token of [mine.me.token, mine.link, world.owner.token])
      for (const path of [`${other.path}/tickets`, other.ticket, `${other.ticket}/code`])
        expect(await refusalOf(ask("GET", path, { token })), path).toBe("404 not_found");
    for (const token of [mine.me.token, mine.link, world.owner.token])
      for (const path of [`${mine.ticket.slice(0, -1)}3`, `${mine.ticket.slice(0, -1)}0`, "/v1/tickets/tkt_x"])
        for (const what of [path, `${path}/code`])
          expect(await refusalOf(ask("GET", what, { token })), what).toBe("404 not_found");
  });

  it("[N8] are void once returned, the highest number first, and then have neither code nor link", async () => {
    const { me, path, ticket, link } = await ordered(world);
    const order = await bodyOf(await ask("GET", path, { token: me.token }));
    const [{ hold_id }] = order["items"] as [{ hold_id: string }];
    const returned = async (items: unknown, key: string) =>
      (await ask("POST", `${path}/returns`, { token: world.owner.token, key, json: { items } })).status;
    const second = `${ticket.slice(0, -1)}2`;
    const given = await linkTo(second, me.token);
    expect(await returned([{ hold_id, quantity: 1 }], "one")).toBe(200);
    for (const token of [me.token, link, world.owner.token]) {
      expect(await bodyOf(await ask("GET", second, { token }))).toMatchObject({ status: "void" });
      expect(await refusalOf(ask("GET", `${second}/code`, { token }))).toBe("409 ticket_void");
      expect(await refusalOf(ask("POST", `${second}/link`, { token }))).toBe("409 ticket_void");
      expect((await ask("GET", `${ticket}/code`, { token })).status).toBe(200);
    }
    expect(await bodyOf(await ask("GET", second, { token: given }))).toMatchObject({ status: "void" });
    expect(await refusalOf(ask("GET", `${second}/code`, { token: given }))).toBe("409 ticket_void");
    expect(await returned("all", "all")).toBe(200);
    expect(await refusalOf(ask("GET", `${ticket}/code`, { token: me.token }))).toBe("409 ticket_void");
    expect(await bodyOf(await ask("GET", path, { token: me.token }))).toMatchObject({ status: "cancelled" });
  });
});

describe("[N4] [N6] the code of a ticket", () => {
  it("is shown to its buyer, by the order's link and the ticket's, and is what the event's key has signed", async () => {
    const { me, ticket, link } = await ordered(world);
    const shown = await codeOf(ticket, me.token);
    for (const token of [link, await linkTo(ticket, me.token)]) expect(await codeOf(ticket, token)).toEqual(shown);
    expect(shown["ticket_id"]).toBe(ticket.slice("/v1/tickets/".length));
    const read = await presented(String(shown["ticket_code"]), { ...eventOf(world), keys: await keysOf(world) });
    expect(read).toMatchObject({ key: "active", signed: true, typeNumber: 1, generation: 1 });
    const typed = must(parseTypedCode(String(shown["typed_code"])), "it is one");
    expect(["serial" in read && read.serial, isTypedCode(env, typed, 1)]).toEqual([typed.serial, true]);
    expect(String(shown["typed_code"]).startsWith(String(shown["serial"]))).toBe(true);
    const other = await codeOf(`${ticket.slice(0, -1)}2`, me.token);
    expect(other["ticket_code"]).not.toBe(shown["ticket_code"]);
  });

  it("[T6] is shown with manage_ticketing_and_pricing and an audit row; a buyer's request writes none", async () => {
    const { me, ticket, link } = await ordered(world);
    const id = ticket.slice("/v1/tickets/".length);
    for (const token of [me.token, link, await linkTo(ticket, link)]) await codeOf(ticket, token);
    expect(await auditOf(world as never, id)).toEqual([]);
    const staff = await apiKey(world.organizationId, ["manage_ticketing_and_pricing"]);
    expect(await codeOf(ticket, staff.token)).toMatchObject({ ticket_id: id });
    expect(await linkTo(ticket, staff.token)).toMatch(/^vgt_/);
    const of = { organization_id: world.organizationId, actor_kind: "api_key", actor_id: staff.id };
    expect(await auditOf(world as never, id)).toMatchObject([
      { ...of, action: "ticket.show_code", resource_kind: "ticket", changes: { generation: 1 } },
      { ...of, action: "ticket.make_link", resource_kind: "ticket", changes: { generation: 1 } },
    ]);
    for (const granted of [["view_orders"], ["view_read_only"], ["perform_scans"]] as const) {
      const { token } = await apiKey(world.organizationId, granted);
      expect(await refusalOf(ask("GET", `${ticket}/code`, { token }))).toBe("403 forbidden");
      expect(await refusalOf(ask("POST", `${ticket}/link`, { token }))).toBe("403 forbidden");
    }
  });

  it("[T7] is not shown to an organiser when that cannot be written down", async () => {
    const { me, ticket } = await ordered(world);
    await codeOf(ticket, me.token);
    await env.DB.exec(
      "CREATE TRIGGER no_look BEFORE INSERT ON audit_log WHEN NEW.action LIKE 'ticket.%' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    vi.spyOn(console, "error").mockImplementation(() => {});
    for (const [method, path] of [
      ["GET", `${ticket}/code`],
      ["POST", `${ticket}/link`],
    ] as const) {
      const answer = await ask(method, path, { token: world.owner.token });
      expect([answer.status >= 500, await answer.text()]).toEqual([true, expect.not.stringMatching(/VG1|vgt_/)]);
    }
    expect((await ask("GET", `${ticket}/code`, { token: me.token })).status).toBe(200);
    await env.DB.exec("DROP TRIGGER no_look");
  });

  it("is a QR code of version 6, black on white, where a drawing is requested", async () => {
    const { me, ticket } = await ordered(world);
    const drawn = async (Accept: string) => ask("GET", `${ticket}/code`, { token: me.token, headers: { Accept } });
    const answer = await drawn("image/svg+xml");
    const svg = await answer.text();
    expect((await drawn("image/*")).headers.get("Content-Type")).toBe("image/svg+xml");
    expect(answer.status).toBe(200);
    expect(["Content-Type", "Vary", "Cache-Control"].map((name) => answer.headers.get(name))).toEqual([
      ...["image/svg+xml", "Accept", "no-store"],
    ]);
    // 41 modules and a quiet zone of 4 on each side, at 10 a module.
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 490 490"/);
    expect(svg).toContain('fill="#fff"');
    expect(svg).toContain('fill="#000"');
    expect(svg).not.toMatch(/script|href|style/i);
    for (const accept of ["application/json", "*/*", "text/html, */*;q=0.1", "image/*;q=0.1, application/json"]) {
      const shown = await drawn(accept);
      expect(shown.headers.get("Content-Type"), accept).toContain("application/json");
      expect(await bodyOf(shown)).toMatchObject({ ticket_code: expect.stringMatching(/^VG1/) });
    }
  });

  it("[N11] says nothing of whom it is for, and neither does its ticket", async () => {
    const { me, path, ticket } = await ordered(world);
    const told = [`${path}/tickets`, ticket, `${ticket}/code`].map(async (each) => {
      const answer = await ask("GET", each, { token: me.token });
      return answer.text();
    });
    const texts = (await Promise.all(told)).join("\n");
    for (const part of [...Object.values(contact), "Zebediah", me.id]) expect(texts).not.toContain(part);
    expect(await (await ask("GET", path, { token: me.token })).text()).toContain("Zebediah");
  });
});

describe("[N5] the keys of an event", () => {
  it("are one, made when the first code is shown, however many requests come at once", async () => {
    const here = await openWorld();
    const { me, path, ticket } = await ordered(here);
    await bodyOf(await ask("GET", `${path}/tickets`, { token: me.token }));
    expect(await keysOf(here)).toEqual([]);
    const requests = Array.from({ length: 20 }, () => askOf({}, "GET", `${ticket}/code`, { token: me.token }));
    const codes = new Set(
      await Promise.all((await Promise.all(requests)).map(async (answer) => (await bodyOf(answer))["ticket_code"])),
    );
    expect(codes.size).toBe(1);
    expect(await keysOf(here)).toMatchObject([{ n: 1, status: "active" }]);
  });

  it("gain a next one of a new secret beside the old; both Workers of a deploy sign with their own", async () => {
    const here = await openWorld();
    const { me, ticket } = await ordered(here);
    const next = { TICKET_SECRET: "the secret after the rotation", TICKET_SECRET_PREVIOUS: env.TICKET_SECRET };
    const under = async (secrets: Partial<Env>) => {
      const answer = await askOf(secrets, "GET", `${ticket}/code`, { token: me.token });
      return bodyOf(answer);
    };
    const printed = await under({});
    const shown = await under(next);
    const again = await under({});
    expect(again, "a Worker of the release before").toEqual(printed);
    expect(shown["ticket_code"]).not.toBe(printed["ticket_code"]);
    const keys = await keysOf(here);
    expect(keys).toMatchObject([
      { n: 1, status: "accepted" },
      { n: 2, status: "active" },
    ]);
    for (const [code, key] of [
      [printed["ticket_code"], "accepted"],
      [shown["ticket_code"], "active"],
    ] as const)
      expect(await presented(String(code), { ...eventOf(here), keys })).toMatchObject({ key, signed: true });
    const typed = must(parseTypedCode(String(printed["typed_code"])), "it is one");
    expect(isTypedCode(next, typed, 1)).toBe(true);
    expect(isTypedCode({ TICKET_SECRET: next.TICKET_SECRET }, typed, 1)).toBe(false);
  });

  it("do not sign once they are refused: the next code is another key's, of the same secret", async () => {
    const here = await openWorld();
    const { me, ticket } = await ordered(here);
    const before = await codeOf(ticket, me.token);
    await env.DB.prepare("UPDATE ticket_keys SET status = 'refused' WHERE event_id = ?").bind(here.eventId).run();
    const later = Date.now() + 5_000;
    vi.spyOn(Date, "now").mockReturnValue(later);
    const after = await codeOf(ticket, me.token);
    vi.restoreAllMocks();
    const event = { ...eventOf(here), keys: await keysOf(here) };
    expect(await faultOf(String(before["ticket_code"]), event)).toBe("unknown_key");
    expect(await presented(String(after["ticket_code"]), event)).toMatchObject({ key: "active", signed: true });
  });

  it("are not made, and no code is shown, without a secret", async () => {
    const here = await openWorld();
    const { me, ticket } = await ordered(here);
    vi.spyOn(console, "error").mockImplementation(() => {});
    for (const TICKET_SECRET of ["", "too short"]) {
      const answer = askOf({ TICKET_SECRET }, "GET", `${ticket}/code`, { token: me.token });
      expect(await refusalOf(answer)).toBe("503 temporarily_unavailable");
      const ready = await bodyOf(await askOf({ TICKET_SECRET }, "GET", "/readyz", {}));
      expect(ready["failing"]).toEqual(["secrets"]);
    }
    vi.restoreAllMocks();
    expect(await keysOf(here)).toEqual([]);
  });

  it("[X3] keep signing in an isolate that has them while D1 is away; elsewhere the response is 503", async () => {
    const here = await openWorld();
    const [known, unknown] = [await ordered(here), await ordered(await openWorld())];
    const shown = await codeOf(known.ticket, known.me.token);
    const later = Date.now() + 60_000;
    vi.spyOn(Date, "now").mockReturnValue(later);
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(env.DB, "prepare").mockImplementation(() => {
      throw new Error("D1_ERROR: Network connection lost.");
    });
    expect(await codeOf(known.ticket, known.me.token)).toEqual(shown);
    expect(await refusalOf(ask("GET", `${unknown.ticket}/code`, { token: unknown.me.token }))).toBe(
      "503 temporarily_unavailable",
    );
  });
});
