// Fetches the style sheet of our pages once a page. The element adopts it, which no Content-Security-Policy refuses.

let fetched: Promise<CSSStyleSheet | null> | null = null;

/** Null when it could not be fetched: the forms work without it. */
export function elementSheet(origin: string): Promise<CSSStyleSheet | null> {
  fetched ??= fetchSheet(origin).catch(() => {
    fetched = null;
    return null;
  });
  return fetched;
}

async function fetchSheet(origin: string): Promise<CSSStyleSheet> {
  const answer = await fetch(`${origin}/element/v1.css`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const sheet = new CSSStyleSheet();
  await sheet.replace(await answer.text());
  return sheet;
}
