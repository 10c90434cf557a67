// Fetches a page of ours in the background, and replaces the shown one with it.

/** Null when the request failed or was refused. */
export async function fetchPage(href: string, init: RequestInit = {}): Promise<Document | null> {
  try {
    const answer = await fetch(href, { headers: { Accept: "text/html" }, ...init });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

/**
 * Replaces the page. If the focus was in the replaced part, it goes to the new heading, as after the load of a page.
 */
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
