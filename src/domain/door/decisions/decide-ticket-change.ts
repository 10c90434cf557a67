// Decides what an order's home wants to do with its tickets (rules N8 to N10), by the tickets' rows in the door's own
// order: all of a change, or nothing of it. It needs no terms, since nobody is let in without terms.

import { UNAVAILABLE, type Refusal } from "../../errors.ts";
import { idFrom, type ScanId } from "../../ids.ts";
import type { Sha256Hex } from "../../ledger/chain.ts";
import { accept, assert, must, refuse, type Result } from "../../result.ts";
import { DEFAULT_ADMISSION, type EntryKind } from "../admission.ts";
import type { ChangedTicket, JudgeCommand, JudgeReply, TicketChange } from "../command.ts";
import { type DoorChange, type DoorDecision, type DoorDraft, type NewRow, recordOf, timeAfter } from "../draft.ts";
import type { EventTerms } from "../event-terms.ts";
import { foldTicket } from "../rows/fold.ts";
import type { RevokeEffect, RevokeRow } from "../rows/rows.ts";
import { admissionOf } from "../terms.ts";
import type { TicketState } from "../tickets/ticket-state.ts";

/**
 * Refused is only `ticket_admitted`, and a change for whose reply nobody waits any more: it may have been sent again and
 * refused, and its home would never know that it was done late. A repeat changes nothing, whatever happened to the tickets
 * since.
 */
export function decideTicketChange(draft: DoorDraft, command: JudgeCommand): DoorDecision<JudgeReply> {
  const { change } = command;
  const tickets = ticketsOf(change);
  assert(new Set(tickets.map(({ number }) => number)).size === tickets.length, "a change names each ticket once");
  const done = tickets.filter((ticket) => isDone(draft, command, ticket));
  if (done.length > 0) return { change: {}, reply: accept({ numbers: numbersOf(done) }) };
  if (draft.now >= (command.until ?? Infinity)) return { change: {}, reply: refuse(UNAVAILABLE) };
  const chosen = choose(draft, change);
  if (!chosen.ok) return { change: {}, reply: chosen };
  return {
    change: chosen.value.map((ticket) => revoke(draft, command, ticket)),
    reply: accept({ numbers: numbersOf(chosen.value) }),
  };
}

/** All tickets that a change names, also those that it may leave as they are. */
export function ticketsOf(change: TicketChange): readonly ChangedTicket[] {
  return change.action === "void" ? change.groups.flatMap(({ from }) => from) : [change.ticket];
}

/** Whether this change has its row at the ticket already; the row's id is computed from both. */
function isDone(draft: DoorDraft, { changeId, change }: JudgeCommand, { number, serial }: ChangedTicket): boolean {
  const scanId = revokeIdOf(changeId, number, draft.settings.sha256);
  const row = recordOf(draft, serial).rows.find((each) => each.scanId === scanId);
  if (row === undefined) return false;
  assert(row.kind === "revoke" && row.action === change.action, "a change comes again as it was");
  return true;
}

/** The tickets to change, or a refusal when one of them is in the way. */
function choose(draft: DoorDraft, change: TicketChange): Result<readonly ChangedTicket[], Refusal> {
  if (change.action === "void") return chooseVoided(draft, change);
  if (change.action !== "reissue") return accept([change.ticket]);
  const { ticket, generation } = change;
  const state = stateOf(draft, ticket);
  // The reissue arrives late, after a newer one was judged.
  if (generation <= state.generation) return refuse({ code: "version_conflict" });
  const isUsed = state.entries > 0 && entryOf(draft.terms, ticket) === "once";
  return state.inside > 0 || isUsed ? refuse(admitted(ticket, state)) : accept([ticket]);
}

type Void = Extract<TicketChange, { action: "void" }>;

