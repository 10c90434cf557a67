// Shows whether the door answers, in words (rule W6), and how many scans it does not have.

import type { LinkStatus } from "../../door/link/link.ts";
import { clockOf } from "../display-names.ts";
import type { ScreenProps } from "../parts.tsx";
import type { Stage } from "../../stage.ts";

function wordsOf(stage: Stage, status: LinkStatus): string {
  const t = stage.t.link;
  if (status.kind === "live") return t.live;
  if (status.kind === "behind") return t.behind(status.seconds);
  const session = stage.session.value;
  const at = status.since === null ? null : (session?.doorTimeAt(status.since) ?? null);
  const since = at === null ? null : clockOf(stage, at);
  return session?.verifies === false ? t.offline(since) : t.alone(since);
}

export function LinkLine({ stage }: ScreenProps) {
  const session = stage.session.value;
  if (session === null) return null;
  const { state, verifies } = session;
  const [status, unsent] = [state.link.value, state.unsent.value];
  const refused = state.rows.value.filter(({ upload }) => upload === "refused").length;
  return (
    <p class={`link link-${status.kind}`} data-link={status.kind}>
      <span class="link-words">
        <span class="link-dot" aria-hidden="true" />
        <span>{wordsOf(stage, status)}</span>
      </span>
      {!verifies && status.kind !== "alone" && <span class="link-unsent">{stage.t.link.onlineOnly}</span>}
      {unsent > 0 && <span class="link-unsent">{stage.t.link.unsent(unsent)}</span>}
      {refused > 0 && <span class="link-unsent">{stage.t.link.refused(refused)}</span>}
    </p>
  );
}
