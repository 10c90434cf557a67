// Reads the secret from which keys of events and typed codes are made (rules N3, N5). No other file names it.

import { createHash } from "node:crypto";

/**
 * Both may be missing at run time, whatever the generated type says. The previous one only checks typed codes; it signs
 * nothing.
 */
export type TicketSecrets = { readonly TICKET_SECRET?: string; readonly TICKET_SECRET_PREVIOUS?: string };

/** A secret that is shorter than this is taken for a mistake. */
const MIN_SECRET = 16;

/** The secret that signs; null when there is none, or it is too short. */
export function ticketSecretOf({ TICKET_SECRET: secret }: TicketSecrets): string | null {
  return isSecret(secret) ? secret : null;
}

/** The secrets by which typed codes are checked. */
export function verifyingSecrets({ TICKET_SECRET, TICKET_SECRET_PREVIOUS }: TicketSecrets): string[] {
  return [TICKET_SECRET, TICKET_SECRET_PREVIOUS].filter(isSecret);
}

function isSecret(text: string | undefined): text is string {
  return text !== undefined && text.length >= MIN_SECRET;
}

/**
 * The first 4 bytes of the secret's SHA-256, hex. It shows from which secret a key was derived, and reveals nothing of the
 * secret.
 */
export function secretIdOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex").slice(0, 8);
}
