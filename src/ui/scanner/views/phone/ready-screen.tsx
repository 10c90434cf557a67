// Checks the phone before the doors open: shows what works on it, and what helps where something does not.

import { useEffect, useState } from "preact/hooks";
import { leftOf } from "../../../../domain/door/leases/lease.ts";
import { keepStorage, stayAwake } from "../../phone/platform.ts";
import { canVibrate, playCue, vibrateCue, wakeSound } from "../../phone/signals.ts";
import { clockOf } from "../display-names.ts";
import { gateName } from "./gate-screen.tsx";
import { Fact, type ScreenProps, Sheet } from "../parts.tsx";

type CameraCheck = "ask" | "on" | "denied" | "none";
const CLOCK_GOOD_MS = 2_000;

export function ReadyScreen({ stage }: ScreenProps) {
  const t = stage.t.ready;
  const [awake, setAwake] = useState(false);
  const [kept, setKept] = useState(false);
  const [played, setPlayed] = useState(false);
  useEffect(() => {
    void stayAwake().then(setAwake);
    void keepStorage().then(setKept);
  }, []);
  const start = () => {
    void wakeSound();
    void stage.change({ isReady: true });
    stage.isUnlocked.value = false;
    stage.screen.value = "scan";
  };
  return (
    <Sheet title={t.title}>
      <p class="muted">{t.at(stage.names.value.event, gateName(stage))}</p>
      <ul class="plain facts-list">
        <CameraFact stage={stage} />
        <Fact name={t.sound} tone={played ? "good" : "plain"}>
          <button
            type="button"
            class="button-link"
            onClick={() => {
              void wakeSound().then(() => playCue("in"));
              vibrateCue("in");
              setPlayed(true);
            }}
          >
            {t.soundTest}
          </button>
          {played && <span class="muted">{t.soundOn}</span>}
        </Fact>
        <Fact name={t.vibration} tone={canVibrate() ? "good" : "plain"}>
          {canVibrate() ? t.canVibrate : t.noVibration}
        </Fact>
        <Fact name={t.awake} tone={awake ? "good" : "warn"}>
          {awake ? t.isAwake : t.notAwake}
        </Fact>
        <Fact name={t.storage} tone={kept ? "good" : "warn"}>
          {kept ? t.isKept : t.notKept}
        </Fact>
        <OpensFact stage={stage} />
        <ClockFact stage={stage} />
        <AloneFact stage={stage} />
      </ul>
      <button type="button" class="button-wide start" onClick={start}>
        {t.start}
      </button>
    </Sheet>
  );
}

function CameraFact({ stage }: ScreenProps) {
  const t = stage.t.ready;
  const [state, setState] = useState<CameraCheck>("ask");
  async function check(): Promise<void> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" } } });
      for (const track of stream.getTracks()) track.stop();
      setState("on");
    } catch (fault) {
      setState(fault instanceof DOMException && fault.name === "NotAllowedError" ? "denied" : "none");
    }
  }
  return (
    <Fact name={t.camera} tone={state === "on" ? "good" : state === "ask" ? "plain" : "warn"}>
      {state === "ask" ? (
        <button type="button" class="button-link" onClick={() => void check()}>
          {t.cameraAsk}
        </button>
      ) : (
        { on: t.cameraOn, denied: t.cameraDenied, none: t.cameraNone }[state]
      )}
    </Fact>
  );
}

/** The service worker has the page once it serves it. */
function OpensFact({ stage }: ScreenProps) {
  const t = stage.t.ready;
  const workers = "serviceWorker" in navigator ? navigator.serviceWorker : null;
  const [isServed, setServed] = useState((workers?.controller ?? null) !== null);
  useEffect(() => {
    const update = () => setServed((workers?.controller ?? null) !== null);
    update();
    workers?.addEventListener("controllerchange", update);
    return () => workers?.removeEventListener("controllerchange", update);
  }, [workers]);
  return (
    <Fact name={t.opens} tone={isServed ? "good" : "warn"}>
      {isServed ? t.doesOpen : workers === null ? t.cannotOpen : t.opensWaits}
    </Fact>
  );
}

function ClockFact({ stage }: ScreenProps) {
  const t = stage.t.ready;
  const off = stage.session.value?.state.clockOffMs.value ?? null;
  if (off === null) return <Fact {...{ name: t.clock, tone: "plain" }}>{t.clockUnknown}</Fact>;
  const isGood = Math.abs(off) < CLOCK_GOOD_MS;
  return (
    <Fact name={t.clock} tone={isGood ? "good" : "warn"}>
      {isGood ? t.clockGood : t.clockOff(Math.round(Math.abs(off) / 1_000))}
    </Fact>
  );
}

function AloneFact({ stage }: ScreenProps) {
  const t = stage.t.ready;
  const session = stage.session.value;
  if (session === null) return null;
  const [at, left] = [session.state.bundleAt.value, leftOf(session.state.lease.value)];
  if (!session.verifies) return <Fact {...{ name: t.alone, tone: "warn" }}>{t.aloneNoKeys}</Fact>;
  if (at === null) return <Fact {...{ name: t.alone, tone: "plain" }}>{t.aloneWaits}</Fact>;
  const time = clockOf(stage, at);
  return (
    <Fact name={t.alone} tone={left > 0 ? "good" : "warn"}>
      {left > 0 ? t.aloneGood(time, left) : t.aloneNoLease(time)}
    </Fact>
  );
}
