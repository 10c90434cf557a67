// Makes a supervisor's requests at this phone, with their own session and not the device's token (rules D15, D16, D21).
// Never throws.

import type { Operations } from "../../../client/client.ts";
import { idFrom } from "../../../domain/ids.ts";
import type { Direction } from "../../../domain/door/scan.ts";
import type { ScanShown } from "../../../sockets/door-protocol.ts";
import { type Called, isForLater, readList } from "./link/call.ts";
import { openCalls } from "./link/door-calls.ts";
import { byName } from "./copy/read-names.ts";
import type { CodeSource } from "./rows/rows.ts";

export type Conflict = Operations["GET /v1/events/{id}/door/conflicts"]["answer"]["data"][number];
export type OnDuty = Operations["GET /v1/events/{id}/desk"]["answer"]["devices"][number] & {
  readonly name: string | null;
};
export type Gate = Operations["GET /v1/venues/{id}/gates"]["answer"]["data"][number];

/** `nobody`: nobody is signed in here. `none`: there was no reply. */
export type Supervisor =
  | { readonly kind: "nobody" | "none" | "forbidden" }
  | { readonly kind: "supervisor"; readonly managesGates: boolean };

/** Null when it was done; else the code of the refusal, or `no_answer`. */
export type Done = string | null;

export type Overridden = { readonly text: string; readonly source: CodeSource; readonly gateId: string };

const { call } = openCalls(null);
/** Lists the newest unseen conflicts; older ones follow once these are marked as seen. */
const CONFLICTS = { limit: 100, seen: "false" } as const;

export async function whoSupervises(): Promise<Supervisor> {
  const me = await call("GET /v1/me", {});
  if (me.kind === "none") return { kind: "none" };
  if (me.kind === "refused") return { kind: me.problem.status === 401 ? "nobody" : "forbidden" };
  const { permissions } = me.body;
  if (!permissions.includes("manage_ticketing_and_pricing")) return { kind: "forbidden" };
  return { kind: "supervisor", managesGates: permissions.includes("manage_events_and_venues") };
}

/** Lets a guest in against the verdict (rule D15). Resolves to the new verdict, or to the code of why there is none. */
export async function letInAgainst(
  eventId: string,
  scanId: string,
  { text, source, gateId }: Overridden,
  reason: string,
): Promise<ScanShown | string> {
  const direction: Direction = "in";
  const body = { scan_id: scanId, code: text, direction, source, gate_id: gateId, override: { reason } };
  const answer = await call("POST /v1/events/{id}/scans", { id: eventId, body });
  if (answer.kind === "none") return "no_answer";
  if (answer.kind === "refused") return isForLater(answer) ? "no_answer" : answer.problem.code;
  // The cast: the HTTP response is what the socket sends, in lists that nobody here changes.
  return "uploads" in answer.body ? "no_answer" : (answer.body as ScanShown);
}

/**
 * The devices on duty, newest first; null when they could not be read. `name` is null unless it is a phone of the crew.
 */
export async function readOnDuty(eventId: string): Promise<readonly OnDuty[] | null> {
  const [desk, phones] = await Promise.all([
    call("GET /v1/events/{id}/desk", { id: eventId }),
    readList(call, "GET /v1/devices", { query: { event_id: eventId } }),
  ]);
  if (desk.kind !== "done") return null;
  const names = new Map(phones?.map(({ id, name }) => [id, name]));
  return desk.body.devices.map((device) => ({ ...device, name: names.get(device.id) ?? null }));
}

export async function readConflicts(eventId: string): Promise<readonly Conflict[] | null> {
  const answer = await call("GET /v1/events/{id}/door/conflicts", { id: eventId, query: CONFLICTS });
  return answer.kind === "done" ? answer.body.data : null;
}

export async function markSeen(eventId: string, conflictId: string): Promise<Done> {
  const ask = { id: eventId, conflict_id: conflictId };
  return codeOf(await call("POST /v1/events/{id}/door/conflicts/{conflict_id}/seen", ask));
}

/** Sets the notice; a null `text` removes it. */
export async function setNotice(eventId: string, text: string | null): Promise<Done> {
  return codeOf(await call("PUT /v1/events/{id}/desk/notice", { id: eventId, body: { text } }));
}

export async function readGates(venueId: string): Promise<readonly Gate[] | null> {
  const gates = await readList(call, "GET /v1/venues/{id}/gates", { id: venueId });
  return gates && byName(gates);
}

export async function setGate({ id, version }: Gate, status: Gate["status"]): Promise<Done> {
  return codeOf(await call("PATCH /v1/gates/{id}", { id, ifMatch: `"${version}"`, body: { status } }));
}

type Correction = Extract<Operations["POST /v1/events/{id}/door/counts"]["ask"]["body"], { readonly reason: string }>;
type Unnumbered = Correction extends infer C ? (C extends Correction ? Omit<C, "scan_id"> : never) : never;

/** Sets how many persons are inside, or that the place is empty. A repeat with the same `scanId` changes nothing. */
export async function correct(eventId: string, scanId: string, correction: Unnumbered): Promise<Done> {
  // The cast: with its `scan_id` the body is one of the two kinds of correction.
  const body = { ...correction, scan_id: scanId } as Correction;
  return codeOf(await call("POST /v1/events/{id}/door/counts", { id: eventId, body }));
}

export function newScanId(): string {
  return idFrom("scn", crypto.getRandomValues(new Uint8Array(16)));
}

function codeOf<R extends keyof Operations>(answer: Called<R>): Done {
  if (answer.kind === "done") return null;
  return answer.kind === "none" ? "no_answer" : answer.problem.code;
}
