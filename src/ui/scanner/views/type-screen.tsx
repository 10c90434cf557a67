// Types the short code under a QR that cannot be read (rule N3); the door checks it.

import { useState } from "preact/hooks";
import { parseTypedCode } from "../../../domain/door/serial.ts";
import { backToScan, Field, type Seen, Sheet } from "./parts.tsx";

export function TypeScreen({ stage }: Seen) {
  const t = stage.t.type;
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState("");
  const check = () => {
    if (parseTypedCode(code) === null) return setWrong(t.wrong);
    stage.screen.value = "scan";
    stage.readings.value?.read(code.trim(), "typed");
  };
  return (
    <Sheet title={t.title} back={backToScan(stage)}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          check();
        }}
      >
        <Field
          {...{ id: "typed", label: t.label, hint: t.hint, error: wrong, value: code, onInput: setCode }}
          input={{ autocomplete: "off", autocapitalize: "characters", spellcheck: false, class: "code" }}
        />
        <button class="button-wide">{t.act}</button>
      </form>
    </Sheet>
  );
}
