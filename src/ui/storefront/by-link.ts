// Opens what a link carries behind its `#`: sends it in the body of a request to our own origin, and shows the page that is
// answered in the place of this one. The secret is in no path, no query and no log.

const main = document.querySelector("main[data-open]");

function show(when: "none" | "opening" | "wrong"): void {
  for (const each of document.querySelectorAll<HTMLElement>("[data-when]")) each.hidden = each.dataset["when"] !== when;
}

async function open(): Promise<void> {
  const link = location.hash.slice(1);
  const action = main instanceof HTMLElement ? main.dataset["open"] : undefined;
  if (link === "" || action === undefined) return show("none");
  show("opening");
  try {
    const answer = await fetch(action, { method: "POST", body: new URLSearchParams({ link }), credentials: "omit" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const opened = page.querySelector("main");
    if (!answer.ok || opened === null) return show("wrong");
    document.title = page.title;
    document.querySelector("main")?.replaceWith(opened);
  } catch {
    show("wrong");
  }
}

addEventListener("hashchange", () => location.reload());
void open();
