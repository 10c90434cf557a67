// Counts people whom nobody scans (rule D16), one by each press. A press that got no reply is sent again with the same id.

import { useRef, useState } from "preact/hooks";
import { idFrom } from "../../../../domain/ids.ts";
import { backToScan, isAlone, NeedsNetwork, type ScreenProps, Sheet } from "../parts.tsx";

export function CountScreen({ stage }: ScreenProps) {
  const t = stage.t.count;
  const [message, setMessage] = useState<{ readonly text: string; readonly isGood: boolean } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const unanswered = useRef<{ readonly scan_id: string; readonly count: number } | null>(null);

  async function click(count: 1 | -1): Promise<void> {
    const [session, gateId] = [stage.session.value, stage.settings.value.gateId];
    if (session === null || gateId === null) return;
    const again = unanswered.current?.count === count ? unanswered.current.scan_id : null;
    const scan_id = again ?? idFrom("scn", crypto.getRandomValues(new Uint8Array(16)));
    unanswered.current = { scan_id, count };
    setBusy(true);
    const body = { kind: "click" as const, scan_id, gate_id: gateId, count };
    const answer = await session.calls.call("POST /v1/events/{id}/door/counts", { id: session.phone.eventId, body });
    setBusy(false);
    if (answer.kind !== "done") return setMessage({ text: t.failed, isGood: false });
    unanswered.current = null;
    setMessage({ text: t.done(stage.t.scan.inside(answer.body.inside)), isGood: true });
  }

  return (
    <Sheet title={t.title} back={backToScan(stage)}>
      {/* One of the two, so that both buttons stay in sight on the smallest phone. */}
      {!isAlone(stage) && <p class="muted">{t.lead}</p>}
      <NeedsNetwork stage={stage} text={t.needsNetwork} />
      <div class="clicker">
        <button type="button" class="clicker-in" disabled={isBusy} onClick={() => void click(1)}>
          + {t.in}
        </button>
        <button type="button" class="button-quiet clicker-out" disabled={isBusy} onClick={() => void click(-1)}>
          − {t.out}
        </button>
      </div>
      <div role="status">
        {message && <p class={`notice ${message.isGood ? "notice-good" : "notice-bad"}`}>{message.text}</p>}
      </div>
    </Sheet>
  );
}
