// Requests leases from a door on node:sqlite, and plays an evening of scanners that lose the network and return.

import fc from "fast-check";
import { DEFAULT_ADMISSION } from "../../../src/domain/door/admission.ts";
import type {
  DoorActor,
  LeaseCommand,
  LeaseReply,
  ScanReply,
  WriteOffCommand,
} from "../../../src/domain/door/command.ts";
import { decide } from "../../../src/domain/door/decisions/decide.ts";
import { personsLeased } from "../../../src/domain/door/leases/door-leases.ts";
import {
  takeNotice,
  leftOf,
  NO_SCANNER_LEASE,
  type ScannerLease,
  settleScan,
  takeForScan,
} from "../../../src/domain/door/leases/lease.ts";
import { detailOf } from "../../../src/domain/door/rows/log-facts.ts";
import { NEW_TICKET } from "../../../src/domain/door/tickets/ticket-state.ts";
import { openDoorVerifier } from "../../../src/domain/door/verify/verify.ts";
import type { DeviceId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { idOf, ORGANIZATION } from "../builders.ts";
import { NORTH, SOUTH } from "./cases.ts";
import { AT_NORTH, AT_SOUTH, codeOf, type DoorOnDisk, openDoorOnDisk, said, scanIdOf, SUPERVISOR } from "./on-disk.ts";
import { eventTerms, VENUE } from "./event-terms.ts";
import { uploadCommand } from "./uploads.ts";

export function leaseCommand(parts: Partial<Omit<LeaseCommand, "kind">> = {}): LeaseCommand {
  return {
    ...{ kind: "lease", by: AT_NORTH, requestId: "request", report: { returned: 0, calls: 0 }, wants: true },
    ...parts,
  };
}

export function writeOffCommand(
  deviceId: DeviceId,
  { as = "off", ...parts }: Partial<Omit<WriteOffCommand, "kind">> & { readonly as?: string } = {},
): WriteOffCommand {
  return {
    ...{ kind: "write_off", by: SUPERVISOR, requestId: "request", scanId: scanIdOf(as), deviceId },
    ...{ reason: "its battery is empty", ...parts },
  };
}

/** How many persons the lease has by now, or the code of the refusal. */
export function granted(door: DoorOnDisk, parts: Partial<Omit<LeaseCommand, "kind">> = {}): number | string {
  // The cast: the reply to a lease command is a lease reply.
  const [reply] = door.run([leaseCommand(parts)]) as LeaseReply[];
  if (reply === undefined) throw new Error("one command has one reply");
  return reply.ok ? reply.value.granted : reply.refusal.code;
}

/** A door that holds so many; of each type the number says how many persons its tickets admit. */
export function doorFor(capacity: number, softCapacity = capacity, admits: readonly number[] = [1]): DoorOnDisk {
  const admission = { ...DEFAULT_ADMISSION, entry: "reentry" } as const;
  const types = admits.map((each) => ({ number: each, admission: { ...admission, admits: each } }));
  return openDoorOnDisk(eventTerms({ rules: { softCapacity, hardCapacity: capacity, types } }));
}

export const reservedAt = (door: DoorOnDisk): number => personsLeased(door.ledger().book().leases);
export const insideAt = (door: DoorOnDisk): number => door.ledger().book().head.counts.inside;

export const scannerOf = (name: string): DoorActor => ({
  id: idOf("dev", name),
  organizationId: ORGANIZATION,
  device: { venueId: VENUE, gateId: NORTH },
});
const SCANNERS = ["one", "two", "three"].map(scannerOf);

/** So many come in at the south gate, one by one. */
export function fill(door: DoorOnDisk, count: number, from = 1_000): string[] {
  const serials = Array.from({ length: count }, (_, index) => from + index);
  return serials.map((serial) =>
    said(door.scan({ as: `fill ${serial}`, by: AT_SOUTH, gateId: SOUTH, code: codeOf(serial) })),
  );
}

/** Where the log breaks, its last row changed as `change` says; null when all holds. */
export function brokenAt(
  door: DoorOnDisk,
  change: (detail: Readonly<Record<string, unknown>>) => object = (detail) => detail,
) {
  const verifier = openDoorVerifier(() => "");
  const rows = door.rows();
  for (const row of rows) {
    const isLast = row === rows.at(-1) && row.kind === "lease";
    const detail = isLast ? JSON.stringify(change(detailOf(row))) : row.detail;
    verifier.take({ ...row, detail, hash: "" });
  }
  return verifier.verdict().broken;
}

type Act = { readonly act: (typeof ACTS)[number]; readonly who: number; readonly pick: number };
const ACTS = [
  "scan",
  "scan",
  "lost",
  "lost",
  "alone",
  "alone",
  "lease",
  "lease",
  "upload",
  "leave",
  "restart",
] as const;
export const acts: fc.Arbitrary<Act[]> = fc.noBias(
  fc.array(
    fc.record({
      act: fc.constantFrom(...ACTS),
      who: fc.nat({ max: SCANNERS.length - 1 }),
      pick: fc.nat({ max: 60 }),
    }),
    { minLength: 20, maxLength: 120, size: "max" },
  ),
);

type Guest = { readonly serial: number; readonly admits: number; readonly taken: number; readonly by: DoorActor };

/** What each scanner has, and whom it has let in without the door. */
export function openEvening(capacity: number) {
  const door = doorFor(capacity, capacity, [1, 3]);
  const leases = new Map<string, ScannerLease>(SCANNERS.map(({ id }) => [id, NO_SCANNER_LEASE]));
  let serial = 0;
  let queued: Guest[] = [];
  let unanswered: Guest[] = [];
  const inside: Guest[] = [];
  /** Whom the door has let in. */
  const counted = new Set<number>();
  const leaseOf = ({ id }: DoorActor) => must(leases.get(id), "each scanner has one");

  function come(by: DoorActor, admits: number): Guest {
    const { lease, taken } = takeForScan(leaseOf(by), admits);
    leases.set(by.id, lease);
    serial += 1;
    return { serial, admits, taken, by };
  }

  function ask({ serial: of, admits, taken, by }: Guest): ScanReply {
    const code = codeOf(of, { typeNumber: admits });
    const reply = door.scan({ as: `in ${of}`, by, code, fromLease: taken });
    if (reply.ok && "fromLease" in reply.value.verdict) counted.add(of);
    return reply;
  }

  /** Takes the door's reply. */
  function hear(guest: Guest, reply: ScanReply, hasPassed: boolean): void {
    if (!reply.ok) throw new Error(reply.refusal.code);
    const { verdict } = reply.value;
    const drawn = "fromLease" in verdict ? verdict.fromLease : 0;
    const isIn = "fromLease" in verdict;
    if (isIn && !hasPassed) inside.push(guest);
    // It uploads the guests whom it let in against the door, with what it took from its lease.
    if (isIn || !hasPassed) leases.set(guest.by.id, settleScan(leaseOf(guest.by), guest.taken, drawn));
  }

  /** Whether the scanner lets in by itself. */
  function decideAlone(guest: Guest): boolean {
    const view = { inside: 0, insideBy: 0, leases: { out: guest.taken, own: guest.taken } };
    const code = codeOf(guest.serial, { typeNumber: guest.admits });
    const scan = {
      code,
      direction: "in",
      gateId: NORTH,
      deviceId: guest.by.id,
      alone: true,
      overrides: false,
    } as const;
    const { rules } = must(door.ledger().book().terms, "it has terms");
    const decision = decide({ ticket: NEW_TICKET, view, recent: null }, scan, rules, door.now);
    const passes = decision.kind === "decided" && decision.verdict.verdict === "admitted";
    if (passes) {
      inside.push(guest);
      queued.push(guest);
    }
    return passes;
  }

  function upload(by: DoorActor): void {
    const [own, others] = [
      queued.filter((guest) => guest.by.id === by.id),
      queued.filter((guest) => guest.by.id !== by.id),
    ];
    queued = others;
    const rows = own.map((guest) =>
      uploadCommand({
        ...{ as: `in ${guest.serial}`, by, serial: guest.serial, typeNumber: guest.admits, at: door.now },
        fromLease: guest.taken,
      }),
    );
    for (const row of rows.reverse()) door.run([row, row]);
  }

  function lease(by: DoorActor, wants = true): void {
    const report = leaseOf(by);
    const [reply] = door.run([leaseCommand({ by, report, wants })]) as LeaseReply[];
    if (!reply?.ok) throw new Error("a scanner may have a lease");
    leases.set(by.id, takeNotice(report, reply.value));
  }

  return {
    ...{ door, leaseOf },
    play({ act, who, pick }: Act): void {
      const by = must(SCANNERS[who], "an act is of a scanner");
      const admits = pick % 3 === 0 ? 3 : 1;
      if (act === "scan") {
        const guest = come(by, admits);
        hear(guest, ask(guest), false);
      } else if (act === "lost") {
        const guest = come(by, admits);
        if (pick % 2 === 0) ask(guest);
        decideAlone(guest);
        unanswered.push(guest);
      } else if (act === "alone") {
        const guest = come(by, admits);
        if (!decideAlone(guest)) leases.set(by.id, settleScan(leaseOf(by), guest.taken, 0));
      } else if (act === "lease") lease(by);
      else if (act === "upload") upload(by);
      else if (act === "restart") door.restart();
      else {
        const guest = inside[pick % Math.max(1, inside.length)];
        const isKnown = guest !== undefined && queued.every(({ serial: of }) => of !== guest.serial);
        if (!guest || !isKnown) return;
        inside.splice(inside.indexOf(guest), 1);
        door.scan({
          as: `out ${guest.serial}`,
          by,
          direction: "out",
          code: codeOf(guest.serial, { typeNumber: guest.admits }),
        });
      }
    },
    /** How many scanners may still let in, and how many they have let in without the door's knowledge. */
    loose(): number {
      const unknown = queued.filter(({ serial: of }) => !counted.has(of));
      return [...SCANNERS.map((by) => leftOf(leaseOf(by))), ...unknown.map(({ taken }) => taken)].reduce(
        (a, b) => a + b,
        0,
      );
    },
    /** All are back: they upload what they did, repeat requests without a reply, and hand in their leases. */
    settle(): void {
      for (const by of SCANNERS) upload(by);
      for (const guest of unanswered) hear(guest, ask(guest), inside.includes(guest));
      unanswered = [];
      for (const by of SCANNERS) {
        const before = leaseOf(by);
        leases.set(by.id, { ...before, returned: before.returned + leftOf(before) });
        lease(by, false);
      }
    },
  };
}
