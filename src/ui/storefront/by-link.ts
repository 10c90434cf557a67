// Opens what a link carries behind its `#`: sends it in the body of a request to our own origin, and shows the page that is
// answered in the place of this one. The secret is in no path, no query and no log.

const main = document.querySelector("main[data-open]");
const secret = location.hash;

function show(when: "none" | "opening" | "wrong"): void {
  for (const each of document.querySelectorAll<HTMLElement>("[data-when]")) each.hidden = each.dataset["when"] !== when;
}

/** This page in another language, and the further tickets of the order, are opened by the same secret. */
function keepSecret(): void {
  for (const each of document.querySelectorAll("a")) {
    if (each.origin === location.origin && each.pathname === location.pathname && each.hash === "") each.hash = secret;
  }
}

/** Whoever hears the page or goes by the keyboard is at its heading, as after the load of a page. */
function standIn(opened: HTMLElement): void {
  document.querySelector("main")?.replaceWith(opened);
  const heading = opened.querySelector("h1");
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus();
}

async function open(): Promise<void> {
  const link = secret.slice(1);
  const action = main instanceof HTMLElement ? main.dataset["open"] : undefined;
  if (link === "" || action === undefined) return show("none");
  keepSecret();
  show("opening");
  try {
    const answer = await fetch(action, { method: "POST", body: new URLSearchParams({ link }), credentials: "omit" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const opened = page.querySelector("main");
    if (!answer.ok || opened === null) return show("wrong");
    document.title = page.title;
    standIn(opened);
    keepSecret();
  } catch {
    show("wrong");
  }
}

/** The way past the menu is a `#` too, and no link of anything: the address keeps the secret, for a reload. */
addEventListener("hashchange", () => {
  if (location.hash === "#main") history.replaceState(null, "", secret);
  else location.reload();
});
void open();