/** Rule N9: from each group those that never entered, and with `force` the others after them; the highest numbers first. */
function chooseVoided(draft: DoorDraft, { groups, force }: Void): Result<readonly ChangedTicket[], Refusal> {
  const chosen: ChangedTicket[] = [];
  for (const { from, take } of groups) {
    const left = from
      .map((ticket) => ({ ticket, state: stateOf(draft, ticket) }))
      .filter(({ state }) => state.voided === null)
      .sort((a, b) => b.ticket.number - a.ticket.number);
    // This happens only when a refused change arrives once more after others were judged; nobody waits for it any more.
    if (left.length < take) return refuse({ code: "ticket_void" });
    const entered = left.filter(({ state }) => state.entries > 0);
    const free = left.filter(({ state }) => state.entries === 0);
    if (free.length < take && !force) {
      const first = must(entered[0], "of those that are left some have entered");
      return refuse(admitted(first.ticket, first.state));
    }
    chosen.push(...[...free, ...entered].slice(0, take).map(({ ticket }) => ticket));
  }
  return accept(chosen);
}

/** The starts of days are left out, since they do not matter to whether a ticket is void, blocked or was let in. */
function stateOf(draft: DoorDraft, { serial }: ChangedTicket): TicketState {
  return foldTicket(recordOf(draft, serial).rows, draft.barriers, []).state;
}

/** A type that the door does not know has the standard rules, as at the gates (rule D6). */
function entryOf(terms: EventTerms | null, ticket: ChangedTicket): EntryKind {
  const rules = terms === null ? DEFAULT_ADMISSION : admissionOf(terms.rules, typeNumberOf(terms, ticket));
  return rules.entry;
}

function typeNumberOf(terms: EventTerms | null, { ticketTypeId }: ChangedTicket): number | null {
  return terms?.typeIds.find(({ id }) => id === ticketTypeId)?.number ?? null;
}

function admitted({ number }: ChangedTicket, { lastEntry }: TicketState): Refusal {
  const { at, gateId } = must(lastEntry, "who entered did so at some time");
  return { code: "ticket_admitted", ticketNumber: number, admittedAt: at, gateId };
}

/** The row for the log and the one for the ticket's history. Nobody passes, so the counts stay. */
function revoke(draft: DoorDraft, command: JudgeCommand, ticket: ChangedTicket): DoorChange {
  const { actor, changeId, change, requestId } = command;
  const { number, serial } = ticket;
  const record = recordOf(draft, serial);
  const scanId = revokeIdOf(changeId, number, draft.settings.sha256);
  const at = timeAfter(draft, record.rows);
  const done: RevokeRow = { kind: "revoke", scanId, at, deviceId: actor, counter: 0, ...effectOf(change) };
  const { generation } = change.action === "reissue" ? change : stateOf(draft, ticket);
  const row: NewRow = {
    ...{ at, kind: "revoke", scanId, actor, requestId, gateId: null, serial, generation, source: null },
    ...{ typeNumber: typeNumberOf(draft.terms, ticket), decided: "door", verdict: change.action },
    detail: done.action === "void" ? JSON.stringify({ unlessEntered: done.unlessEntered }) : null,
    ...{ reason: textOf(change), letIn: false, ref: null },
  };
  return { row, ticket: { serial, record: { ...record, rows: [...record.rows, done] } } };
}

function effectOf(change: TicketChange): RevokeEffect {
  switch (change.action) {
    case "void":
      return { action: "void", note: change.note, unlessEntered: !change.force };
    case "block":
      return { action: "block", note: change.note };
    case "unblock":
      return { action: "unblock" };
    case "attention":
      return { action: "attention", text: change.text };
    case "reissue":
      return { action: "reissue", generation: change.generation };
  }
}

/** The text for the gate. */
function textOf(change: TicketChange): string | null {
  if (change.action === "attention") return change.text;
  return change.action === "void" || change.action === "block" ? change.note : null;
}

function revokeIdOf(changeId: string, number: number, sha256: Sha256Hex): ScanId {
  const hex = sha256(`revoke\n${changeId}\n${number}`);
  return idFrom(
    "scn",
    Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16)),
  );
}

function numbersOf(tickets: readonly ChangedTicket[]): number[] {
  return tickets.map(({ number }) => number).sort((a, b) => a - b);
}
