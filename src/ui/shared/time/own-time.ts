// Computes the viewer's own time beside the venue's, where their clocks differ (rule S15). Only a browser knows its zone.

import type { BuyingWording } from "../texts/buying-texts.ts";
import { showInstant, showZone } from "./time.ts";

/** Null where the clocks of both zones say the same. `from` in epoch ms. */
export function ownTimeOf(wording: BuyingWording, from: number, zone: string, ownZone: string): string | null {
  const [there, here] = [zone, ownZone].map((each) => showInstant({ locale: wording.locale, zone: each }, from));
  if (here === undefined || here === there) return null;
  return wording.t.event.ownTime(here, showZone({ locale: wording.locale, zone: ownZone }, from));
}
