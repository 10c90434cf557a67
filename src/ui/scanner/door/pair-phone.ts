// Pairs this phone as a device of an event, with a crew code (rule D22).

import { type DeviceId, encodeBody, type EventId, type GateId } from "../../../domain/ids.ts";
import type { PhoneStore, PairedPhone, PairingDraft } from "../phone/phone-store.ts";
import { type DoorCalls, openCalls } from "./link/door-calls.ts";

export type Paired =
  | { readonly kind: "paired"; readonly phone: PairedPhone }
  | { readonly kind: "refused"; readonly code: string; readonly reason: string | null }
  | { readonly kind: "none" };

/** Stores a draft before it sends the code, so that a repeat after a lost reply pairs the same device. */
export async function pairPhone(
  store: PhoneStore,
  code: string,
  name: string,
  { call }: Pick<DoorCalls, "call"> = openCalls(null),
): Promise<Paired> {
  const before = await store.get("pairing");
  const draft: PairingDraft = before?.code === code ? { ...before, name } : { code, pairingId: newPairingId(), name };
  await store.put({ pairing: draft });
  const answer = await call("POST /v1/devices/pair", { body: { code, pairing_id: draft.pairingId, name } });
  if (answer.kind === "none") return { kind: "none" };
  if (answer.kind === "refused") {
    const { code: refusal, reason } = answer.problem;
    if (answer.problem.status < 500) await store.put({ pairing: null });
    return { kind: "refused", code: refusal, reason: typeof reason === "string" ? reason : null };
  }
  const { id, secret, event_id: eventId, gate_id: gateId } = answer.body;
  // The casts: the API types ids as plain text, and a paired device always has an event.
  const phone: PairedPhone = {
    ...{ id: id as DeviceId, token: secret, eventId: eventId as EventId },
    ...{ gateId: gateId as GateId | null, name: answer.body.name },
  };
  await store.put({ phone, pairing: null });
  return { kind: "paired", phone };
}

function newPairingId(): string {
  return `pair_${encodeBody(crypto.getRandomValues(new Uint8Array(16)))}`;
}
