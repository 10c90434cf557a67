// Makes the phone a scanner by a crew code that is pasted, typed, scanned, or came with the link (rule D22).

import { useEffect, useState } from "preact/hooks";
import { MAX_NAME } from "../../../../domain/limits.ts";
import { pairPhone } from "../../door/pair-phone.ts";
import { crewCodeIn } from "../../reading/crew-code.ts";
import { CameraView } from "../gate/camera-view.tsx";
import { LeftoverCards } from "./leftover-cards.tsx";
import { Field, type ScreenProps, Sheet } from "../parts.tsx";

/** A crew code that a link brought, behind its `#`: it is in no request and no log. */
function codeInLink(): string {
  const code = crewCodeIn(location.hash);
  if (code !== null) history.replaceState(null, "", location.pathname + location.search);
  return code ?? "";
}

type Set = (change: (now: string) => string) => void;

/**
 * Fills in the draft of an earlier request without a reply, so that it is repeated as it was, or the code of a link
 * that is opened meanwhile.
 */
function useDraft({ store }: ScreenProps["stage"], setCode: Set, setName: Set): void {
  useEffect(() => {
    const fill = async () => {
      const draft = await store.get("pairing");
      setCode((now) => now || (draft?.code ?? ""));
      setName((now) => now || (draft?.name ?? ""));
    };
    const follow = () => setCode((now) => codeInLink() || now);
    void fill();
    addEventListener("hashchange", follow);
    // The link may have been opened before the listener was there.
    follow();
    return () => removeEventListener("hashchange", follow);
  }, [store]);
}

export function PairScreen({ stage }: ScreenProps) {
  const t = stage.t.pair;
  const [code, setCode] = useState(codeInLink);
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState({ code: "", name: "", form: "" });
  const [isBusy, setBusy] = useState(false);
  const [hasCamera, setCamera] = useState(false);

  useDraft(stage, setCode, setName);

  async function pair(): Promise<void> {
    const read = crewCodeIn(code);
    const errors = { code: read === null ? t.wrongCode : "", name: name.trim() === "" ? t.noName : "", form: "" };
    setWrong(errors);
    if (read === null || errors.name !== "") return document.getElementById(read === null ? "code" : "name")?.focus();
    setBusy(true);
    const paired = await pairPhone(stage.store, read, name.trim());
    setBusy(false);
    if (paired.kind === "paired") return stage.open(paired.phone);
    const { refused } = t;
    const why = paired.kind === "none" ? t.none : (refused[paired.reason ?? paired.code] ?? refused["other"] ?? "");
    setWrong({ code: "", name: "", form: why });
  }

  function takeScanned(text: string): void {
    const read = crewCodeIn(text);
    if (read === null) return;
    setCode(read);
    setCamera(false);
    document.getElementById("name")?.focus();
  }

  return (
    <Sheet title={t.title}>
      <p class="muted">{t.lead}</p>
      <LeftoverCards stage={stage} />
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void pair();
        }}
      >
        <Field
          {...{ id: "code", label: t.code, hint: t.codeHint, error: wrong.code, value: code, onInput: setCode }}
          input={{ autocomplete: "off", autocapitalize: "none", spellcheck: false, class: "code" }}
        />
        {hasCamera && <CameraView stage={stage} onCode={takeScanned} />}
        <button type="button" class="button-quiet" onClick={() => setCamera(!hasCamera)}>
          {hasCamera ? t.stopCamera : t.byCamera}
        </button>
        <Field
          {...{ id: "name", label: t.name, hint: t.nameHint, error: wrong.name, value: name, onInput: setName }}
          input={{ autocomplete: "off", maxLength: MAX_NAME }}
        />
        <div role="alert">{wrong.form !== "" && <p class="notice notice-bad">{wrong.form}</p>}</div>
        <button class="button-wide" disabled={isBusy}>
          {t.act}
        </button>
      </form>
    </Sheet>
  );
}
