// Crew codes of an event and phones that are paired by them, over HTTP as supervisors and phones do it.

import { newId } from "../../../src/app/context.ts";
import type { Doors } from "../support/doors.ts";
import { ask, type Asked, bodyOf } from "../support/http.ts";

export const DAY = 24 * 60 * 60_000;

export type Code = { readonly id: string; readonly secret: string };
export type Phone = { readonly id: string; readonly token: string; readonly pairingId: string };

export const codesOf = ({ eventId }: Pick<Doors, "eventId">) => `/v1/events/${eventId}/crew-codes`;

export function askForCode(doors: Doors, json: object = { uses: 5 }, asked: Asked = {}): Promise<Response> {
  return ask("POST", codesOf(doors), { token: doors.tenant.token, json, ...asked });
}

export async function newCode(doors: Doors, json: object = { uses: 5 }, asked: Asked = {}): Promise<Code> {
  const body = await bodyOf(await askForCode(doors, json, asked));
  return { id: String(body["id"]), secret: String(body["secret"]) };
}

/** A phone that redeems the code. */
export function redeem(code: string, pairingId: string = newId("pair"), name = "A phone"): Promise<Response> {
  return ask("POST", "/v1/devices/pair", { json: { code, pairing_id: pairingId, name } });
}

export async function pair(code: Code): Promise<Phone> {
  const pairingId = newId("pair");
  const body = await bodyOf(await redeem(code.secret, pairingId));
  return { id: String(body["id"]), token: String(body["secret"]), pairingId };
}

export const meOf = async (token: string) => (await ask("GET", "/v1/me", { token })).status;

/** Why the code pairs no device, as `409 crew_code_refused used_up`. */
export async function reasonOf(answer: Response | Promise<Response>): Promise<string> {
  const { status, code, reason } = await bodyOf(await answer);
  return [status, code, ...(reason === undefined ? [] : [reason])].join(" ");
}
