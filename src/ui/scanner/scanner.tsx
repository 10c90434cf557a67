// The scanner page (docs/scanning.md): starts it, once it is the only one open on this phone.

import { render } from "preact";
import { must } from "../../domain/result.ts";
import { type Kept, openKept } from "./phone/kept.ts";
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

async function openOrNull(): Promise<Kept | null> {
  try {
    return await openKept();
  } catch {
    return null;
  }
}

async function start(): Promise<void> {
  await becomeOnlyTab(() => render(<Waiting title={t.otherTab.title} lead={t.otherTab.lead} />, root));
  const kept = await openOrNull();
  if (kept === null) return render(<Waiting title={t.pair.title} lead={t.cannotStore} />, root);
  if (await keepVersion(kept)) return location.reload();
  const stage = newStage({ kept, locale, t, paths: { zxing: root.dataset["zxing"] ?? "" } });
  guardClosing(() => (stage.session.value?.known.unsent().length ?? 0) > 0);
  await stage.leftover.load();
  const phone = await kept.get("phone");
  if (phone !== null) await stage.open(phone);
  render(<App stage={stage} />, root);
  root.removeAttribute("aria-busy");
}

void start();
