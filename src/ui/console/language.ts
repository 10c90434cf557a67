// Chooses the language of the console: the one that was chosen here, else that of the page. Its texts are loaded before anything
// is drawn; those of the other language are not loaded.

import { LOCALES, type Locale } from "../../domain/orders/contact.ts";
import type { Place } from "../shared/time/time.ts";
import type { ConsoleTexts } from "./texts/en.ts";
import * as onDevice from "./data/device-storage.ts";

const KEPT = "voelgoed:lang";

type Language = { readonly locale: Locale; readonly t: ConsoleTexts };
let current: Language | null = null;

function requestedLocale(): Locale {
  const inAddress = new URLSearchParams(location.search).get("lang");
  const wishes = [inAddress, onDevice.read(KEPT), document.documentElement.lang];
  return wishes.flatMap((each) => LOCALES.filter((locale) => locale === each))[0] ?? "en";
}

export async function loadTexts(): Promise<void> {
  const locale = requestedLocale();
  const t = locale === "af" ? (await import("./texts/af.ts")).af : (await import("./texts/en.ts")).en;
  document.documentElement.lang = locale;
  current = { locale, t };
}

/** Chooses the language on this device, and reloads the page in it. */
export function speak(locale: Locale): void {
  onDevice.write(KEPT, locale);
  const url = new URL(location.href);
  url.searchParams.set("lang", locale);
  location.assign(url);
}

/** The texts of the console. Call it after `loadTexts` has resolved. */
export function texts(): ConsoleTexts {
  return language().t;
}

export function language(): Language {
  if (current === null) throw new Error("the texts are loaded before anything is drawn");
  return current;
}

/** Where times are shown: in this language, by the clocks of `zone`. */
export function placeIn(zone: string): Place {
  return { locale: language().locale, zone };
}
