// Opens the page of a link whose secret is behind its `#`: sends the secret in the body of a request to our own origin,
// and replaces this page with the response. The secret is in no path, no query and no log.

import { followOrder } from "./order-status.ts";
import { fetchPage, focusHeading } from "./page-fetch.ts";

const main = document.querySelector<HTMLElement>("main[data-open]");
const action = main?.dataset["open"];
const secret = location.hash;
/** The shortest and the longest pause before the link is tried again, ms. */
const [FIRST_MS, LONGEST_MS] = [2_000, 60_000];

function show(when: "none" | "opening" | "wrong" | "busy"): void {
  for (const each of document.querySelectorAll<HTMLElement>("[data-when]")) each.hidden = each.dataset["when"] !== when;
  // Tells the style sheet that the page is about to grow.
  main?.toggleAttribute("data-open", when === "opening");
}

/** Appends the secret to the links to this page in another language and to further tickets of the order. */
function keepSecret(): void {
  for (const each of document.querySelectorAll("a")) {
    if (each.origin === location.origin && each.pathname === location.pathname && each.hash === "") each.hash = secret;
  }
}

/** Gives the heading the focus, for readers who listen or use the keyboard, as after the load of a page. */
function replaceMain(opened: HTMLElement): void {
  document.querySelector("main")?.replaceWith(opened);
  focusHeading(opened);
}

function request(): RequestInit {
  return { method: "POST", body: new URLSearchParams({ link: secret.slice(1) }), credentials: "omit" };
}

async function open(action: string, tries = 0): Promise<void> {
  try {
    const answer = await fetch(action, request());
    if (answer.status === 429 || answer.status >= 500) return again(action, tries, answer.headers.get("Retry-After"));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const opened = page.querySelector("main");
    if (!answer.ok || opened === null) return show("wrong");
    document.title = page.title;
    replaceMain(opened);
    keepSecret();
    followOrder(() => fetchPage(action, request()), keepSecret);
  } catch {
    again(action, tries, null);
  }
}

/** The link may be valid, so after a busy server or a lost network it is tried again, with growing pauses. */
function again(action: string, tries: number, after: string | null): void {
  show("busy");
  const own = Math.min(LONGEST_MS, FIRST_MS * 2 ** tries) * (0.75 + Math.random() / 2);
  setTimeout(() => void open(action, tries + 1), Math.max(own, Number(after ?? 0) * 1_000));
}

/** The link past the menu changes the `#` too. The address gets the secret back, for a reload. */
addEventListener("hashchange", () => {
  if (location.hash === "#main") history.replaceState(null, "", secret);
  else location.reload();
});

if (secret.length <= 1 || action === undefined) show("none");
else {
  keepSecret();
  show("opening");
  void open(action);
}
