// The secret that keys of events and typed codes are made from (rules N3, N5): the one place that names it.

import { createHash } from "node:crypto";

/** Both may be missing at run time, whatever the generated type says. The previous one checks typed codes, and signs nothing. */
export type TicketSecrets = { readonly TICKET_SECRET?: string; readonly TICKET_SECRET_PREVIOUS?: string };

/** A shorter secret is a slip of the hand. */
const MIN_SECRET = 16;

/** The secret that signs; null when there is none, or a slip. */
export function ticketSecretOf({ TICKET_SECRET: secret }: TicketSecrets): string | null {
  return isSecret(secret) ? secret : null;
}

/** Those that typed codes are checked by. */
export function verifyingSecrets({ TICKET_SECRET, TICKET_SECRET_PREVIOUS }: TicketSecrets): string[] {
  return [TICKET_SECRET, TICKET_SECRET_PREVIOUS].filter(isSecret);
}

function isSecret(text: string | undefined): text is string {
  return text !== undefined && text.length >= MIN_SECRET;
}

/** The first 4 bytes of the secret's SHA-256, hex: says from which secret a key was derived, and nothing of it. */
export function secretIdOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex").slice(0, 8);
}
