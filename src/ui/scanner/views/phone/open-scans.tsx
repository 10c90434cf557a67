// Shows scans that the door does not have as text, to hand over to somebody who looks at them.

import { useState } from "preact/hooks";
import { asRequests, type ScanRow } from "../../door/rows/rows.ts";
import type { ScreenProps } from "../parts.tsx";

export function OpenScans({
  stage,
  eventId,
  rows,
}: ScreenProps & { readonly eventId: string; readonly rows: readonly ScanRow[] }) {
  const t = stage.t.open;
  const [message, setMessage] = useState("");
  const text = asRequests(eventId, rows);
  const id = `open-${eventId}`;
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setMessage(t.copied);
    } catch {
      setMessage(t.notCopied);
    }
  }
  return (
    <details class="stack">
      <summary>{t.handOver}</summary>
      <div class="field">
        <label for={id}>{t.text}</label>
        <small id={`${id}-hint`}>{t.textHint}</small>
        <textarea id={id} class="code" rows={5} readOnly value={text} aria-describedby={`${id}-hint`} />
      </div>
      <div class="row">
        <button type="button" class="button-quiet" onClick={() => void copy()}>
          {t.copy}
        </button>
        <span role="status">{message}</span>
      </div>
    </details>
  );
}
