// The numbered keys that sign the links of orders and of tickets (rules O13, N7).

/** A shorter secret is a slip of the hand. */
const MIN_SECRET = 16;

/**
 * Secrets with their numbers, `2:NEW,1:OLD`; one without a number is the first. The highest number signs and all
 * verify, so that a rotation ends no link that was mailed. May be missing at run time, whatever the generated type says.
 */
export type LinkSecrets = { readonly ORDER_LINK_SECRET?: string };

type Key = { readonly number: number; readonly secret: string };

/** Whether links can be signed at all. */
export function canSignLinks(secrets: LinkSecrets): boolean {
  return newestKey(secrets) !== null;
}

/** The key that signs; null when there is none. */
export function newestKey(secrets: LinkSecrets): Key | null {
  return keysIn(secrets).sort((a, b) => b.number - a.number)[0] ?? null;
}

/** The key that a link says it was signed by; null when there is no such key. */
export function keyOfNumber(secrets: LinkSecrets, wanted: number | undefined): Key | null {
  return keysIn(secrets).find(({ number }) => number === wanted) ?? null;
}

/** None when any of them is malformed, or two have one number: then nothing is signed, and `GET /readyz` says so. */
function keysIn({ ORDER_LINK_SECRET: given }: LinkSecrets): Key[] {
  if (!given) return [];
  const keys = given.split(",").map((text): Key => {
    const [, number = "1", secret = ""] = /^(?:(\d{1,3}):)?(.*)$/.exec(text.trim()) ?? [];
    return { number: Number(number), secret };
  });
  const sound = keys.every(({ number, secret }) => number >= 1 && number <= 255 && secret.length >= MIN_SECRET);
  return sound && new Set(keys.map(({ number }) => number)).size === keys.length ? keys : [];
}
