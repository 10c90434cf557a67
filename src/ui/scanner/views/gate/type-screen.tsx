// Types the short code under a QR that cannot be read (rule N3); the door checks it.

import { parseTypedCode } from "../../../../domain/door/tickets/serial.ts";
import { backToScan, NeedsNetwork, OneFieldForm, type ScreenProps, Sheet } from "../parts.tsx";

const INPUT = { autocomplete: "off", autocapitalize: "characters", spellcheck: false, class: "code" };

export function TypeScreen({ stage }: ScreenProps) {
  const t = stage.t.type;
  function check(code: string): string {
    if (parseTypedCode(code) === null) return t.wrong;
    stage.screen.value = "scan";
    stage.readings.value?.read(code, "typed");
    return "";
  }
  return (
    <Sheet title={t.title} back={backToScan(stage)} isForField>
      <NeedsNetwork stage={stage} text={t.needsNetwork} />
      <OneFieldForm field={{ id: "typed", label: t.label, hint: t.hint, input: INPUT }} button={t.act} submit={check} />
    </Sheet>
  );
}
