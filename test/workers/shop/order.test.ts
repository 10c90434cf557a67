// The page of an order and of a ticket (rule S14), and who may open them.

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { events } from "../../../src/db/schema/catalogue.ts";
import { parseOrderId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { app } from "../../../src/http/app.ts";
import { createExecutionContext } from "cloudflare:test";
import { countsOf, db } from "../support/fixture.ts";
import { apiKey, ask } from "../support/http.ts";
import { DETAILS, openBrowser, openShop, textOf } from "./shop.ts";

async function openOrder(amount = 2, types: Parameters<typeof openShop>[0] = [{ total: 100, name: "General" }]) {
  const shop = await openShop(types);
  const browser = openBrowser();
  const typeId = must(shop.typeIds[0], "it was made");
  const basket = await browser.press(await browser.open(shop.path), { fields: { [`n_${typeId}`]: String(amount) } });
  const page = await browser.press(basket, { button: "order", fields: DETAILS });
  const id = must(parseOrderId(page.path.slice("/r/".length)), "it leads to the order");
  const { token } = await apiKey(shop.organizationId, "owner");
  const confirm = () => ask("POST", `/v1/orders/${id}/confirm`, { token });
  return { ...shop, typeId, browser, page, id, token, confirm };
}
const linkIn = (html: string, path: string) => new RegExp(`href="${path}#(vg[ot]_[^"]+)"`).exec(html)?.[1] ?? "";

describe("the page of an order", () => {
  it("[S14] says how to pay, in the organiser's text, with the amount, the reference and the deadline", async () => {
    const { browser, id, eventId } = await openOrder();
    const words = "Bank: <b>12 345</b>\nBranch 678";
    await db.update(events).set({ payment_instructions: words }).where(eq(events.id, eventId));
    const page = await browser.open(`/r/${id}`);
    const text = textOf(page.html);
    for (const said of [
      "How to pay",
      "R 300,00",
      "Bank: <b>12 345</b> Branch 678",
      "Pay by ",
      "Reserved",
      "2 × General",
    ])
      expect(text).toContain(said);
    expect(text).toMatch(/Reference [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}/);
    expect([page.headers.get("Cache-Control"), page.html.includes("<svg")]).toEqual(["private, no-store", false]);
  });

  it("[S14] has the tickets once it is confirmed, each with a code, a typed code and a link; none before", async () => {
    const { browser, id, confirm, token } = await openOrder(2);
    expect((await browser.open(`/r/${id}`)).html).not.toContain("/t#");
    expect((await confirm()).status).toBe(200);
    const page = await browser.open(`/r/${id}`);
    expect([...page.html.matchAll(/<svg class="qr"/g)]).toHaveLength(2);
    const answers = await Promise.all(
      ["01", "02"].map(async (number) => {
        const answer = await ask("GET", `/v1/tickets/tkt_${id.slice(4)}${number}/code`, { token });
        return answer.json<{ typed_code: string; serial: string }>();
      }),
    );
    for (const { typed_code, serial } of answers) {
      expect(textOf(page.html)).toContain(typed_code);
      expect(textOf(page.html)).toContain(serial);
    }
    expect(textOf(page.html)).toContain("Ticket 1 of 2");
  });

  it("[S14] shows twenty tickets at a time, and void ones without a code", async () => {
    const { browser, id, confirm, token } = await openOrder(21, [{ total: 100, max_per_order: 50 }]);
    await confirm();
    const voided = await ask("POST", `/v1/tickets/tkt_${id.slice(4)}01/void`, { token, key: "v", json: {} });
    expect(voided.status).toBe(200);
    const first = await browser.open(`/r/${id}`);
    expect([...first.html.matchAll(/<article/g)]).toHaveLength(20);
    expect([...first.html.matchAll(/<svg class="qr"/g)]).toHaveLength(19);
    expect(textOf(first.html)).toContain("no longer valid");
    const next = await browser.open(/href="([^"]+from=21[^"]*)"/.exec(first.html)?.[1] ?? "");
    expect([...next.html.matchAll(/<article/g)]).toHaveLength(1);
    expect(next.html).not.toContain("from=41");
  });

  it("[S14] is nobody else's: without the cookie it says how to open it, and shows nothing of the order", async () => {
    const { id } = await openOrder();
    for (const path of [`/r/${id}`, `/r/ord_${"0".repeat(52)}`]) {
      const page = await openBrowser().open(path);
      expect(page.status).toBe(200);
      expect(textOf(page.html)).toContain("This browser did not make this order");
      expect(page.html).not.toContain("of note");
      expect(page.html).toContain('type="module"');
    }
    expect((await openBrowser().open("/r/ord_x")).status).toBe(404);
  });

  it("[S14] opens by its link, sent in a body, with the tickets, without the buyer's name and buttons", async () => {
    const { browser, id, confirm } = await openOrder();
    const link = linkIn((await browser.open(`/r/${id}`)).html, `/r/${id}`);
    expect(link).toMatch(/^vgo_/);
    await confirm();
    const phone = openBrowser();
    const page = await phone.post(`/r/${id}`, { link });
    expect([page.status, textOf(page.html).includes("Ticket 1 of 2")]).toEqual([200, true]);
    for (const secret of ["of note", "/cancel", "<form"]) expect(page.html).not.toContain(secret);
    expect(phone.cookies.size).toBe(0);
    for (const wrong of ["", "vgo_x", `${link.slice(0, -2)}AA`])
      expect((await phone.post(`/r/${id}`, { link: wrong })).status).toBe(404);
    const { id: another } = await openOrder();
    expect((await phone.post(`/r/${another}`, { link })).status).toBe(404);
    expect((await phone.post(`/r/${id}`, { link }, "https://evil.example")).status).toBe(403);
  });

  it("[S14] opens by its link with every ticket: the same secret opens the link to further ones", async () => {
    const { browser, id, confirm } = await openOrder(21, [{ total: 100, max_per_order: 50 }]);
    await confirm();
    const link = linkIn((await browser.open(`/r/${id}`)).html, `/r/${id}`);
    const phone = openBrowser();
    const first = await phone.post(`/r/${id}?lang=en`, { link });
    expect([...first.html.matchAll(/<article/g)]).toHaveLength(20);
    const more = `/r/${id}?from=21&amp;lang=en`;
    expect(first.html).toContain(`href="${more}"`);
    const path = more.replace("&amp;", "&");
    const closed = await phone.open(path);
    expect(closed.html).toContain(`data-open="${more}"`);
    const next = await phone.post(path, { link });
    expect([...next.html.matchAll(/<article/g)]).toHaveLength(1);
    expect(textOf(next.html)).toContain("Ticket 21 of 21");
    expect(next.html).not.toContain("from=41");
  });

  it("[S14] is cancelled by its buyer while it is reserved, once, and by no other", async () => {
    const { browser, id, typeId, page } = await openOrder();
    expect((await openBrowser().post(`/r/${id}/cancel`, {})).status).toBe(404);
    expect((await browser.submit(page, { origin: "https://evil.example" }, "/cancel")).status).toBe(403);
    expect(await countsOf(typeId)).toMatchObject({ held: 2 });
    const cancelled = await browser.press(page, {}, "/cancel");
    expect(textOf(cancelled.html)).toContain("This order was cancelled");
    expect(cancelled.html).not.toContain("/cancel");
    expect([page.html.includes("event.ics"), cancelled.html.includes("event.ics")], "nobody comes by it").toEqual([
      true,
      false,
    ]);
    expect(await countsOf(typeId)).toMatchObject({ held: 0 });
    const { browser: other, page: reserved, confirm } = await openOrder();
    await confirm();
    const late = await other.submit(reserved, {}, "/cancel");
    expect([late.status, textOf(late.html)]).toEqual([409, expect.stringContaining("can no longer be cancelled")]);
  });
});

describe("the page of a ticket", () => {
  it("[S14] opens by the ticket's link, sent in a body, and shows this ticket alone", async () => {
    const { browser, id, confirm, token } = await openOrder();
    await confirm();
    const link = linkIn((await browser.open(`/r/${id}`)).html, "/t");
    const friend = openBrowser();
    const shell = await friend.open("/t");
    expect([shell.status, textOf(shell.html).includes("needs JavaScript")]).toEqual([200, true]);
    const page = await friend.post("/t", { link });
    expect([page.status, [...page.html.matchAll(/<svg class="qr"/g)].length]).toEqual([200, 1]);
    for (const secret of ["of note", "/t#", "R 300"]) expect(page.html).not.toContain(secret);
    for (const wrong of ["", "vgt_x", `${link.slice(0, -3)}AAA`])
      expect((await friend.post("/t", { link: wrong })).status).toBe(404);
    expect((await friend.post("/t", { link }, "https://evil.example")).status).toBe(403);
    expect((await ask("POST", `/v1/tickets/tkt_${id.slice(4)}01/reissue`, { token, key: "k" })).status).toBe(200);
    expect((await friend.post("/t", { link })).status, "of the generation before").toBe(404);
  });
});

describe("the organiser's word of the demonstration", () => {
  const at = (url: string, key: string | null, init: RequestInit) => {
    const bindings = key === null ? env : { ...env, DEMO_KEY: key };
    return app.fetch(new Request(url, init), bindings, createExecutionContext());
  };

  it("[S14] is there with its key and on this machine alone", async () => {
    const { browser, id, token } = await openOrder();
    const cookie = `voelgoed.shopper=${browser.cookies.get("__Host-voelgoed.shopper")}`;
    const [here, away] = ["http://127.0.0.1:8787", "https://tickets.example"];
    const button = async (base: string, key: string | null) => {
      const headers = { Cookie: base === here ? cookie : cookie.replace("voelgoed", "__Host-voelgoed") };
      const html = await (await at(`${base}/r/${id}`, key, { headers })).text();
      expect(html).toContain("Your tickets are reserved");
      return html.includes("/confirm");
    };
    expect([
      await button(here, token),
      await button(here, null),
      await button(here, ""),
      await button(away, token),
    ]).toEqual([...[true, false, false, false]]);
    const press = async (base: string, key: string | null, origin = base) => {
      const headers = { Origin: origin, "Content-Type": "application/x-www-form-urlencoded" };
      return (await at(`${base}/r/${id}/confirm`, key, { method: "POST", headers, redirect: "manual" })).status;
    };
    expect([await press(here, null), await press(away, token), await press(here, "vgk_wrong")]).toEqual([
      404, 404, 404,
    ]);
    expect(await press(here, token, "https://evil.example")).toBe(403);
    expect(await press(here, token)).toBe(303);
    expect(textOf((await browser.open(`/r/${id}`)).html)).toContain("Ticket 1 of 2");
  });
});
