// Whom an order is for (rule O11). A contact stands in the order's row at its home and in D1's copy of it, never in a
// ledger row, a message to another object, a frame or a log line.

/** The languages that mails are written in. */
export const LOCALES = ["en", "af"] as const;
export type Locale = (typeof LOCALES)[number];
export const DEFAULT_LOCALE: Locale = "en";

/** `email` trimmed and in lower case, `phone` in E.164. `nameKey` is the name as `?name=` finds it. */
export type Contact = {
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly nameKey: string;
};

/** What stays of a contact that was erased, as long as its order: nothing may bring the contact back. */
export const ERASED = { erased: true } as const;
/** Null: the checkout brought none. */
export type KeptContact = Contact | typeof ERASED | null;

/** The contact as far as there is one. */
export function contactIn(kept: KeptContact): Contact | null {
  return kept === null || "erased" in kept ? null : kept;
}

/** The email as it is stored and searched. */
export function normalizeEmail(text: string): string {
  return text.trim().toLowerCase();
}

/** A name without case, accents and spare spaces, so that a prefix of it is found however it is typed. */
export function nameKeyOf(name: string): string {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim().replace(/\s+/gu, " ");
}
