// Typed codes over HTTP: what is read before the door is called, so that it judges by the ticket's own rules (rule N3).

import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openStub, scanAt, scansOf, type Stub } from "../stub.ts";
import { type Doors, openDoors } from "../../support/doors.ts";
import { ask, bodyOf, hold, idOf, refusalOf, shopper } from "../../support/http.ts";

const { scans, counts, send } = openStub();
let show: Doors;
beforeAll(async () => {
  show = await openDoors();
});
beforeEach(() => {
  scans.length = 0;
});

const scan = (token: string, more: object = {}, stub: Stub = {}) =>
  send("POST", scansOf(show), { token, json: scanAt(show, more) }, stub);

describe("[N3] a typed code", () => {
  /** A ticket of the show, and the typed code of it. */
  async function typedOf({ tenant, typeId }: Doors) {
    const me = await shopper();
    const json = { hold_ids: [await idOf(hold(typeId, me.token))] };
    const order = await idOf(ask("POST", "/v1/checkouts", { token: me.token, key: "c", json }));
    await ask("POST", `/v1/orders/${order}/confirm`, { token: tenant.token });
    const id = `tkt_${order.slice(4)}01`;
    const code = await bodyOf(await ask("GET", `/v1/tickets/${id}/code`, { token: me.token }));
    const list = `/v1/orders?serial=${String(code["serial"])}`;
    const isProjected = async () => {
      const { data } = await bodyOf(await ask("GET", list, { token: tenant.token }));
      return (data as unknown[]).length === 1;
    };
    await vi.waitUntil(isProjected, { timeout: 10_000 });
    return { code: String(code["typed_code"]), scanned: String(code["ticket_code"]) };
  }
  let own: Awaited<ReturnType<typeof typedOf>>;
  beforeAll(async () => {
    own = await typedOf(show);
  });
  const typed = (token: string, code: string, stub: Stub = {}) => scan(token, { code, source: "typed" }, stub);

  it("has its ticket's type found before the door is called, in any case and spacing", async () => {
    for (const token of [show.device.token, show.tenant.token])
      for (const code of [own.code, own.code.toLowerCase().replaceAll("-", " ")]) await typed(token, code);
    expect(scans.map(({ ticketTypeId }) => ticketTypeId)).toEqual(Array.from({ length: 4 }, () => show.typeId));
    expect(scans.map(({ code }) => code)).toContain(own.code);
  });

  it("that came from a camera or a reader has it not searched", async () => {
    for (const source of ["camera", "reader"]) await scan(show.device.token, { code: own.code, source });
    expect(scans.map(({ ticketTypeId }) => ticketTypeId)).toEqual([null, null]);
  });

  it("[T1] of another event, organisation or nobody has no type, and the door decides all the same", async () => {
    const other = await openDoors();
    const theirs = await typedOf(other);
    const { token } = show.device;
    for (const code of [theirs.code, "00000-00000-00000", "nonsense", "", own.scanned]) await typed(token, code);
    expect(scans.map(({ ticketTypeId }) => ticketTypeId)).toEqual([null, null, null, null, null]);
    const json = scanAt(show, { code: own.code, source: "typed" });
    await send("POST", scansOf(other), { token: show.tenant.token, json });
    expect(scans[5]).toMatchObject({ code: own.code, ticketTypeId: null });
  });

  it("queries D1 once, and not at all for what is none", async () => {
    const { token } = show.device;
    await scan(token);
    counts.statements = 0;
    await typed(token, "nonsense");
    expect(counts.statements).toBe(0);
    await typed(token, own.code);
    expect(counts.statements).toBe(1);
  });

  it("[X3] is 503 while D1 or the order's home is away, since its ticket may have own rules; reads go on", async () => {
    const { token } = show.device;
    await scan(token);
    vi.spyOn(console, "error").mockImplementation(() => {});
    const away = vi.spyOn(env.DB, "prepare").mockImplementation(() => {
      throw new Error("D1_ERROR: Network connection lost.");
    });
    expect(await refusalOf(typed(token, own.code))).toBe("503 temporarily_unavailable");
    expect((await scan(token)).status).toBe(200);
    away.mockRestore();
    const gone = () => {
      throw new Error("Network connection lost.");
    };
    const INVENTORY = { getByName: gone } as unknown as Env["INVENTORY"];
    expect(await refusalOf(typed(token, own.code, { vars: { INVENTORY } }))).toBe("503 temporarily_unavailable");
    expect(scans).toHaveLength(2);
  });
});
