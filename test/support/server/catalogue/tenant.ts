// Makes an organisation with one of everything over HTTP by its owner's key, and returns the ids by the names that
// paths and fields use.

import { must } from "../../../../src/domain/result.ts";
import type { Client } from "../client.ts";
import { pngOf } from "../../images.ts";
import { buildShow, expectStatus, typeOf } from "./show.ts";
import type { Hold, Order, Page, Resource, TicketType } from "../wire.ts";

/** By the path's name of what is before `{id}`: `venues`, `ticket-types`; and `event-slugs`, of the events. */
export type Ids = Readonly<Record<string, string>>;

/**
 * `ids` with a published event and its type, `draftIds` the same but for a draft and its type. `crewCode`: of the
 * published one.
 */
export type Tenant = {
  readonly key: string;
  readonly device: string;
  readonly crewCode: string;
  readonly slug: string;
  readonly ids: Ids;
  readonly draftIds: Ids;
};

export async function openTenant(client: Client, key: string): Promise<Tenant> {
  const post = async <T>(path: string, json?: unknown) =>
    expectStatus(await client.ask<T>("POST", path, { token: key, key: crypto.randomUUID(), json }), 201);
  const show = await buildShow(client, key, [{ total: 50 }]);
  const gate = await post<Resource>(`/v1/venues/${show.venueId}/gates`, { gate_code: "ISOLATED", name: "Gate" });
  const device = await post<{ id: string; secret: string }>("/v1/devices", { name: "Scanner", gate_id: gate.id });
  const crew = await post<{ id: string; secret: string }>(`/v1/events/${show.eventId}/crew-codes`, { uses: 100 });
  const sale = () => post<Hold>(`/v1/ticket-types/${typeOf(show)}/holds`, { quantity: 2, source: "scanner" });
  const [held, sold, paid] = [await sale(), await sale(), await sale()];
  const order = await post<Order>("/v1/checkouts", { hold_ids: [sold.id] });
  const bought = await post<Order>("/v1/checkouts", { hold_ids: [paid.id] });
  const confirmed = await client.ask<Order>("POST", `/v1/orders/${bought.id}/confirm`, { token: key });
  expectStatus(confirmed, 200);
  const tickets = await client.ask<Page<Resource & { readonly serial: string }>>(
    ...(["GET", `/v1/orders/${bought.id}/tickets`, { token: key }] as const),
  );
  const ticket = must(tickets.body.data[0], "the order is confirmed");
  const event = await client.ask<Resource & Record<string, unknown>>("GET", `/v1/events/${show.eventId}`, {
    token: key,
  });
  const { name, capacity, start_time, end_time, sale_start, sale_end } = event.body;
  const times = { start_time, end_time, sale_start, sale_end };
  const draft = await post<Resource>("/v1/events", { venue_id: show.venueId, name, capacity, ...times });
  const draftType = { name: "Type of a draft", price: "1.00", total_quantity: 5 };
  const { id: draftTypeId } = await post<TicketType>(`/v1/events/${draft.id}/ticket-types`, draftType);
  const me = await client.ask<{ id: string; organization: { slug: string } }>("GET", "/v1/me", { token: key });
  const ids = {
    venues: show.venueId,
    gates: gate.id,
    devices: device.id,
    events: show.eventId,
    "event-slugs": String(event.body["slug"]),
    "ticket-types": typeOf(show),
    holds: held.id,
    orders: order.id,
    tickets: ticket.id,
    images: await imageIn(client, key, show.eventId),
    serials: ticket.serial,
    "api-keys": me.body.id,
    "crew-codes": crew.id,
    // Invented: no key can create people over HTTP, or read them.
    members: `mem_${"0".repeat(26)}`,
    invitations: `inv_${"0".repeat(26)}`,
  };
  for (const id of [ids["ticket-types"], draftTypeId]) await untilProjected(client, key, id);
  const draftSlug = String((draft as Resource & Record<string, unknown>)["slug"]);
  // Everybody who knows an image's address sees it, whatever refers to it; so this id has no image.
  const noImage = `img_${"0".repeat(64)}`;
  const draftIds = { ...ids, images: noImage, events: draft.id, "event-slugs": draftSlug, "ticket-types": draftTypeId };
  return { key, device: device.secret, crewCode: crew.secret, slug: me.body.organization.slug, ids, draftIds };
}

/** Gives the event an image, and returns the image's id. */
async function imageIn(client: Client, token: string, eventId: string): Promise<string> {
  const path = `/v1/events/${eventId}`;
  const { headers } = await client.ask("GET", path, { token });
  const request = { token, raw: pngOf(), headers: { "If-Match": headers.etag ?? "", "Content-Type": "image/png" } };
  const { body } = await client.ask<{ image: { url: string } }>("PUT", `${path}/image`, request);
  return must(body.image.url.split("/").at(-1), "an image has an address");
}

/** Resolves when D1 has everything that the type's inventory has written: lists then no longer change by themselves. */
async function untilProjected(client: Client, token: string, typeId: string): Promise<void> {
  const ledger = await client.ask<Page<{ seq: number }>>("GET", `/v1/ticket-types/${typeId}/ledger?limit=100`, {
    token,
  });
  const last = ledger.body.data.at(-1)?.seq;
  for (;;) {
    const { body } = await client.ask<TicketType>("GET", `/v1/ticket-types/${typeId}`, { token });
    if (body.counts_seq === last) return;
  }
}
