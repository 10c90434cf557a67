// Lists the last 50 scans of this phone, each of which can be taken back (rule D14).

import { showSerial } from "../../../../domain/door/tickets/serial.ts";
import { isPassage } from "../../door/late-verdict.ts";
import type { ScanRow, Undo } from "../../door/rows/rows.ts";
import { toneOf } from "../../door/verdict-display.ts";
import { OpenScans } from "../phone/open-scans.tsx";
import { clockOf, namingOf, typeName } from "../display-names.ts";
import { backToScan, type ScreenProps, Sheet } from "../parts.tsx";
import type { Stage } from "../../stage.ts";

const SHOWN = 50;
/** For how long a device may undo its own scans. */
const UNDO_MS = 10 * 60_000;

export function RecentScreen({ stage }: ScreenProps) {
  const t = stage.t.recent;
  const rows = [...(stage.session.value?.state.rows.value ?? [])].sort((a, b) => b.counter - a.counter).slice(0, SHOWN);
  return (
    <Sheet title={t.title} back={backToScan(stage)}>
      <RefusedScans stage={stage} />
      {rows.length === 0 && <p class="muted">{t.none}</p>}
      <ul class="plain recent">
        {rows.map((row) => (
          <RecentRow key={row.scanId} stage={stage} row={row} />
        ))}
      </ul>
    </Sheet>
  );
}

/** Shows the scans that the door refuses to take, so that somebody looks at them. */
function RefusedScans({ stage }: ScreenProps) {
  const session = stage.session.value;
  const rows = (session?.state.rows.value ?? []).filter(({ upload }) => upload === "refused");
  if (session === null || rows.length === 0) return null;
  const t = stage.t.open;
  return (
    <div class="notice notice-warn stack">
      <p>{t.refused(rows.length)}</p>
      <OpenScans stage={stage} eventId={session.phone.eventId} rows={rows} />
    </div>
  );
}

function RecentRow({ stage, row }: ScreenProps & { readonly row: ScanRow }) {
  const t = stage.t.recent;
  const { shown, undo, serial, at, scanId, isOverride = false } = row;
  const tone = shown === null ? "wait" : toneOf(shown.verdict);
  const text = shown && stage.t.verdict(shown as Parameters<typeof stage.t.verdict>[0], namingOf(stage));
  const now = stage.session.value?.doorTimeAt(performance.now()) ?? at;
  const canUndo = shown !== null && isPassage(shown) && undo === null && !isOverride && now - at < UNDO_MS;
  return (
    <li class={`recent-row ${undo === null || undo.refused !== undefined ? "" : "recent-undone"}`}>
      <span class={`recent-tone recent-${tone}`}>{stage.t.words[tone]}</span>
      <div class="recent-what">
        <p>
          <span class="strong">{serial === null ? t.unreadable : showSerial(serial)}</span>{" "}
          <span class="muted">
            {[clockOf(stage, at), typeName(stage, shown?.ticket_type_id ?? null)].filter(Boolean).join(" · ")}
          </span>
        </p>
        <p class="muted small">{text?.what ?? t.unshown}</p>
        <p class="row">
          {marksOf(stage, row).map((mark) => (
            <span key={mark} class="tag">
              {mark}
            </span>
          ))}
        </p>
      </div>
      {canUndo && (
        <button type="button" class="button-quiet" onClick={() => void stage.session.value?.flow.takeBack(scanId)}>
          {t.undo}
        </button>
      )}
    </li>
  );
}

function marksOf({ t }: Stage, { decided, upload, undo, against, isOverride }: ScanRow): string[] {
  return [
    isOverride ? t.recent.override : "",
    upload === "refused" ? t.recent.notTaken : "",
    decided === "alone" ? t.recent.alone : "",
    upload === "waiting" ? t.recent.notSent : "",
    against !== null && undo === null ? t.recent.against : "",
    undo === null ? "" : undoMark(t.recent, undo),
  ].filter((mark) => mark !== "");
}

function undoMark(t: Stage["t"]["recent"], { sent, refused }: Undo): string {
  if (!sent) return t.undoing;
  return refused === undefined ? t.undone : t.notUndone;
}
