// Says how somebody with the keys of an event would read a presented code (rules N4, N5, D6), from how the code was
// made, without verifying it.

import type { EventTerms } from "../../../../src/domain/door/event-terms.ts";
import type { PresentedCode } from "../../../../src/domain/door/scan.ts";
import { KEY_NUMBER, type ShownCode } from "../../platform/stand-ins/ticket-signer.ts";

export function presentedAs(
  { kind, eventId, serial, typeNumber, generation }: ShownCode,
  terms: Pick<EventTerms, "eventId" | "keys" | "nearby">,
): PresentedCode {
  if (kind === "garbage") return { kind: "unreadable" };
  const nearby = terms.nearby.find((event) => event.eventId === eventId);
  const keys = eventId === terms.eventId ? terms.keys : (nearby?.keys ?? []);
  const key = kind === "unknown_key" ? undefined : keys.find(({ n }) => n === KEY_NUMBER);
  const other = nearby && eventId !== terms.eventId ? { eventId, name: nearby.name, startsAt: nearby.startsAt } : null;
  const signed = key !== undefined && kind === "good";
  return { kind: "code", key: key?.status ?? "unknown", signed, other, serial, typeNumber, generation };
}
