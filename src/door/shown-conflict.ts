// The wire format of a conflict, which is the same over HTTP and in an alert (rule D19).

import type { FoundConflict } from "../domain/door/rows/conflicts.ts";
import { showSerial } from "../domain/door/tickets/serial.ts";
import { toIso } from "../domain/time/instant.ts";
import type { ConflictShown } from "../sockets/door-protocol.ts";

export function renderFound(found: FoundConflict): ConflictShown {
  const { id, kind, at, scanId, other, serial, gateId, deviceId, crowd } = found;
  return {
    ...{ id, kind, at: toIso(at), scan_id: scanId, other_scan_id: other },
    ...{ serial: serial === null ? null : showSerial(serial), gate_id: gateId, device_id: deviceId },
    ...{ inside: crowd?.inside ?? null, capacity: crowd?.capacity ?? null },
  };
}
