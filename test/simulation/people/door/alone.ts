// Decides for a scanner of a world without its door (rule D18): by the product's function over what the scanner knows.

import type { SentUpload } from "../../../../src/app/door/upload-scans.ts";
import type { Bundle } from "../../../../src/domain/door/tickets/bundle.ts";
import type { Direction, PresentedCode, Verdict } from "../../../../src/domain/door/scan.ts";
import { type TicketState, NEW_TICKET } from "../../../../src/domain/door/tickets/ticket-state.ts";
import type { GateId, ScanId } from "../../../../src/domain/ids.ts";
import type { Scanner } from "./gate-crew.ts";
import { presentedAs } from "../../watchers/door/presented.ts";
import type { ShownCode } from "../../platform/stand-ins/ticket-signer.ts";
import type { World } from "../../world/world.ts";

type Met = {
  readonly scanId: ScanId;
  readonly shown: ShownCode;
  readonly direction: Direction;
  readonly gateId: GateId;
};
/** So many it may let in, whatever it was granted: what it does is a fact for the door (rule D11). */
const MANY = 1_000;

export function decideAlone(world: World, scanner: Scanner, bundle: Bundle, { scanId, shown, ...met }: Met): void {
  const { device, own, skewMs } = scanner;
  const { direction, gateId } = met;
  const at = Math.max(0, world.scheduler.now() + skewMs);
  const code = presentedAs(shown, bundle.terms);
  const ticket = own.get(shown.serial) ?? bundle.tickets.get(shown.serial)?.state ?? NEW_TICKET;
  const view = { inside: 0, insideBy: 0, leases: { out: MANY, own: MANY } };
  const scan = { code, direction, gateId, deviceId: device.id, alone: true, overrides: false };
  const decision = world.product.decide({ ticket, view, recent: null }, scan, bundle.terms.rules, at);
  if (decision.kind !== "decided") return world.fail(`a scanner alone gives a verdict again: ${decision.kind}`);
  const { verdict } = decision;
  world.note(`alone: ${verdict.verdict}`);
  own.set(shown.serial, after(ticket, verdict, { at, gateId, deviceId: device.id }, scanId));
  scanner.counter += 1;
  if (["admitted", "readmitted"].includes(verdict.verdict)) scanner.passed.push(scanId);
  const row: SentUpload = {
    ...{ scan_id: scanId, ...saidBy(code), direction, gate_id: gateId, at },
    source: "camera",
    ...{ clock_unsure: world.dice.chance(0.1), counter: scanner.counter, verdict: verdict.verdict, override: null },
    ...{ after: scanner.lastAnswered, from_lease: 0 },
  };
  scanner.unsent.push(row);
  world.doorWatch.alone(device.id, row);
}

function saidBy(code: PresentedCode) {
  if (code.kind === "unreadable") return { serial: null, type_number: null, generation: null };
  return { serial: code.serial, type_number: code.typeNumber, generation: code.generation };
}

type Passage = NonNullable<TicketState["lastEntry"]>;

function after(ticket: TicketState, verdict: Verdict, passage: Passage, scanId: ScanId): TicketState {
  const last = { scanId, at: passage.at };
  if (verdict.verdict === "exited") return { ...ticket, inside: 0, leaving: 0, left: passage, last };
  if (verdict.verdict !== "admitted" && verdict.verdict !== "readmitted") return ticket;
  const inside = ticket.inside + verdict.adds;
  return {
    ...{ ...ticket, inside, leaving: inside, insideGate: passage.gateId, left: null, last },
    ...{ entries: ticket.entries + 1, entriesThatDay: ticket.entriesThatDay + 1 },
    ...{ firstEntry: ticket.firstEntry ?? passage, lastEntry: passage },
  };
}
