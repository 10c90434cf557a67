// Reads a ticket type's admission (rule D8): for audit rows, and to check it against the event's times and gates.

import { type Bound, doorsOf, findUnknownGate } from "../../db/ticket-types/admission-rules.ts";
import type { Db } from "../../db/client.ts";
import type { Event } from "../../db/events/events.ts";
import { type Admission, admissionFrom, closedWindows } from "../../domain/door/admission.ts";
import type { FieldError, Refusal } from "../../domain/errors.ts";
import type { EventId } from "../../domain/ids.ts";

/** The stored rules in the form that a client sends, for an audit row. */
export function auditedAdmission(text: string | null): Admission | null {
  return text === null ? null : admissionFrom(text);
}

type Doors = Pick<Event, "doors_open" | "start_time" | "end_time">;

/** A fault for each window that is never open during the event, at the window's path in the body. */
export function admissionFaults(text: string | null, event: Doors): FieldError[] {
  const faults = closedWindows(admissionFrom(text).windows, doorsOf(event));
  return faults.map(({ path, message }) => ({ path: `/admission/${path.replaceAll(".", "/")}`, message }));
}

/** Refuses the first gate that is not one of the event's venue; null when there is none. */
export async function refuseUnknownGate(db: Db, eventId: EventId, text: string | null): Promise<Refusal | null> {
  const index = await findUnknownGate(db, eventId, admissionFrom(text).gates);
  return index === null ? null : { code: "unknown_reference", path: `/admission/gates/${index}` };
}

/** The faults of an event's new times that would leave a window of this type without any time in which it is open. */
export function findClosedWindows({ id, admission }: Bound, next: Doors, sent: Partial<Doors>): FieldError[] {
  const message = `The ticket type ${id} would not admit in one of its windows: change its admission first, or set its windows to null`;
  const opening = sent.doors_open === undefined ? "/start_time" : "/doors_open";
  const ends = closedWindows(admission.windows, doorsOf(next)).map(({ path }) => path.endsWith("from"));
  return [...new Set(ends)].map((isEnd) => ({ path: isEnd ? "/end_time" : opening, message }));
}
