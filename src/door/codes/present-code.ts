// Reads and verifies the code that a guest presents, by the door's terms (rules N3, N4, D7). It verifies by keys of every
// status, since the decision says what a key of each status may still do.

import { eventTagOf, type PublicKey, readCode } from "../../domain/door/tickets/code.ts";
import type { Companion, ScanCommand } from "../../domain/door/command.ts";
import type { Source } from "../../domain/door/rows/door-log.ts";
import type { EventTerms } from "../../domain/door/event-terms.ts";
import type { OtherEvent } from "../../domain/door/scan.ts";
import { parseTypedCode } from "../../domain/door/tickets/serial.ts";
import type { EventId, TicketTypeId } from "../../domain/ids.ts";
import { sha256 } from "../../shared/sha256.ts";
import { isSignedBy } from "../../shared/ticket-keys.ts";

/** What a scan presents: a code, or the ticket of a companion. */
type Presented = {
  readonly code: string | Pick<Companion, "serial" | "beside">;
  readonly source: Source;
  readonly ticketTypeId: TicketTypeId | null;
};

/** Never throws, whatever is presented. Of a typed code only the form is checked. */
export async function presentCode(
  { code: text, source, ticketTypeId }: Presented,
  terms: EventTerms,
): Promise<ScanCommand["code"]> {
  const typeNumberOf = () => terms.typeIds.find(({ id }) => id === ticketTypeId)?.number ?? null;
  if (typeof text !== "string") return { kind: "party", ...text, typeNumber: typeNumberOf() };
  const typed = source === "typed" ? parseTypedCode(text) : null;
  if (typed !== null) return { kind: "typed_unchecked", ...typed, typeNumber: typeNumberOf() };
  const read = readCode(text);
  if (!read.ok) return { kind: "unreadable" };
  const { eventTag, keyNumber, serial, typeNumber, generation } = read.value;
  const { keys, other } = keysOf(eventTag, terms);
  const key = keys.find(({ n }) => n === keyNumber);
  const signed = key !== undefined && (await isSignedBy(read.value, key));
  return { kind: "code", key: key?.status ?? "unknown", signed, other, serial, typeNumber, generation };
}

type KeysOf = { readonly keys: readonly PublicKey[]; readonly other: OtherEvent | null };

/** The keys of the event that the code names, if that is this event or one nearby; none for any other. */
function keysOf(eventTag: number, { eventId, keys, nearby }: EventTerms): KeysOf {
  if (tagOf(eventId) === eventTag) return { keys, other: null };
  const found = nearby.find((event) => tagOf(event.eventId) === eventTag);
  if (found === undefined) return { keys: [], other: null };
  const { keys: otherKeys, ...other } = found;
  return { keys: otherKeys, other };
}

function tagOf(id: EventId): number {
  return eventTagOf(id, sha256);
}
