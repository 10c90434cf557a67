// Doors that reply what a test says, behind a Worker whose statements on D1 are counted, and scans sent to them.

import { env } from "cloudflare:workers";
import { newId } from "../../../src/app/context.ts";
import type { ScanResult } from "../../../src/domain/door/command.ts";
import type { Refusal } from "../../../src/domain/errors.ts";
import { accept, type Result } from "../../../src/domain/result.ts";
import type { ConflictsQuery, ScanRequest, UploadedBatch, UploadRequest } from "../../../src/door/client.ts";
import type { DoorLogQuery } from "../../../src/door/storage/door-store.ts";
import { app } from "../../../src/http/app.ts";
import type { Doors } from "../support/doors.ts";
import { type Asked, requestFor } from "../support/http.ts";
import { listenToD1 } from "../support/storage/platform-counts.ts";

/** When a stub says that it has decided. */
export const AT = Date.parse("2026-12-05T18:00:00.000Z");

export type Stub = {
  /** The reply to each scan; `forged` when left out. */
  answer?: (request: ScanRequest) => Result<ScanResult, Refusal>;
  log?: (query: DoorLogQuery) => unknown;
  /** Of a batch: all are taken when left out. */
  upload?: (request: UploadRequest) => Result<UploadedBatch, Refusal>;
  conflicts?: (asked: ConflictsQuery) => unknown;
  vars?: Partial<Env>;
};

/** A Worker with such doors, the calls that they got, and how many statements D1 got. */
export function openStub() {
  const scans: ScanRequest[] = [];
  const batches: UploadRequest[] = [];
  const counts = { statements: 0 };
  const DB = listenToD1(env.DB, { onStatements: (count) => void (counts.statements += count) });
  const behind = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  function send(method: string, path: string, asked: Asked, stub: Stub = {}) {
    const { answer = forged, upload = takeAll, log, conflicts, vars } = stub;
    const door = {
      scan: (_: string, request: ScanRequest) => {
        scans.push(request);
        return Promise.resolve(answer(request));
      },
      upload: (_: string, request: UploadRequest) => {
        batches.push(request);
        return Promise.resolve(upload(request));
      },
      conflicts: (_: string, asked: ConflictsQuery) => Promise.resolve(conflicts?.(asked)),
      log: (_: string, query: DoorLogQuery) => Promise.resolve(log?.(query)),
    };
    // The one cast: of the namespace the client uses no more.
    const EVENT_DOOR = { getByName: () => door } as unknown as Env["EVENT_DOOR"];
    return Promise.resolve(app.fetch(requestFor(method, path, asked), { ...env, DB, EVENT_DOOR, ...vars }, behind));
  }
  return { scans, batches, counts, send };
}

function forged({ scanId }: ScanRequest): Result<ScanResult, Refusal> {
  return accept({ scanId, at: AT, again: false, verdict: { verdict: "forged" }, serial: 31, ticketTypeId: null });
}

function takeAll({ rows }: UploadRequest): Result<UploadedBatch, Refusal> {
  return accept({ at: AT, rows: rows.map(() => ({ outcome: "taken", conflicts: [] })) });
}

export const scansOf = ({ eventId }: Pick<Doors, "eventId">) => `/v1/events/${eventId}/scans`;

/** The body of a scan at the gate of these doors. */
export const scanAt = ({ gateId: gate_id }: Pick<Doors, "gateId">, more: object = {}) => ({
  ...{ scan_id: newId("scn"), code: "VG1", direction: "in", source: "camera", gate_id },
  ...more,
});
