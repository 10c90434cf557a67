// Shows one screen of the scanner, and the verdict over it.

import { useEffect } from "preact/hooks";
import type { Screen } from "../stage.ts";
import { CountScreen } from "./gate/count-screen.tsx";
import { GateScreen } from "./phone/gate-screen.tsx";
import { MoreScreen } from "./phone/more-screen.tsx";
import { PairScreen } from "./phone/pair-screen.tsx";
import { type ScreenProps, Sheet } from "./parts.tsx";
import { ReadyScreen } from "./phone/ready-screen.tsx";
import { RecentScreen } from "./gate/recent-screen.tsx";
import { ScanScreen, useReader } from "./gate/scan-screen.tsx";
import { SupervisorScreen } from "./supervisor/supervisor-screen.tsx";
import { TypeScreen } from "./gate/type-screen.tsx";
import { VerdictAnnounced, VerdictScreen } from "./gate/verdict-screen.tsx";

const SCREENS: Readonly<Record<Screen, (props: ScreenProps) => preact.JSX.Element>> = {
  pair: PairScreen,
  gate: GateScreen,
  ready: ReadyScreen,
  scan: ScanScreen,
  recent: RecentScreen,
  type: TypeScreen,
  count: CountScreen,
  more: MoreScreen,
  supervisor: SupervisorScreen,
};

export function App({ stage }: ScreenProps) {
  useReader(stage);
  const screen = stage.screen.value;
  // Back at scanning, the settings are locked again: the next person has to enter the PIN.
  useEffect(() => {
    if (screen === "scan") stage.isUnlocked.value = false;
  }, [screen]);
  const Shown = SCREENS[screen];
  const isEnded = (stage.session.value?.state.ended.value ?? null) !== null;
  return (
    <>
      {isEnded ? <EndedScreen stage={stage} /> : <Shown stage={stage} />}
      <VerdictScreen stage={stage} />
      <VerdictAnnounced stage={stage} />
    </>
  );
}

/** Shown when the device was revoked or the event is over. Unsent scans stay on the phone. */
function EndedScreen({ stage }: ScreenProps) {
  const t = stage.t.ended;
  const code = stage.session.value?.state.ended.value ?? "";
  const unsent = stage.session.value?.state.unsent.value ?? 0;
  const why = code === "unauthenticated" || code === "door_closed" ? t[code] : t.other;
  return (
    <Sheet title={t.title}>
      <p>{why}</p>
      {unsent > 0 && <p class="notice notice-warn">{t.unsent(stage.t.link.unsent(unsent))}</p>}
      <button type="button" class="button-wide" onClick={() => void stage.unpair()}>
        {t.act}
      </button>
      <button type="button" class="button-quiet" onClick={() => location.reload()}>
        {t.again}
      </button>
    </Sheet>
  );
}

/** Shown when scanning cannot start: another window scans, or the browser refuses storage. */
export function Waiting({ title, lead }: { readonly title: string; readonly lead: string }) {
  return (
    <Sheet title={title}>
      <p>{lead}</p>
    </Sheet>
  );
}
