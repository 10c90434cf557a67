// How the phone stands to its door, in words (rule W6), and what the door has not been told.

import type { LinkStatus } from "../door/link.ts";
import { clockOf } from "./named.ts";
import type { Seen } from "./parts.tsx";
import type { Stage } from "../stage.ts";

function wordsOf(stage: Stage, status: LinkStatus): string {
  const t = stage.t.link;
  if (status.kind === "live") return t.live;
  if (status.kind === "behind") return t.behind(status.seconds);
  const at = status.since === null ? null : (stage.session.value?.doorTimeAt(status.since) ?? null);
  return t.alone(at === null ? null : clockOf(stage, at));
}

export function LinkLine({ stage }: Seen) {
  const state = stage.session.value?.state;
  if (state === undefined) return null;
  const [status, unsent] = [state.link.value, state.unsent.value];
  const refused = state.rows.value.filter(({ upload }) => upload === "refused").length;
  return (
    <p class={`link link-${status.kind}`} data-link={status.kind}>
      <span class="link-dot" aria-hidden="true" />
      <span>{wordsOf(stage, status)}</span>
      {unsent > 0 && <span class="link-unsent">{stage.t.link.unsent(unsent)}</span>}
      {refused > 0 && <span class="link-unsent">{stage.t.link.refused(refused)}</span>}
    </p>
  );
}
