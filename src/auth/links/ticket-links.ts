// Signs and verifies the link of a ticket, a capability for one ticket at one generation (rule N7). Nothing is signed or
// accepted without a secret. Layout: version 1 byte · key number 1 · ticket id without prefix 54 · generation 1 ·
// HMAC-SHA256 32, as base64url after `vgt_`. It has no expiry time: the order's home checks it against the event's present
// end.

import { Buffer } from "node:buffer";
import { parseTicketId, type TicketId } from "../../domain/ids.ts";
import type { TicketLink } from "../../domain/people/policy.ts";
import { keyOfNumber, type LinkSecrets, newestKey } from "./link-keys.ts";
import { bytesOfToken, isSealedBy, sealToken } from "./signed-token.ts";

export const TICKET_LINK_PREFIX = "vgt_";

const VERSION = 1;
const LABEL = "voelgoedevents ticket link\n";
const KEY_NUMBER = 1;
const TICKET = 2;
const GENERATION = 56;
const LENGTH = 89;

/** The token of the link of a ticket at its present generation; null without a secret. */
export function signTicketLink(secrets: LinkSecrets, id: TicketId, generation: number): string | null {
  const newest = newestKey(secrets);
  if (!newest) return null;
  const bytes = Buffer.alloc(LENGTH);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt8(newest.number, KEY_NUMBER);
  bytes.write(id.slice("tkt_".length), TICKET, "latin1");
  bytes.writeUInt8(generation, GENERATION);
  return sealToken(TICKET_LINK_PREFIX, bytes, LABEL, newest.secret);
}

/** The actor of a token that one of the secrets signed, with its ticket and generation; else null. */
export function verifyTicketLink(secrets: LinkSecrets, token: string): TicketLink | null {
  const bytes = bytesOfToken(TICKET_LINK_PREFIX, token, LENGTH);
  if (bytes?.[0] !== VERSION) return null;
  const key = keyOfNumber(secrets, bytes[KEY_NUMBER]);
  if (!key || !isSealedBy(key.secret, LABEL, bytes)) return null;
  const id = parseTicketId(`tkt_${bytes.toString("latin1", TICKET, GENERATION)}`);
  return id && { kind: "ticket_link", id, generation: bytes.readUInt8(GENERATION) };
}
