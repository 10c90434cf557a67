// A page of ours asked for again behind the one that is shown, and put into its place.

/** Null where it did not come, or is a refusal. */
export async function fetchPage(href: string, init: RequestInit = {}): Promise<Document | null> {
  try {
    const answer = await fetch(href, { headers: { Accept: "text/html" }, ...init });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

/** Whoever was in the part that is replaced is at its heading afterwards, as after the load of a page. */
export function takeMain(page: Document): void {
  const [shown, next] = [document.querySelector("main"), page.querySelector("main")];
  if (!shown || !next) return;
  const wasInside = shown.contains(document.activeElement);
  document.title = page.title;
  shown.replaceWith(next);
  if (wasInside) focusHeading(next);
}

export function focusHeading(main: Element): void {
  const heading = main.querySelector("h1");
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus();
}
