// The scanner page (docs/scanning.md): starts it, once it is the only one open on this phone.

import { render } from "preact";
import { must } from "../../domain/result.ts";
import { type PhoneStore, openPhoneStore } from "./phone/phone-store.ts";
import { localeOfPhone } from "./phone/locale.ts";
import { becomeOnlyTab, guardClosing } from "./phone/platform.ts";
import { keepVersion } from "./phone/version.ts";
import { newStage } from "./stage.ts";
import { loadTexts } from "./texts/texts.ts";
import { App, Waiting } from "./views/app.tsx";

const root = must(document.getElementById("scanner"), "the page has a place for it");
const locale = localeOfPhone();
const t = await loadTexts(locale);
document.documentElement.lang = locale;
document.title = t.title;

async function openOrNull(): Promise<PhoneStore | null> {
  try {
    return await openPhoneStore();
  } catch {
    return null;
  }
}

async function start(): Promise<void> {
  await becomeOnlyTab(() => render(<Waiting title={t.otherTab.title} lead={t.otherTab.lead} />, root));
  const store = await openOrNull();
  if (store === null) return render(<Waiting title={t.pair.title} lead={t.cannotStore} />, root);
  if (await keepVersion(store)) return location.reload();
  const stage = newStage({ store, locale, t, paths: { zxing: root.dataset["zxing"] ?? "" } });
  guardClosing(() => (stage.session.value?.doorCopy.unsent().length ?? 0) > 0);
  await stage.leftover.load();
  const phone = await store.get("phone");
  if (phone !== null) await stage.open(phone);
  render(<App stage={stage} />, root);
  root.removeAttribute("aria-busy");
}

void start();
