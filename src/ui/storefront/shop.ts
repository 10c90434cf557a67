// Adds to the pages of the shop, each of which works without it: live counts and times, the viewer's own time, and an
// order that turns confirmed by itself.

import { localeOf } from "../shared/reader-locale.ts";
import { sayOwnTime } from "../shared/time/say-own-time.ts";
import { buyingTextsIn } from "../shared/texts/buying-texts.ts";
import { keepTime } from "./held-time.ts";
import { keepOffers } from "./live-offers.ts";
import { followOrder } from "./order-status.ts";
import { fetchPage } from "./page-fetch.ts";
import { showPressed } from "./pressed.ts";

const wording = await buyingTextsIn(localeOf([document.documentElement.lang]));

/** Read out by a screen reader, and not shown. */
const aloud = document.createElement("p");
aloud.className = "unseen";
aloud.setAttribute("role", "status");
document.body.append(aloud);

showPressed();
sayOwnTime(document, wording);
const form = document.querySelector<HTMLFormElement>("form[data-event]");
// When this fails, the form still works with the counts that it was served with.
if (form) keepOffers(form, wording).catch(() => undefined);
if (document.querySelector("[data-seconds]")) keepTime(wording, (text) => (aloud.textContent = text));
followOrder(
  () => fetchPage(location.href),
  () => {
    sayOwnTime(document, wording);
    aloud.textContent = document.querySelector("h1")?.textContent ?? "";
  },
);
