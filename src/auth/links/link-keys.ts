// Reads the numbered keys that sign the links of orders and of tickets (rules O13, N7).

/** A shorter secret is taken for a mistake. */
const MIN_SECRET = 16;

/**
 * Numbered secrets, such as `2:NEW,1:OLD`; one without a number has the number 1. The highest number signs and all
 * verify, so that a rotation ends no link that was mailed. The variable may be missing at run time, although `Env`
 * requires it.
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

/** The key whose number a link carries; null when there is no such key. */
export function keyOfNumber(secrets: LinkSecrets, wanted: number | undefined): Key | null {
  return keysIn(secrets).find(({ number }) => number === wanted) ?? null;
}

/** Empty when a key is malformed or two have the same number: then nothing is signed, and `GET /readyz` reports it. */
function keysIn({ ORDER_LINK_SECRET: secretsText }: LinkSecrets): Key[] {
  if (!secretsText) return [];
  const keys = secretsText.split(",").map((text): Key => {
    const [, number = "1", secret = ""] = /^(?:(\d{1,3}):)?(.*)$/.exec(text.trim()) ?? [];
    return { number: Number(number), secret };
  });
  const sound = keys.every(({ number, secret }) => number >= 1 && number <= 255 && secret.length >= MIN_SECRET);
  return sound && new Set(keys.map(({ number }) => number)).size === keys.length ? keys : [];
}
