// Events of a test's own in the shop of the demonstration, so that no other test buys their last tickets.

import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { type Client, openClient } from "../../support/server/client.ts";
import type { TestServer } from "../../support/server/server.ts";
import { buildShow, expectStatus, type Show, type TypeInput } from "../../support/server/catalogue/show.ts";

/** Its page, opened, of an event on sale with these types. */
export async function openOwnShow(page: Page, server: TestServer, types: readonly TypeInput[]): Promise<Show> {
  const client = openClient(server.baseUrl, 1);
  const slug = `show-${randomUUID()}`;
  const { demo } = server;
  try {
    const changes = { name: "A night of its own", slug, capacity: 1_000 };
    const show = await buildShow(client, demo.api_keys.owner, types, { at: demo.venue_id, changes });
    await page.goto(`${server.baseUrl}/e/${demo.organization.slug}/${slug}`);
    return show;
  } finally {
    client.close();
  }
}

/** Another shopper holds the last ticket of the type meanwhile. */
export async function holdByAnother({ baseUrl }: TestServer, typeId: string): Promise<void> {
  const client = openClient(baseUrl, 1);
  try {
    const { token } = expectStatus(await client.ask<{ token: string }>("POST", "/v1/shoppers"), 201);
    const asked = { token, key: randomUUID(), json: { quantity: 1 } };
    expectStatus(await client.ask("POST", `/v1/ticket-types/${typeId}/holds`, asked), 201);
  } finally {
    client.close();
  }
}

type Bought = {
  readonly id: string;
  readonly reference: string;
  readonly total: string;
  readonly order_link: string;
};

/** Another shopper orders one ticket of the event's first type. */
export async function buyOne(client: Client, eventId: string): Promise<Bought> {
  type Shown = { readonly ticket_types: readonly { readonly id: string }[] };
  const shown = await client.ask<Shown>("GET", `/v1/public/events/${eventId}/availability`);
  const path = `/v1/ticket-types/${expectStatus(shown, 200).ticket_types[0]?.id ?? ""}/holds`;
  const { token } = expectStatus(await client.ask<{ token: string }>("POST", "/v1/shoppers"), 201);
  const asked = { token, key: randomUUID(), json: { quantity: 1 } };
  const { id } = expectStatus(await client.ask<{ id: string }>("POST", path, asked), 201);
  const contact = { name: "A shopper", email: "shopper@example.com" };
  const order = { token, key: randomUUID(), json: { hold_ids: [id], contact } };
  return expectStatus(await client.ask<Bought>("POST", "/v1/checkouts", order), 201);
}
