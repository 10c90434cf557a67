// Starts the console of an organiser: loads the texts of one language, reads who is signed in, and draws what they may see. It
// uses the public API by the session's cookie and nothing else (rule C1).

import { render } from "preact";
import { App } from "./app.tsx";
import { loadTexts } from "./language.ts";
import { watchOtherTabs, readSession } from "./data/session.ts";

const RELOADED = "voelgoed:reloaded";

// After a release the chunks of the previous one are gone: the page reloads, and what was typed is kept (C4). It reloads once a
// release, or a missing chunk would reload it for ever; and not without a network, which would leave no page.
addEventListener("vite:preloadError", (event) => {
  if (!navigator.onLine || sessionStorage.getItem(RELOADED) === import.meta.url) return;
  event.preventDefault();
  sessionStorage.setItem(RELOADED, import.meta.url);
  location.reload();
});

const root = document.getElementById("console");
if (!root) throw new Error("the page has no place for the console");
await Promise.all([loadTexts(), readSession()]);
watchOtherTabs();
render(<App />, root);
