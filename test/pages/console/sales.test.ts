// Orders at work in the console: paid twice at once, a mail once more, a bank's statement, a download.

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPage } from "../../support/pages/chromium.ts";
import { openClient } from "../../support/server/client.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { buildShow, expectStatus, type Show } from "../../support/server/catalogue/show.ts";
import { buyOne } from "../shop/own-shows.ts";
import { press, says, signedInAs, titled } from "./session.ts";

const { server, browser } = await openServerAndBrowser();
const client = openClient(server.baseUrl, 2);
afterAll(() => client.close());
const token = () => server.demo.api_keys.owner;

let show: Show;
beforeAll(async () => {
  const changes = { name: "A night", slug: `night-${randomUUID()}`, capacity: 1_000 };
  show = await buildShow(client, token(), [{ total: 100 }], { at: server.demo.venue_id, changes });
});

const open = (path: string) =>
  openPage(browser, server.baseUrl + path, undefined, (page) => signedInAs(page, server, "staff"));
const agree = (page: Page, name: string) => page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
const statusOf = async (id: string) =>
  (await client.ask<{ status: string }>("GET", `/v1/orders/${id}`, { token: token() })).body.status;

/** The list of orders, which is a moment behind, has them. */
async function listed(...ids: readonly string[]): Promise<void> {
  const path = `/v1/orders?event_id=${show.eventId}&limit=100`;
  const known = async () => {
    const { body } = await client.ask<{ data: { id: string }[] }>("GET", path, { token: token() });
    return body.data.map(({ id }) => id);
  };
  await expect.poll(known, { timeout: 20_000 }).toEqual(expect.arrayContaining([...ids]));
}

test("[C2] [O5] of two windows that settle an order the first wins, and the other says what it is now", async () => {
  const { id, reference } = await buyOne(client, show.eventId);
  const one = await open(`/console/orders/${id}`);
  const others = [await one.page.context().newPage(), await one.page.context().newPage()] as const;
  for (const page of others) await page.goto(`${server.baseUrl}/console/orders/${id}`);
  for (const page of [one.page, ...others]) await titled(page, `Order ${reference}`);
  await press(others[0], "It is paid: confirm");
  await press(others[1], "Cancel the order");
  await press(one.page, "It is paid: confirm");
  await agree(one.page, "It is paid: confirm");
  await says(one.page, "The order is confirmed.");
  await agree(others[0], "It is paid: confirm");
  await says(others[0], "This order is confirmed already, in another window");
  await agree(others[1], "Cancel the order");
  await says(others[1], "This order is confirmed already, in another window");
  expect(await statusOf(id)).toBe("confirmed");
  await one.close();
});

test("[C8] a mail of an order is sent again, by its button", async () => {
  const { id } = await buyOne(client, show.eventId);
  const { page, complaints, close } = await open(`/console/orders/${id}`);
  const sent = page.waitForResponse((answer) => answer.url().endsWith(`/v1/orders/${id}/resend`));
  await press(page, "Send the mail again");
  await says(page, "The mail is on its way.");
  expect([(await sent).ok(), complaints]).toEqual([true, []]);
  await close();
});

test("[C8] of a bank's statement what fits is confirmed, and nothing else: no wrong amount, no line twice", async () => {
  const [fits, short, twice] = [
    await buyOne(client, show.eventId),
    await buyOne(client, show.eventId),
    await buyOne(client, show.eventId),
  ];
  await listed(fits.id, short.id, twice.id);
  const { page, complaints, close } = await open("/console/orders/payments");
  const lines = [
    "Date;Description;Amount",
    `2026-11-02;EFT ${fits.reference.toLowerCase().replaceAll("-", " ")};${fits.total.replace(".", ",")}`,
    `2026-11-02;PAYMENT ${short.reference};1,00`,
    `2026-11-03;RENT ${twice.reference};${twice.total}`,
    `2026-11-03;RENT ${twice.reference};${twice.total}`,
    "2026-11-03;NOBODY 3D3X-92ER-V4Y;150,00",
    "2026-11-03;COFFEE;-32,00",
  ];
  const matched = page.waitForRequest((request) => request.url().endsWith("/v1/orders/match"));
  await page.getByLabel("Or paste its lines").fill(lines.join("\n"));
  await press(page, "Read the lines");
  expect((await matched).postData(), "who paid stays in the browser").not.toMatch(/NOBODY|RENT|EFT|PAYMENT/);
  await says(page, "Fits: the order waits for just this");
  for (const text of ["Another amount", "The same order as a line above", "No order of yours"]) await says(page, text);
  await page.getByRole("button", { name: /^Confirm \d/ }).click();
  const button = page.getByRole("dialog").getByRole("button", { name: /^Confirm/ });
  const proposed = await button.innerText();
  await button.click();
  await says(page, /(order is|orders are) confirmed/);
  expect(await statusOf(fits.id)).toBe("confirmed");
  expect(await statusOf(short.id)).toBe("reserved");
  expect([proposed, await statusOf(twice.id)]).toEqual(["Confirm 2 orders", "confirmed"]);
  expect(complaints).toEqual([]);
  await close();
});

test("[C8] [O16] orders are downloaded by a button: no formula, and a last line that counts", async () => {
  const { token: shopper } = expectStatus(await client.ask<{ token: string }>("POST", "/v1/shoppers"), 201);
  const asked = { token: shopper, key: randomUUID(), json: { quantity: 1 } };
  const holds = `/v1/ticket-types/${show.typeIds[0] ?? ""}/holds`;
  const hold = expectStatus(await client.ask<{ id: string }>("POST", holds, asked), 201);
  const contact = { name: "=cmd()", email: "formula@example.com" };
  const json = { hold_ids: [hold.id], contact };
  const checkout = { token: shopper, key: randomUUID(), json };
  await listed(expectStatus(await client.ask<{ id: string }>("POST", "/v1/checkouts", checkout), 201).id);
  const { page, close } = await open(`/console/orders?event=${show.eventId}`);
  await page.locator("tbody tr").first().waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  const file = await (await download).path();
  const rows = (await readFile(file, "utf8")).trimEnd().split("\r\n");
  expect(rows.filter((row) => row.includes(`"'=cmd()","formula@example.com"`))).toHaveLength(1);
  expect(rows.filter((row) => /"[=+@-]/.test(row))).toEqual([]);
  expect(rows.at(-1)).toMatch(new RegExp(`^"end of export","${rows.length - 2}"`));
  await close();
});
