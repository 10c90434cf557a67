// An evening at a door: an event whose doors are open, tickets of it with their codes, and scans over HTTP.

import { vi } from "vitest";
import { newId } from "../../../src/app/context.ts";
import { scansOf } from "./stub.ts";
import { type Doors, openDoors } from "../support/doors.ts";
import { HOUR } from "../support/fixture.ts";
import { ask, bodyOf, hold, idOf, shopper } from "../support/http.ts";

export const openEvening = (changes: object = {}): Promise<Doors> =>
  openDoors({ doors_open: new Date(Date.now() - HOUR).toISOString(), ...changes });

export type Bought = { readonly order: string; readonly code: string; readonly typed: string; readonly serial: string };

/** A ticket of the type that was paid for, with its codes; D1 has it by the projection. */
export async function buy({ tenant: { token } }: Pick<Doors, "tenant">, typeId: string): Promise<Bought> {
  const me = await shopper();
  const json = { hold_ids: [await idOf(hold(typeId, me.token))] };
  const order = await idOf(ask("POST", "/v1/checkouts", { token: me.token, key: "order", json }));
  const confirmed = await ask("POST", `/v1/orders/${order}/confirm`, { token });
  if (confirmed.status !== 200) throw new Error(await confirmed.text());
  const shown = await bodyOf(await ask("GET", `/v1/tickets/tkt_${order.slice(4)}01/code`, { token: me.token }));
  const [code, typed, serial] = ["ticket_code", "typed_code", "serial"].map((name) => String(shown[name]));
  if (code === undefined || typed === undefined || serial === undefined) throw new Error("a ticket has codes");
  const isProjected = async () => {
    const { data } = await bodyOf(await ask("GET", `/v1/orders?serial=${serial}`, { token }));
    return (data as unknown[]).length === 1;
  };
  await vi.waitUntil(isProjected, { timeout: 10_000 });
  return { order, code, typed, serial };
}

export type At = { readonly gateId: string; readonly token: string };
/** The device of these doors at its gate. */
export const atGate = ({ gateId, device }: Pick<Doors, "gateId" | "device">): At => ({ gateId, token: device.token });

/** A scan of `code`, in by camera unless `more` says something else. */
export function scanTicket(
  doors: Pick<Doors, "eventId">,
  { gateId: gate_id, token }: At,
  code: string,
  more: object = {},
): Promise<Response> {
  const json = { scan_id: newId("scn"), code, direction: "in", source: "camera", gate_id, ...more };
  return ask("POST", scansOf(doors), { token, json });
}

/** The reply, which must be a verdict. */
export async function verdictOf(...asked: Parameters<typeof scanTicket>): Promise<Record<string, unknown>> {
  const answer = await scanTicket(...asked);
  const body = await bodyOf(answer);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(body)}`);
  return body;
}

/** All rows of the door's log that the query lets through, as its owner reads them. */
export async function logOf(doors: Pick<Doors, "eventId" | "tenant">, query = ""): Promise<Record<string, unknown>[]> {
  const page = await bodyOf(await ask("GET", `${scansOf(doors)}?limit=100${query}`, { token: doors.tenant.token }));
  return page["data"] as Record<string, unknown>[];
}
