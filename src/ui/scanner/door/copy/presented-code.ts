// Reads a guest's code and verifies it with the keys of the scanner's bundle (rules N3, N4), as the door does on the
// server.

import type { BundleTerms } from "../../../../domain/door/tickets/bundle.ts";
import { eventTagOf, type PublicKey, readCode, type ReadCode } from "../../../../domain/door/tickets/code.ts";
import type { OtherEvent, PresentedCode } from "../../../../domain/door/scan.ts";
import { parseSerial, parseTypedCode } from "../../../../domain/door/tickets/serial.ts";
import type { EventId } from "../../../../domain/ids.ts";
import type { AloneFacts } from "../alone.ts";
import type { Source } from "../rows/rows.ts";

const ED25519 = "Ed25519";
const keys = new Map<string, Promise<CryptoKey>>();
const tags = new Map<EventId, number>();

/** Whether this browser can verify signatures. A browser that cannot decides nothing alone. */
export async function canVerify(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
}

/** The ticket that the code names, read without a check of the signature. A row keeps no more of the code than this. */
export function ticketNamed(
  text: string,
  source: Source,
): { readonly serial: number | null; readonly typeNumber: number | null; readonly generation: number | null } {
  if (source === "party") return { serial: parseSerial(text), typeNumber: null, generation: null };
  const typed = source === "typed" ? parseTypedCode(text) : null;
  if (typed !== null) return { serial: typed.serial, typeNumber: null, generation: null };
  const read = readCode(text);
  if (!read.ok) return { serial: null, typeNumber: null, generation: null };
  const { serial, typeNumber, generation } = read.value;
  return { serial, typeNumber, generation };
}

export async function presentAlone(text: string, source: Source, { bundle, own }: AloneFacts): Promise<PresentedCode> {
  const typed = source === "typed" ? parseTypedCode(text) : null;
  if (typed !== null) {
    const { serial } = typed;
    const bundled = bundle.tickets.get(serial);
    const generation = (own.get(serial) ?? bundled?.state)?.generation ?? null;
    return { kind: "typed", check: "unchecked", serial, typeNumber: bundled?.typeNumber ?? null, generation };
  }
  const read = readCode(text);
  if (!read.ok) return { kind: "unreadable" };
  const { keyNumber, serial, typeNumber, generation } = read.value;
  const found = await keysOf(read.value, bundle.terms);
  const key = found.keys.find(({ n }) => n === keyNumber);
  const signed = key !== undefined && (await isSignedBy(read.value, key));
  return { kind: "code", key: key?.status ?? "unknown", signed, other: found.other, serial, typeNumber, generation };
}

type KeysOf = { readonly keys: readonly PublicKey[]; readonly other: OtherEvent | null };

/** The keys of the event that the code names, if that is this event or one nearby; no keys for any other event. */
async function keysOf({ eventTag }: ReadCode, { eventId, keys, nearby }: BundleTerms): Promise<KeysOf> {
  if ((await tagOf(eventId)) === eventTag) return { keys, other: null };
  for (const { keys: others, ...other } of nearby)
    if ((await tagOf(other.eventId)) === eventTag) return { keys: others, other };
  return { keys: [], other: null };
}

async function tagOf(id: EventId): Promise<number> {
  const cached = tags.get(id);
  if (cached !== undefined) return cached;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id)));
  const tag = eventTagOf(id, () => hash);
  tags.set(id, tag);
  return tag;
}

async function isSignedBy({ message, signature }: ReadCode, { publicKey }: PublicKey): Promise<boolean> {
  const key = keys.get(publicKey) ?? importKey(publicKey);
  keys.set(publicKey, key);
  return crypto.subtle.verify(ED25519, await key, new Uint8Array(signature), new Uint8Array(message));
}

function importKey(x: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("jwk", { kty: "OKP", crv: ED25519, x }, ED25519, false, ["verify"]);
}
