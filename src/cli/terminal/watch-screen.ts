// Renders the screen of `npm run watch` as lines of text. Plain functions: its content comes in as arguments.

import type { Connection } from "../../client/live.ts";
import { type LiveDoor, type LiveState, type Occupancy, withdrawnOf } from "../../client/live-state.ts";
import { folded } from "../../domain/text/text.ts";

const BAR = 30;
/** The rate of holds is computed over this time. */
const RATE_MS = 10_000;

/** How many tickets were newly held or sold at which time, epoch ms. */
export type Taken = readonly { readonly at: number; readonly tickets: number }[];

export type Screen = {
  readonly state: LiveState;
  readonly connection: Connection;
  /** By the id of an event or a ticket type. */
  readonly names: ReadonlyMap<string, string>;
  readonly taken: Taken;
  /** When each type last changed. */
  readonly changedAt: ReadonlyMap<string, number>;
  readonly now: number;
  readonly width: number;
};

export function renderScreen({ state, connection, names, taken, changedAt, now, width }: Screen): string[] {
  const { event } = state;
  const facts = [
    event ? named(names, event.id) : "…",
    ...(event ? [event.status] : []),
    describe(connection),
    ...(state.sockets === undefined ? [] : [`${state.sockets} ${state.sockets === 1 ? "socket" : "sockets"}`]),
    `${(rateOf(taken, now) * 1_000).toFixed(1)} tickets/s`,
  ];
  const types = [...state.ticketTypes.values()];
  const label = Math.max(0, ...types.map(({ id }) => named(names, id).length));
  const lines = [facts.join(" · "), ""];
  for (const type of types) lines.push(typeLine(type, names, label, now - (changedAt.get(type.id) ?? now)));
  lines.push("", "█ sold  ▒ held  · available");
  if (state.door) lines.push(doorLine(state.door));
  for (const { id, gate_code, status } of state.gates.values())
    lines.push(`gate ${gate_code}: ${status}${passedAt(id, state.door)}`);
  if (state.devices.size > 0) lines.push(`${state.devices.size} devices reported`);
  if (state.notice?.text) lines.push(`notice: ${folded(state.notice.text)}`);
  return lines.map((line) => [...line].slice(0, width).join(""));
}

/** A name that others wrote, on one line and without characters that control a terminal (rule X9). */
function named(names: Screen["names"], id: string): string {
  return folded(names.get(id) ?? id);
}

/** The venue's capacity is shown if it differs from the event's. */
function doorLine({ inside, admitted, capacity: { soft, hard } }: LiveDoor): string {
  const venue = hard === soft ? "" : ` (the venue holds ${hard})`;
  return `${inside} inside of ${soft}${venue}, ${admitted} admitted`;
}

/** What was counted at a gate; empty while the door has sent no counts. */
function passedAt(id: string, door: LiveDoor | null): string {
  const gate = door?.gates.get(id);
  return gate ? `, ${gate.entries} in, ${gate.exits} out, ${gate.inside_by} inside` : "";
}

function typeLine(type: Occupancy, names: Screen["names"], label: number, quietMs: number): string {
  const { id, status, total, sold, held, available } = type;
  const shown = status === "available" ? "" : ` [${status}]`;
  const withdrawn = withdrawnOf(type);
  const apart = withdrawn > 0 ? `, ${withdrawn} withdrawn` : "";
  const counts = `${sold} sold, ${held} held, ${available} of ${total} available${apart}${shown}`;
  return `${named(names, id).padEnd(label)}  ${bar(total - withdrawn, sold, held)}  ${counts}, ${ago(quietMs)}`;
}

/** A sold or held part is always visible, however small. `total` does not include withdrawn tickets. */
export function bar(total: number, sold: number, held: number): string {
  const solid = sold === 0 ? 0 : Math.max(1, Math.floor((sold / total) * BAR));
  const taken = total === 0 ? 0 : Math.floor(((sold + held) / total) * BAR);
  const committed = Math.max(solid + (held === 0 ? 0 : 1), taken);
  const shaded = Math.min(BAR, committed) - solid;
  return (
    "█".repeat(solid) + "▒".repeat(Math.max(0, shaded)) + "·".repeat(Math.max(0, BAR - solid - Math.max(0, shaded)))
  );
}

function ago(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return seconds < 1 ? "now" : seconds < 60 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`;
}

/** Tickets per millisecond. */
function rateOf(taken: Taken, now: number): number {
  return taken.filter(({ at }) => at > now - RATE_MS).reduce((sum, { tickets }) => sum + tickets, 0) / RATE_MS;
}

/** Adds what is new since `before`, and drops what is too old for the rate. */
export function noteTaken(taken: Taken, before: LiveState, after: LiveState, now: number): Taken {
  let tickets = 0;
  for (const { id, sold, held } of after.ticketTypes.values()) {
    const earlier = before.ticketTypes.get(id);
    if (earlier) tickets += Math.max(0, sold + held - earlier.sold - earlier.held);
  }
  return [...taken.filter(({ at }) => at > now - RATE_MS), ...(tickets > 0 ? [{ at: now, tickets }] : [])];
}

function describe(connection: Connection): string {
  if (connection.state === "waiting") return `connection lost, attempt ${connection.attempts}`;
  return connection.state === "open" ? "connected" : connection.state;
}
