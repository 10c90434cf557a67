// Events of a test's own in the shop of the demonstration, so that no other test buys their last tickets.

import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { openClient } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";
import { buildShow, expectStatus, type Show, type TypeInput } from "../support/show.ts";

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
