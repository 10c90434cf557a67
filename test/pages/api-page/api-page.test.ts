// The API page in a real browser: what its tries send. How it looks: every-state.test.ts.

import { describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { openPage } from "../../support/pages/chromium.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";

const { server, browser } = await openServerAndBrowser();

const open = () => openPage(browser, `${server.baseUrl}/docs`);

/** Opens an operation and returns what its form sends and receives. */
async function openTry(page: Page, operationId: string) {
  await page.evaluate(`location.hash = "${operationId}"`);
  const form = page.locator(`#${operationId} form.try`);
  await form.waitFor({ state: "visible" });
  return {
    form,
    send: async () => {
      const [answer] = await Promise.all([
        page.waitForResponse((each) => each.request().method() !== "OPTIONS"),
        form.getByRole("button", { name: "Send" }).click(),
      ]);
      await form.locator(".answered p").first().waitFor();
      return { status: answer.status(), sent: answer.request().headers(), headers: answer.headers() };
    },
  };
}

describe("a try", () => {
  test("[H8] carries a new key each time, and the one that was typed when a repeat is wanted", async () => {
    const { page, close } = await open();
    await page.getByRole("button", { name: "Become a shopper" }).click();
    await expect.poll(() => page.locator("#token").inputValue()).toMatch(/^vgs_/);
    const { form, send } = await openTry(page, "postTicketTypesIdHolds");
    await form.locator("[name=id]").fill(server.demo.ticket_type_ids[0] ?? "");
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status]).toEqual([201, 201]);
    const key = first.sent["idempotency-key"];
    expect(second.sent["idempotency-key"]).not.toBe(key);
    await form.locator("[name=Idempotency-Key]").fill(key ?? "");
    expect((await send()).headers["idempotency-replayed"]).toBe("true");
    await close();
  });

  test("invents no id: filters start empty, a needed id is requested, and a returned one is offered", async () => {
    const { page, close } = await open();
    await page.locator("#token").fill(server.demo.api_keys.owner);
    const valuesOf = (fields: string) =>
      page.evaluate<string[]>(`[...document.querySelectorAll("form.try ${fields}")].map(({ value }) => value)`);
    expect(new Set(await valuesOf("input"))).toEqual(new Set([""]));
    const bodies = await valuesOf("textarea");
    expect(bodies.length).toBeGreaterThan(10);
    expect(bodies.filter((each) => /"[a-z]+_[0-9a-z]{26,}"/.test(each))).toEqual([]);
    const list = await openTry(page, "getEvents");
    expect((await list.send()).status).toBe(200);
    const offered = page.locator(`#ids-evt option[value="${server.demo.event_id}"]`);
    await offered.waitFor({ state: "attached" });
    await close();
  });

  test("without a token shows the refusal as it was received, with its status", async () => {
    const { page, close } = await open();
    const { form, send } = await openTry(page, "getVenues");
    expect((await send()).status).toBe(401);
    expect(await form.locator(".answered").innerText()).toMatch(
      /^401[\s\S]*"status": 401[\s\S]*"code": "unauthenticated"/,
    );
    await close();
  });
});
