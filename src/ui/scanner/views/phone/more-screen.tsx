// Shows the settings of the phone, behind its PIN where one is set (rule W9), and unpairs it.

import { useEffect, useState } from "preact/hooks";
import { LOCALES } from "../../../../domain/orders/contact.ts";
import { chooseLocale } from "../../phone/locale.ts";
import { isPin, makePin, PIN } from "../../phone/pin.ts";
import type { Stage } from "../../stage.ts";
import { gateName } from "./gate-screen.tsx";
import { LeftoverCards } from "./leftover-cards.tsx";
import { backToScan, OneFieldForm, type ScreenProps, Sheet } from "../parts.tsx";

const LANGUAGES = { en: "English", af: "Afrikaans" } as const;

export function MoreScreen({ stage }: ScreenProps) {
  const t = stage.t.more;
  const { settings, isUnlocked, session, screen } = stage;
  if (settings.value.pin !== null && !isUnlocked.value) return <Locked stage={stage} />;
  const { sound, vibration, camera, direction } = settings.value;
  return (
    <Sheet title={t.title} back={backToScan(stage)}>
      <p class="muted">{t.phone(session.value?.phone.name ?? "")}</p>
      <section class="card stack">
        <div class="row row-apart">
          <span>
            {t.gate}: <span class="strong">{gateName(stage)}</span>
          </span>
          {session.value?.phone.gateId === null && (
            <button type="button" class="button-quiet" onClick={() => void (screen.value = "gate")}>
              {stage.t.gate.title}
            </button>
          )}
        </div>
        <div class="field">
          <label for="direction">{t.direction}</label>
          <select
            id="direction"
            value={direction}
            onChange={({ currentTarget }) =>
              void stage.change({ direction: currentTarget.value === "out" ? "out" : "in" })
            }
          >
            <option value="in">{stage.t.scan.in}</option>
            <option value="out">{stage.t.scan.out}</option>
          </select>
        </div>
        <Switch label={t.useCamera} isOn={camera} onSet={(isOn) => void stage.change({ camera: isOn })} />
        <CameraChoice stage={stage} />
        <Switch label={t.sound} isOn={sound} onSet={(isOn) => void stage.change({ sound: isOn })} />
        <Switch label={t.vibration} isOn={vibration} onSet={(isOn) => void stage.change({ vibration: isOn })} />
        <div class="row row-apart">
          <span>{t.language}</span>
          <span class="row">
            {LOCALES.map((locale) => (
              <button
                key={locale}
                type="button"
                class="button-link language"
                lang={locale}
                aria-pressed={locale === stage.locale}
                onClick={() => chooseLocale(locale)}
              >
                {LANGUAGES[locale]}
              </button>
            ))}
          </span>
        </div>
      </section>
      <PinCard stage={stage} />
      <LeftoverCards stage={stage} />
      <div class="stack">
        <button type="button" class="button-quiet" onClick={() => void (screen.value = "supervisor")}>
          {t.supervisor}
        </button>
        <button type="button" class="button-quiet" onClick={() => void (screen.value = "ready")}>
          {t.ready}
        </button>
        <Unpair stage={stage} />
      </div>
    </Sheet>
  );
}

function Switch(props: { readonly label: string; readonly isOn: boolean; readonly onSet: (isOn: boolean) => void }) {
  return (
    <label class="row">
      <input
        type="checkbox"
        checked={props.isOn}
        onChange={({ currentTarget }) => props.onSet(currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}

/** Lists the cameras that the browser names, once the camera was allowed. */
function CameraChoice({ stage }: ScreenProps) {
  const [cameras, setCameras] = useState<readonly MediaDeviceInfo[] | null>(null);
  useEffect(() => {
    const load = async () => {
      const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
      setCameras(all.filter(({ kind, label }) => kind === "videoinput" && label !== ""));
    };
    void load();
  }, []);
  if (cameras === null || cameras.length < 2) return null;
  return (
    <div class="field">
      <label for="camera">{stage.t.more.camera}</label>
      <select
        id="camera"
        value={stage.settings.value.cameraId ?? ""}
        onChange={({ currentTarget }) => void stage.change({ cameraId: currentTarget.value || null })}
      >
        <option value="">—</option>
        {cameras.map(({ deviceId, label }) => (
          <option key={deviceId} value={deviceId}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

const PIN_INPUT = { type: "password", inputMode: "numeric", maxLength: 4, autocomplete: "off" };

function Locked({ stage }: ScreenProps) {
  const t = stage.t.more;
  async function unlock(digits: string): Promise<string> {
    const { pin } = stage.settings.value;
    if (pin !== null && !(await isPin(digits, pin))) return t.wrongPin;
    stage.isUnlocked.value = true;
    return "";
  }
  return (
    <Sheet title={t.locked} back={backToScan(stage)} isForField>
      <OneFieldForm field={{ id: "pin", label: t.pin, input: PIN_INPUT }} button={t.unlock} submit={unlock} />
    </Sheet>
  );
}

function PinCard({ stage }: ScreenProps) {
  const t = stage.t.more;
  async function save(digits: string): Promise<string> {
    if (!PIN.test(digits)) return t.pinForm;
    stage.isUnlocked.value = true;
    await stage.change({ pin: await makePin(digits) });
    return "";
  }
  if (stage.settings.value.pin !== null)
    return (
      <section class="card stack">
        <p>{t.pinSet}</p>
        <button type="button" class="button-quiet" onClick={() => void stage.change({ pin: null })}>
          {t.removePin}
        </button>
      </section>
    );
  const field = { id: "new-pin", label: t.newPin, input: PIN_INPUT };
  return (
    <OneFieldForm field={field} button={t.savePin} submit={save} isCard isQuiet>
      <p class="strong">{t.setPin}</p>
    </OneFieldForm>
  );
}

/** Unpairs the phone once nothing is unsent (rule W6). */
function Unpair({ stage }: ScreenProps) {
  const t = stage.t.more;
  const [step, setStep] = useState<"no" | "asked" | "busy">("no");
  const unsent = stage.session.value?.state.unsent.value ?? 0;
  if (unsent > 0) return <p class="notice notice-warn">{t.unpairBlocked(stage.t.link.unsent(unsent))}</p>;
  if (step === "no")
    return (
      <button type="button" class="button-quiet" onClick={() => setStep("asked")}>
        {t.unpair}
      </button>
    );
  return (
    <div class="notice notice-warn stack">
      <p>{t.unpairLead}</p>
      <div class="row">
        <button
          type="button"
          class="button-danger"
          disabled={step === "busy"}
          onClick={() => void leave(stage, setStep)}
        >
          {t.unpairSure}
        </button>
        <button type="button" class="button-quiet" onClick={() => setStep("no")}>
          {t.cancel}
        </button>
      </div>
    </div>
  );
}

async function leave(stage: Stage, setStep: (step: "no" | "busy") => void): Promise<void> {
  setStep("busy");
  if (!(await stage.unpair())) setStep("no");
}
