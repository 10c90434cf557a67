// Adds to the pages of the shop, each of which is whole without it: counts and times that move, the viewer's own time, and
// an order that turns confirmed by itself.

import { localeOf } from "../shared/reader-locale.ts";
import { sayOwnTime } from "../shared/time/say-own-time.ts";
import { buyingTextsIn } from "../shared/texts/buying-texts.ts";
import { keepTime } from "./held-time.ts";
import { keepOffers } from "./live-offers.ts";
import { followOrder } from "./order-status.ts";
import { fetchPage } from "./page-fetch.ts";
import { showPressed } from "./pressed.ts";

const wording = await buyingTextsIn(localeOf([document.documentElement.lang]));

/** Read out, and not shown. */
const aloud = document.createElement("p");
aloud.className = "unseen";
aloud.setAttribute("role", "status");
document.body.append(aloud);

showPressed();
sayOwnTime(document, wording);
const form = document.querySelector<HTMLFormElement>("form[data-event]");
// The form sells as well with the counts that it came with.
if (form) keepOffers(form, wording).catch(() => undefined);
if (document.querySelector("[data-seconds]")) keepTime(wording, (text) => (aloud.textContent = text));
followOrder(
  () => fetchPage(location.href),
  () => {
    sayOwnTime(document, wording);
    aloud.textContent = document.querySelector("h1")?.textContent ?? "";
  },
);
