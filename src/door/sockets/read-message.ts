// Parses what a scanner sends over its socket (rule D23).

import { MAX_ADMITS } from "../../domain/door/admission.ts";
import { CODE_SOURCES } from "../../domain/door/rows/door-log.ts";
import { type ScanId, parseId } from "../../domain/ids.ts";
import { MAX_ACKED, MAX_SCANNED } from "../../domain/limits.ts";
import {
  type Check,
  faultFinder,
  id,
  isBoolean,
  isCount,
  isString,
  listOf,
  oneOf,
  optional,
  type Shape,
} from "../../domain/shape.ts";
import type { AckMessage, LeaseMessage, ScanMessage, ScannerMessage } from "../../sockets/door-protocol.ts";

/**
 * `unknown`: a kind of message that this release does not know, which a newer scanner may send. `malformed`: `path` is the
 * first field that is wrong, and `scan_id` is that of the scan, if the message has one.
 */
export type ReadMessage =
  | { readonly kind: "message"; readonly message: ScannerMessage }
  | { readonly kind: "malformed"; readonly fault: { readonly path: string; readonly scan_id?: string } }
  | { readonly kind: "unknown" }
  | { readonly kind: "no_message" };

const isScanId = id<ScanId>((text) => parseId("scn", text));
const isScanned: Check<string> = (value): value is string => isString(value) && value.length <= MAX_SCANNED;
const isLeased: Check<number> = (value): value is number => isCount(value) && value <= MAX_ADMITS;
const areAcked: Check<readonly string[]> = (value): value is readonly string[] =>
  listOf(isScanId)(value) && value.length <= MAX_ACKED;

const FAULTS: { readonly [Type in ScannerMessage["type"]]: (value: unknown) => string | null } = {
  scan: faultFinder({
    scan_id: isScanId,
    code: isScanned,
    direction: oneOf(["in", "out"]),
    source: oneOf(CODE_SOURCES),
    gate_id: isString,
    from_lease: optional(isLeased),
  } satisfies Shape<Omit<ScanMessage, "type">>),
  lease: faultFinder({
    returned: isCount,
    calls: isCount,
    wants: optional(isBoolean),
  } satisfies Shape<Omit<LeaseMessage, "type">>),
  ack: faultFinder({ scan_ids: areAcked } satisfies Shape<Omit<AckMessage, "type">>),
};

export function readMessage(text: string | ArrayBuffer): ReadMessage {
  const message = typeof text === "string" ? parse(text) : null;
  if (typeof message !== "object" || message === null || !("type" in message) || typeof message.type !== "string")
    return { kind: "no_message" };
  if (!isKnown(message.type)) return { kind: "unknown" };
  const path = FAULTS[message.type](message);
  // The cast holds, since each field was checked.
  if (path === null) return { kind: "message", message: message as ScannerMessage };
  const scan = "scan_id" in message && isScanId(message.scan_id) ? { scan_id: message.scan_id } : {};
  return { kind: "malformed", fault: { path, ...scan } };
}

function isKnown(type: string): type is ScannerMessage["type"] {
  return Object.hasOwn(FAULTS, type);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
