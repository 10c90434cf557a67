// Shows the scans that this phone has kept of events that it has left: how many, of which event, and what to do with them.

import { useState } from "preact/hooks";
import type { Leftover } from "../../door/rows/leftover.ts";
import { OpenScans } from "./open-scans.tsx";
import type { ScreenProps } from "../parts.tsx";

export function LeftoverCards({ stage }: ScreenProps) {
  return (
    <>
      {stage.leftover.all.value.map((left) => (
        <LeftoverCard key={left.eventId} stage={stage} left={left} />
      ))}
    </>
  );
}

function LeftoverCard({ stage, left }: ScreenProps & { readonly left: Leftover }) {
  const t = stage.t.open;
  const [isAsked, setAsked] = useState(false);
  return (
    <section class="notice notice-warn stack">
      <p>{t.left(left.rows.length, left.event || left.eventId)}</p>
      <OpenScans stage={stage} eventId={left.eventId} rows={left.rows} />
      {isAsked ? (
        <div class="row">
          <button type="button" class="button-danger" onClick={() => void stage.leftover.forget(left)}>
            {t.forgetSure}
          </button>
          <button type="button" class="button-quiet" onClick={() => setAsked(false)}>
            {stage.t.more.cancel}
          </button>
        </div>
      ) : (
        <button type="button" class="button-quiet" onClick={() => setAsked(true)}>
          {t.forget}
        </button>
      )}
    </section>
  );
}
