// Shows the screen of an evening: the gate, whether the door answers, and what the camera sees.

import { useEffect, useRef, useState } from "preact/hooks";
import { listenForReader } from "../../reading/hardware-reader.ts";
import { stayAwake } from "../../phone/platform.ts";
import { wakeSound } from "../../phone/signals.ts";
import type { Screen } from "../../stage.ts";
import { CameraView } from "./camera-view.tsx";
import { gateName } from "../phone/gate-screen.tsx";
import { LinkLine } from "./link-line.tsx";
import { clockOf, namingOf } from "../display-names.ts";
import type { ScreenProps } from "../parts.tsx";
import { PartyButtons } from "./party-buttons.tsx";

export function ScanScreen({ stage }: ScreenProps) {
  const { settings, session } = stage;
  const [cameras, setCameras] = useState(0);
  useEffect(() => {
    const wake = () => void (!document.hidden && stayAwake());
    wake();
    document.addEventListener("visibilitychange", wake);
    const hear = () => void wakeSound();
    addEventListener("pointerdown", hear);
    return () => {
      document.removeEventListener("visibilitychange", wake);
      removeEventListener("pointerdown", hear);
    };
  }, []);
  const state = session.value?.state;
  const isClosed = settings.value.gateId !== null && state?.gates.value.get(settings.value.gateId) === "closed";
  return (
    <main class="scan" id="main" data-cameras={cameras}>
      <h1 class="unseen">{stage.names.value.event}</h1>
      <header class="scan-head">
        <div class="scan-where">
          <span class="strong">{gateName(stage)}</span>
          {isClosed && <span class="tag tag-warn">{stage.t.scan.gateClosed}</span>}
        </div>
        <LinkLine stage={stage} />
        <DirectionButton stage={stage} />
      </header>
      {state?.notice.value?.text && (
        <p class="scan-notice">
          <span class="strong">{stage.t.scan.notice}:</span> {state.notice.value.text}
        </p>
      )}
      <div class="scan-middle">
        {settings.value.camera ? (
          <CameraView
            stage={stage}
            onCode={(text) => stage.readings.value?.read(text, "camera")}
            onCameras={(all) => setCameras(all.length)}
          />
        ) : (
          <ReaderLamp stage={stage} />
        )}
      </div>
      <Earlier stage={stage} />
      <PartyButtons stage={stage} />
      <CountsLine stage={stage} />
      <Menu stage={stage} />
    </main>
  );
}

/** Takes codes of hardware readers on every screen of a paired phone. What is typed by hand stays in its field. */
export function useReader({ session, readings, screen }: ScreenProps["stage"]): void {
  const isPaired = session.value !== null;
  useEffect(() => {
    if (!isPaired) return undefined;
    return listenForReader((text) => {
      if (screen.value === "gate" || screen.value === "ready") return;
      readings.value?.read(text, "reader");
    });
  }, [isPaired]);
}

/** A reader is a keyboard, so it reaches this page only while the page has the focus; the lamp shows that. */
function ReaderLamp({ stage }: ScreenProps) {
  const t = stage.t.scan;
  const [isHeard, setHeard] = useState(document.hasFocus());
  useEffect(() => {
    const update = () => setHeard(document.hasFocus());
    for (const name of ["focus", "blur", "pointerup"]) addEventListener(name, update);
    return () => {
      for (const name of ["focus", "blur", "pointerup"]) removeEventListener(name, update);
    };
  }, []);
  return (
    <div class={`lamp ${isHeard ? "lamp-on" : ""}`}>
      <span class="lamp-light" aria-hidden="true" />
      <p class="strong">{isHeard ? t.readerReady : t.readerNot}</p>
      <button type="button" class="button-quiet" onClick={() => void stage.change({ camera: true })}>
        {t.useCamera}
      </button>
    </div>
  );
}

const HOLD_MS = 700;

/**
 * Has to be held, so that a brush of a thumb changes nothing (rule W9). The settings have the same switch for people
 * who cannot hold it.
 */
function DirectionButton({ stage }: ScreenProps) {
  const t = stage.t.scan;
  const holding = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const { direction, pin } = stage.settings.value;
  const word = t[direction];
  const end = () => clearTimeout(holding.current);
  const begin = () => {
    end();
    if (pin !== null && !stage.isUnlocked.value) return void (stage.screen.value = "more");
    holding.current = setTimeout(() => void stage.change({ direction: direction === "in" ? "out" : "in" }), HOLD_MS);
  };
  const isHold = ({ key, repeat }: KeyboardEvent) => (key === "Enter" || key === " ") && !repeat;
  return (
    <button
      type="button"
      class={`direction direction-${direction}`}
      aria-label={t.direction(word)}
      title={t.hold}
      onPointerDown={begin}
      onPointerUp={end}
      onPointerLeave={end}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => isHold(event) && begin()}
      onKeyUp={end}
    >
      {word}
    </button>
  );
}

/** A verdict that arrived after the next code was read. */
function Earlier({ stage }: ScreenProps) {
  const row = stage.session.value?.state.earlier.value ?? null;
  if (row?.shown === undefined || row.shown === null) return null;
  const text = stage.t.verdict(row.shown as Parameters<typeof stage.t.verdict>[0], namingOf(stage));
  return <p class="scan-earlier">{stage.t.earlier(text.title, text.what)}</p>;
}

function CountsLine({ stage }: ScreenProps) {
  const state = stage.session.value?.state;
  const counts = state?.counts.value ?? null;
  if (state === undefined || counts === null) return <p class="scan-counts muted">&nbsp;</p>;
  const here = counts.gates.get(stage.settings.value.gateId ?? "")?.entries ?? 0;
  const isOld = state.link.value.kind !== "live";
  const parts = [stage.t.scan.inside(counts.inside), stage.t.scan.here(here)];
  if (isOld && state.bundleAt.value !== null) parts.push(stage.t.scan.asOf(clockOf(stage, state.bundleAt.value)));
  return <p class={`scan-counts ${isOld ? "muted" : ""}`}>{parts.join(" · ")}</p>;
}

const MENU: readonly (readonly [Screen, "recent" | "type" | "count" | "more"])[] = [
  ["recent", "recent"],
  ["type", "type"],
  ["count", "count"],
  ["more", "more"],
];

function Menu({ stage }: ScreenProps) {
  return (
    <nav class="scan-menu">
      {MENU.map(([screen, name]) => (
        <button key={screen} type="button" class="button-quiet" onClick={() => void (stage.screen.value = screen)}>
          {stage.t.scan[name]}
        </button>
      ))}
    </nav>
  );
}
