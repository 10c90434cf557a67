// Shows what a supervisor can do at a phone, signed in with their own account.

import { useEffect, useState } from "preact/hooks";
import { signOut } from "../../door/sign-out.ts";
import { type Supervisor, whoSupervises } from "../../door/supervising.ts";
import { backToScan, type ScreenProps, Sheet } from "../parts.tsx";
import { CorrectCard } from "./supervisor-counts.tsx";
import { DevicesCard } from "./supervisor-devices.tsx";
import { ConflictsCard, GatesCard, NoticeCard } from "./supervisor-gates.tsx";
import { OverrideCard } from "./supervisor-override.tsx";

export function SupervisorScreen({ stage }: ScreenProps) {
  const t = stage.t.supervisor;
  const [who, setWho] = useState<Supervisor | null>(null);
  const load = () => void whoSupervises().then(setWho);
  useEffect(load, []);
  const [isKept, setKept] = useState(false);
  // A steward who gets the phone while the session lasts could do all that is here.
  const leave = async (): Promise<void> => {
    const isOut = await signOut();
    setKept(!isOut);
    if (isOut) stage.screen.value = "scan";
  };
  return (
    <Sheet title={t.title} back={backToScan(stage)}>
      {who === null && <p class="muted">{t.looking}</p>}
      {who !== null && who.kind !== "supervisor" && (
        <div class="stack">
          <p class="notice">{t.without[who.kind]}</p>
          <a class="button" href="/account" target="_blank" rel="noopener">
            {t.signIn}
          </a>
          <button type="button" class="button-quiet" onClick={load}>
            {t.again}
          </button>
        </div>
      )}
      {who?.kind === "supervisor" && (
        <div class="stack">
          <OverrideCard stage={stage} />
          <ConflictsCard stage={stage} />
          <DevicesCard stage={stage} />
          <NoticeCard stage={stage} />
          {who.managesGates && <GatesCard stage={stage} />}
          <CorrectCard stage={stage} />
          <p class="error" role="alert">
            {isKept && t.notSignedOut}
          </p>
          <button type="button" class="button-quiet" onClick={() => void leave()}>
            {t.signOut}
          </button>
        </div>
      )}
    </Sheet>
  );
}
