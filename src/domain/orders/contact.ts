// Defines whom an order is for (rule O11). A contact is stored in the order's row at its home and in D1's copy of it, and
// never in a ledger row, a message to another object, a frame or a log line.

/** The languages that mails are written in. */
export const LOCALES = ["en", "af"] as const;
export type Locale = (typeof LOCALES)[number];
export const DEFAULT_LOCALE: Locale = "en";

/** `email` is trimmed and in lower case, `phone` in E.164. `nameKey` is the name in the form that `?name=` searches. */
export type Contact = {
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly nameKey: string;
};

/**
 * Takes the place of a contact that was erased, for as long as the order exists, so that nothing brings the contact back.
 */
export const ERASED = { erased: true } as const;
/** Null when the checkout had no contact. */
export type StoredContact = Contact | typeof ERASED | null;

/** The contact, or null when there is none or it was erased. */
export function contactIn(stored: StoredContact): Contact | null {
  return stored === null || "erased" in stored ? null : stored;
}

/** The email as it is stored and searched. */
export function normalizeEmail(text: string): string {
  return text.trim().toLowerCase();
}

/** A name without case, accents and spare spaces, so that a prefix of it is found however it is typed. */
export function nameKeyOf(name: string): string {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim().replace(/\s+/gu, " ");
}
