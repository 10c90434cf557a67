// Holds what the scanner's screens share: which of them is shown, the settings, the names and the session. Passes each code
// that is read to the readings.

import { signal } from "@preact/signals";
import type { Locale } from "../../domain/orders/contact.ts";
import { DEFAULT_SETTINGS } from "./phone/default-settings.ts";
import type { PhoneStore, Names, PairedPhone, Settings } from "./phone/phone-store.ts";
import { NO_NAMES, readNames } from "./door/copy/read-names.ts";
import { openLeftoverBook } from "./door/rows/leftover-book.ts";
import { openSession, type Session } from "./door/session.ts";
import { canVerify } from "./door/copy/presented-code.ts";
import { openReadings, type Readings } from "./reading/readings.ts";
import type { ScannerTexts } from "./texts/texts.ts";

export type Screen = "pair" | "gate" | "ready" | "scan" | "recent" | "type" | "count" | "more" | "supervisor";

export type Stage = ReturnType<typeof newStage>;

type Setting = {
  readonly store: PhoneStore;
  readonly locale: Locale;
  readonly t: ScannerTexts;
  /** The paths of files that are loaded when they are needed. */
  readonly paths: { readonly zxing: string };
};

export function newStage({ store, locale, t, paths }: Setting) {
  const screen = signal<Screen>("pair");
  const settings = signal<Settings>(DEFAULT_SETTINGS);
  const names = signal<Names>(NO_NAMES);
  const session = signal<Session | null>(null);
  const readings = signal<Readings | null>(null);
  const leftover = openLeftoverBook(store);
  /** True while settings, gate, direction and unpairing are unlocked, until scanning continues. */
  const isUnlocked = signal(false);

  async function change(part: Partial<Settings>): Promise<void> {
    settings.value = { ...settings.value, ...part };
    await store.put({ settings: settings.value });
  }

  async function loadNames(): Promise<boolean> {
    const open = session.value;
    const read = open && (await readNames(open.calls.call, open.phone, store));
    if (read) names.value = read;
    return read !== null;
  }

  async function open(phone: PairedPhone): Promise<void> {
    settings.value = (await store.get("settings")) ?? DEFAULT_SETTINGS;
    names.value = (await store.get("names")) ?? NO_NAMES;
    if (phone.gateId !== null && settings.value.gateId !== phone.gateId) await change({ gateId: phone.gateId });
    await leftover.adopt(phone);
    const opened = await openSession(store, phone, await canVerify());
    session.value = opened;
    readings.value = openReadings({ session: opened, settings });
    screen.value = settings.value.gateId === null ? "gate" : settings.value.isReady ? "scan" : "ready";
    void loadNames();
  }

  return {
    ...{ store, locale, t, paths, screen, settings, names, session, readings, isUnlocked, leftover },
    ...{ change, loadNames, open },
    /** Unpairs once all is sent, or once the door refuses this phone; what the door does not have stays stored. */
    async unpair(): Promise<boolean> {
      const opened = session.value;
      if (opened !== null && opened.state.ended.value === null) {
        if (opened.doorCopy.unsent().length > 0 && !(await opened.flush())) return false;
        await opened.handIn();
      }
      readings.value?.close();
      opened?.close();
      const rows = opened?.doorCopy.rows() ?? [];
      await leftover.leave(opened && { eventId: opened.phone.eventId, event: names.value.event, rows });
      session.value = null;
      readings.value = null;
      isUnlocked.value = false;
      settings.value = DEFAULT_SETTINGS;
      names.value = NO_NAMES;
      screen.value = "pair";
      return true;
    },
  };
}
