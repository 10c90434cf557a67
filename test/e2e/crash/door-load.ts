// Runs scanners at an even pace over HTTP and sockets, in and out, with uploads of what they decided alone, and keeps a
// journal of requests and responses.

import { setTimeout as wait } from "node:timers/promises";
import { newId } from "../../../src/cli/rows/credentials.ts";
import type { Direction } from "../../../src/domain/door/scan.ts";
import { showSerial } from "../../../src/domain/door/tickets/serial.ts";
import { must } from "../../../src/domain/result.ts";
import type { ScanShown } from "../../../src/sockets/door-protocol.ts";
import type { Client } from "../../support/server/client.ts";
import type { Evening, Scanner } from "../../support/server/catalogue/door-show.ts";
import type { Random } from "../../support/random.ts";
import type { ScannerLine } from "../../support/server/sockets/scanner-line.ts";

/** A ticket of the evening's `type`-th type. */
export type Ticket = { readonly serial: number; readonly type: number };
/** `answer`: the first reply; null while there is none. */
export type ScanNote = {
  readonly by: Scanner;
  readonly ticket: Ticket;
  readonly direction: Direction;
  readonly scan_id: string;
  readonly code: string;
  answer: ScanShown | null;
};
export type UploadRow = ReturnType<typeof uploadOf>;
export type UploadNote = {
  readonly by: Scanner;
  readonly ticket: Ticket;
  readonly row: UploadRow;
  outcome: string | null;
};
export type DoorJournal = {
  readonly scans: ScanNote[];
  readonly uploads: UploadNote[];
  /** Unexpected responses: no verdict, and not shed by a stalled machine (rule X2). */
  readonly strange: string[];
};

export type DoorLoad = {
  readonly evening: Evening;
  readonly random: Random;
  /** A scanner each, which reaches the door its own way. */
  readonly lanes: readonly { readonly by: Scanner; readonly line: ScannerLine }[];
  /** Uploads, and scans nothing. */
  readonly alone: Scanner;
  readonly client: Client;
  /** All lanes together. */
  readonly perSecond: number;
  /** Of the evening so far: no ticket is in two rounds. */
  readonly newTicket: (type: number) => Ticket;
};

export const ONCE = 0;
export const REENTRY = 1;
/** The uploader's own counter goes on from round to round. */
const counters = new Map<string, number>();
const UPLOAD_EVERY_MS = 300;
const MAX_UPLOADED = 8;
/** What is uploaded happened at most so long ago. */
const LATE_MS = 60_000;

/** Runs until every connection is broken. Requests under way then remain in the journal without a response. */
export async function scanUntilItBreaks(load: DoorLoad, journal: DoorJournal): Promise<void> {
  const contested = contestedTickets(load);
  const scanning = load.lanes.map((_, lane) => scanLane(load, journal, contested, lane));
  await Promise.all([...scanning, uploadLane(load, journal, contested)]);
}

/** Tickets that every lane scans, each once and all at about the same time: of who are let in once. */
function contestedTickets({ newTicket }: DoorLoad): (n: number) => Ticket {
  const tickets: Ticket[] = [];
  return (n) => (tickets[n] ??= newTicket(ONCE));
}

async function scanLane(
  { evening, random, lanes, perSecond, newTicket }: DoorLoad,
  journal: DoorJournal,
  contested: (n: number) => Ticket,
  lane: number,
): Promise<void> {
  const { by, line } = must(lanes[lane], "there is such a lane");
  const everyMs = (1_000 * lanes.length) / perSecond;
  const inside: Ticket[] = [];
  const outside: Ticket[] = [];
  let met = 0;

  function choose(): { readonly ticket: Ticket; readonly direction: Direction } {
    const dice = random();
    const leaves = dice < 0.25 ? inside.pop() : undefined;
    if (leaves) return { ticket: leaves, direction: "out" };
    const returns = dice < 0.35 ? outside.pop() : undefined;
    if (returns) return { ticket: returns, direction: "in" };
    return { ticket: dice < 0.6 ? contested(met++) : newTicket(dice < 0.8 ? ONCE : REENTRY), direction: "in" };
  }

  const begun = performance.now() + (everyMs * lane) / lanes.length;
  for (let n = 0; ; n++) {
    await wait(Math.max(0, begun + n * everyMs - performance.now()));
    const { ticket, direction } = choose();
    const code = await evening.codeOf(ticket.serial, ticket.type);
    const note: ScanNote = { by, ticket, direction, scan_id: newId("scn"), code, answer: null };
    journal.scans.push(note);
    try {
      const answer = await line.scan(sentOf(note));
      if (answer.ok) note.answer = answer.scan;
      else if (answer.code !== "overloaded") journal.strange.push(answer.code);
    } catch {
      return; // The connection broke: so it was meant.
    }
    if (note.answer?.let_in) inside.push(ticket);
    else if (note.answer?.verdict === "exited" && ticket.type === REENTRY) outside.push(ticket);
  }
}

export function sentOf({ scan_id, code, direction }: ScanNote) {
  return { scan_id, code, direction };
}

async function uploadLane(
  { alone: by, random, client, evening, newTicket }: DoorLoad,
  journal: DoorJournal,
  contested: (n: number) => Ticket,
): Promise<void> {
  for (let met = 0; ; ) {
    await wait(UPLOAD_EVERY_MS);
    const notes = Array.from({ length: 1 + Math.floor(random() * MAX_UPLOADED) }, (): UploadNote => {
      const ticket = random() < 0.2 ? contested(met++) : newTicket(random() < 0.5 ? ONCE : REENTRY);
      const counter = (counters.get(by.id) ?? 0) + 1;
      counters.set(by.id, counter);
      const at = Date.now() - Math.floor(random() * LATE_MS);
      return { by, ticket, row: uploadOf(by, ticket, { at, counter }), outcome: null };
    });
    journal.uploads.push(...notes);
    try {
      const answer = await sendUploads(client, evening, notes);
      if (answer.status !== 200 && answer.code !== "overloaded")
        journal.strange.push(`${answer.status} ${answer.code}`);
      for (const [index, note] of notes.entries()) note.outcome = answer.outcomes[index] ?? null;
    } catch {
      return;
    }
  }
}

/** Let in alone. */
export function uploadOf(
  { gateId }: Scanner,
  { serial, type }: Ticket,
  { at, counter }: { readonly at: number; readonly counter: number },
) {
  return {
    ...{ scan_id: newId("scn"), serial: showSerial(serial), type_number: type + 1, generation: 1, direction: "in" },
    ...{ source: "camera", gate_id: gateId, at: new Date(at).toISOString(), counter, verdict: "admitted" },
  };
}

/** Uploads the rows of one scanner. `outcomes` is empty when the whole was refused, with `code`. */
export async function sendUploads(client: Client, { eventId }: Evening, notes: readonly UploadNote[]) {
  type Body = { readonly uploads?: readonly { readonly outcome: string }[]; readonly code?: string };
  const { token } = must(notes[0], "there is something to upload").by;
  const json = { uploads: notes.map(({ row }) => row) };
  const { status, body } = await client.ask<Body>("POST", `/v1/events/${eventId}/scans`, { token, json });
  return { status, code: body.code ?? "none", outcomes: (body.uploads ?? []).map(({ outcome }) => outcome) };
}
