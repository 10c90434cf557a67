// Builds rows as a scanner stores them.

import { NEW_TICKET } from "../../../../src/domain/door/tickets/ticket-state.ts";
import { idFrom, type ScanId } from "../../../../src/domain/ids.ts";
import { toIso } from "../../../../src/domain/time/instant.ts";
import type { ScanShown } from "../../../../src/sockets/door-protocol.ts";
import type { ScanRow } from "../../../../src/ui/scanner/door/rows/rows.ts";
import { sha256Bytes } from "../../builders.ts";
import { NORTH, NOW } from "../cases.ts";

export const scanIdOf = (name: string): ScanId => idFrom("scn", sha256Bytes(name));

export const SHOWN: ScanShown = {
  ...{ scan_id: "", verdict: "admitted", let_in: true, again: false, at: toIso(NOW), serial: null },
  ticket_type_id: null,
};

/** Let in alone, and not sent. */
export const scannerRow = (counter: number, part: Partial<ScanRow> = {}): ScanRow => ({
  ...{ scanId: scanIdOf(`row ${counter}`), counter, serial: counter, typeNumber: 1, generation: 1, direction: "in" },
  ...{
    source: "camera",
    gateId: NORTH,
    at: NOW,
    clockUnsure: false,
    fromLease: 1,
    isInLease: true,
    lastAnswered: null,
  },
  ...{ decided: "alone", shown: SHOWN, against: null, upload: "waiting", undo: null },
  passed: { before: NEW_TICKET, after: { ...NEW_TICKET, inside: 1 } },
  ...part,
});
