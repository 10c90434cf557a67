// Sets up open doors on a running server: scanners at its gates, and codes of as many tickets as a test wants. A door
// accepts a signature as the proof of a ticket (rule N4), so nobody has to buy them.

import { keepSecrets } from "../../../../src/cli/rows/credentials.ts";
import { type EventId, parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { signCode } from "../../../../src/shared/ticket-keys.ts";
import { actionsOf } from "../actions.ts";
import { type Client, mintShoppers } from "../client.ts";
import type { TestServer } from "../server.ts";
import { iso } from "./bodies.ts";
import { buildShow, buildVenue, created, expectStatus, typeOf } from "./show.ts";
import type { Page, Resource } from "../wire.ts";

/** A device at a gate. */
export type Scanner = { readonly id: string; readonly token: string; readonly gateId: string };
export type DoorVenue = { readonly venueId: string; readonly gateIds: readonly string[]; readonly scanners: Scanner[] };
export type Entry = "once" | "reentry" | "free";
export type Evening = {
  readonly eventId: string;
  readonly typeIds: readonly string[];
  /** A ticket of the `type`-th type, signed as the Worker would sign it. `serial`: any, 53 bits. */
  codeOf(serial: number, type?: number): Promise<string>;
};

const HOUR = 3_600_000;

/** A venue with so many gates, and so many scanners at them in turn. */
export async function buildDoors(
  client: Client,
  ownerKey: string,
  { gates, scanners }: { readonly gates: number; readonly scanners: number },
): Promise<DoorVenue> {
  const venueId = await buildVenue(client, ownerKey);
  const gateIds: string[] = [];
  for (let n = 1; n <= gates; n++) {
    const gate = { gate_code: `G${n}`, name: `Gate ${n}` };
    gateIds.push((await created<Resource>(client, ownerKey, `/v1/venues/${venueId}/gates`, gate)).id);
  }
  const devices = Array.from({ length: scanners }, async (_, n): Promise<Scanner> => {
    const gateId = must(gateIds[n % gates], "there is a gate");
    const device = { name: `Scanner ${n + 1}`, gate_id: gateId };
    const made = await created<Resource & { readonly secret: string }>(client, ownerKey, "/v1/devices", device);
    return { id: made.id, token: made.secret, gateId };
  });
  return { venueId, gateIds, scanners: await Promise.all(devices) };
}

/**
 * An event of the venue whose doors opened an hour ago, with a ticket type for each of `entries`. With `hasKey` false nobody
 * has bought a ticket of it yet, and its door takes none for signed.
 */
export async function openEvening(
  { stateDir, demo }: Pick<TestServer, "stateDir" | "demo">,
  client: Client,
  { venueId }: Pick<DoorVenue, "venueId">,
  entries: readonly Entry[],
  hasKey = true,
): Promise<Evening> {
  const { owner } = demo.api_keys;
  const types = entries.map((entry) => ({ total: 100, admission: { entry } }));
  const changes = { doors_open: iso(Date.now() - HOUR) };
  const show = await buildShow(client, owner, types, { at: venueId, changes });
  if (hasKey) await showOneCode(client, owner, typeOf(show));
  const eventId: EventId = must(parseId("evt", show.eventId), "it was created");
  const secret = must(keepSecrets(stateDir, ["TICKET_SECRET"])["TICKET_SECRET"], "the server has made it");
  return {
    ...{ eventId, typeIds: show.typeIds },
    codeOf: (serial, type = 0) =>
      signCode(secret, eventId, { keyNumber: 1, typeNumber: type + 1, generation: 1, serial }),
  };
}

/** An event has its first key once the first of its codes is shown (rule N5). */
async function showOneCode(client: Client, ownerKey: string, typeId: string): Promise<void> {
  const act = actionsOf(client);
  const { token } = must((await mintShoppers(client, 1))[0], "a shopper");
  const hold = expectStatus(await act.hold(typeId, token, "hold"), 201);
  const order = expectStatus(await act.checkOut(token, "order", [hold.id]), 201);
  expectStatus(await act.settle(order.id, "confirm", ownerKey), 200);
  const tickets = expectStatus(await act.read<Page<Resource>>(`/v1/orders/${order.id}/tickets`, ownerKey), 200);
  const { id } = must(tickets.data[0], "the order has a ticket");
  expectStatus(await act.read(`/v1/tickets/${id}/code`, ownerKey), 200);
}
