// Writes the viewer's own time into the places that views keep for it.

import { ownTimeOf } from "./own-time.ts";
import type { BuyingWording } from "../texts/buying-texts.ts";

export function sayOwnTime(root: ParentNode, wording: BuyingWording): void {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  for (const place of root.querySelectorAll<HTMLElement>("[data-from]")) {
    const text = ownTimeOf(wording, Number(place.dataset["from"]), place.dataset["zone"] ?? "UTC", timeZone);
    place.hidden = text === null;
    if (text !== null) place.textContent = text;
  }
}
