// Lets in against the last refusal, with a reason (rule D15). What was read is in memory alone (rule N6).

import { useRef } from "preact/hooks";
import { MAX_OVERRIDE_REASON } from "../../../../domain/limits.ts";
import type { ScanRow } from "../../door/rows/rows.ts";
import { letInAgainst } from "../../door/supervising.ts";
import type { Refused } from "../../reading/readings.ts";
import type { Session } from "../../door/session.ts";
import type { ScanShown } from "../../../../sockets/door-protocol.ts";
import { namingOf } from "../display-names.ts";
import { OneFieldForm, type ScreenProps } from "../parts.tsx";
import { troubleIn } from "../gate/verdict-screen.tsx";

type Overruled = { readonly reply: ScanShown | string; readonly row: ScanRow | null };

async function overrule(
  { flow, phone }: Session,
  refused: Refused,
  reason: string,
  begun: ScanRow | null,
): Promise<Overruled> {
  const scanned = { ...refused, direction: "in" as const, isLast: () => true };
  try {
    const ask = (scanId: string) => letInAgainst(phone.eventId, scanId, refused, reason);
    const { row, answer } = await flow.overrule(scanned, ask, begun);
    // Any reply is final for this scan.
    return { reply: answer, row: answer === "no_answer" ? row : null };
  } catch {
    return { reply: "not_kept", row: begun };
  }
}

export function OverrideCard({ stage }: ScreenProps) {
  const t = stage.t.supervisor;
  // A request without a reply is repeated as the same scan.
  const open = useRef<{ readonly refused: Refused; readonly row: ScanRow } | null>(null);
  const refused = stage.readings.value?.lastRefused.value ?? null;
  const session = stage.session.value;
  if (refused === null || session === null)
    return (
      <section class="card stack">
        <h2>{t.override}</h2>
        <p class="muted">{t.nothingRefused}</p>
      </section>
    );
  const text = stage.t.verdict(refused.scan as Parameters<typeof stage.t.verdict>[0], namingOf(stage));
  async function letIn(on: Session, against: Refused, reason: string): Promise<string> {
    if (reason === "") return t.needsReason;
    const begun = open.current?.refused === against ? open.current.row : null;
    const { reply, row } = await overrule(on, against, reason, begun);
    if (typeof reply === "string") {
      open.current = row === null ? null : { refused: against, row };
      return troubleIn(stage, reply).join(". ");
    }
    stage.screen.value = "scan";
    stage.readings.value?.showOverridden(reply);
    return "";
  }
  const field = { id: "reason", label: t.reason, input: { maxLength: MAX_OVERRIDE_REASON, autocomplete: "off" } };
  return (
    <OneFieldForm {...{ field, button: t.letIn, isCard: true }} submit={(reason) => letIn(session, refused, reason)}>
      <h2>{t.override}</h2>
      <p>
        {refused.scan.serial !== null && <span class="strong">{refused.scan.serial}: </span>}
        {text.what}
      </p>
    </OneFieldForm>
  );
}
