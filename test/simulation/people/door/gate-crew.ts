// Plays the scanners at the gates of a world (theme `door`): phones that send scans to the door, repeat what got no
// reply, go offline, decide alone by the product's own function over their bundle and their own scans, with wrong
// clocks, and upload later in any order and split. watchers/door/watch.ts checks the world against their replies.

import type { Bundle } from "../../../../src/domain/door/tickets/bundle.ts";
import { idFrom, type GateId, type ScanId } from "../../../../src/domain/ids.ts";
import type { Device, Organiser } from "../../../../src/domain/people/policy.ts";
import type { Direction } from "../../../../src/domain/door/scan.ts";
import type { TicketState } from "../../../../src/domain/door/tickets/ticket-state.ts";
import { sha256Bytes } from "../../../support/builders.ts";
import { decideAlone } from "./alone.ts";
import { read } from "../asking.ts";
import { type Catalogue, VENUE_ID } from "../../world/catalogue/on-sale.ts";
import { GATES } from "../../world/catalogue/door.ts";
import { anyTicket } from "./guests.ts";
import { codeText, type ShownCode } from "../../platform/stand-ins/ticket-signer.ts";
import { sendRows, type Unsent } from "./unsent.ts";
import type { World } from "../../world/world.ts";

export type Scanner = {
  readonly device: Device;
  /** How far its clock is ahead of the true time, ms. */
  readonly skewMs: number;
  readonly unsent: Unsent[];
  isOffline: boolean;
  counter: number;
  /** Verdicts that have arrived and are not acknowledged to the door yet. */
  unacked: ScanId[];
  /** The last scan to which the door has replied. */
  lastAnswered: ScanId | null;
  /** Passages that it let through, for later undos. */
  readonly passed: ScanId[];
  bundle: Bundle | null;
  /** Tickets that it has scanned since it has the bundle. */
  readonly own: Map<number, TicketState>;
};

export type GateStage = { readonly world: World; readonly catalogue: Catalogue; readonly crew: readonly Scanner[] };

const HOUR = 60 * 60_000;

export function openCrew({ dice }: World, { organizationId }: Catalogue): Scanner[] {
  return Array.from({ length: dice.between(2, 3) }, (_, index) => ({
    device: {
      ...{ kind: "device", id: idFrom("dev", sha256Bytes(`scanner ${index}`)), organizationId, venueId: VENUE_ID },
      ...{ gateId: GATES[index] ?? null, eventId: null },
    },
    skewMs: dice.pick([0, 0, dice.between(-2_000, 2_000), 3 * HOUR, -3 * HOUR]),
    ...{ unsent: [], isOffline: false, counter: 0, unacked: [], lastAnswered: null, passed: [] },
    ...{ bundle: null, own: new Map<number, TicketState>() },
  }));
}

/** Resolves when so much was done. */
export async function scanTickets(stage: GateStage, scanner: Scanner, acts: number): Promise<void> {
  const { dice, sleep } = stage.world;
  await sleep(dice.between(0, 60_000));
  for (let n = 0; n < acts; n++) {
    await sleep(dice.pick([dice.between(0, 300), dice.between(0, 10_000), dice.between(0, 60_000)]));
    const roll = dice.next();
    if (roll < 0.12) scanner.isOffline = !scanner.isOffline;
    else if (roll < 0.2) await takeBack(stage, scanner);
    else if (roll < 0.26) await click(stage, scanner);
    else if (roll < 0.34) await fetchBundle(stage, scanner);
    else if (roll < 0.44 && !scanner.isOffline) await sendRows(stage, scanner, 2);
    else await meet(stage, scanner);
  }
}

/**
 * When all faults have ended: scans decided alone are sent until they get a response, the counts are read, and a bundle
 * that must be all that there is.
 */
export async function reportAll(stage: GateStage): Promise<void> {
  for (const scanner of stage.crew) {
    scanner.isOffline = false;
    while (scanner.unsent.length > 0) await sendRows(stage, scanner, 1);
    await stage.world.request(scanner.device, ({ doors, actor }) =>
      doors(stage.catalogue.eventId).counts(stage.world.product.atDoor(actor)),
    );
  }
  const [last] = stage.crew;
  if (last) await fetchBundle(stage, last);
}

/** A guest comes, sometimes with others at one moment, and sometimes again if no response came. */
async function meet(stage: GateStage, scanner: Scanner): Promise<void> {
  const { dice, sleep } = stage.world;
  const shown = anyTicket(stage);
  if (!shown) return;
  const direction: Direction = dice.chance(0.75) ? "in" : "out";
  if (dice.chance(0.15)) return rush(stage, dice.chance(0.5) ? shown : null);
  await scan(stage, scanner, shown, direction);
  if (!dice.chance(0.25)) return;
  await sleep(dice.pick([0, dice.between(0, 12_000), dice.between(25_000, 35_000)]));
  const again = dice.chance(0.3) ? dice.pick(stage.crew) : scanner;
  await scan(stage, again, shown, dice.chance(0.2) ? "out" : direction);
}

/** At all gates at once: with one ticket, or each with another. */
export async function rush(stage: GateStage, shown: ShownCode | null): Promise<void> {
  await Promise.all(
    stage.crew.map(async (each) => {
      const next = shown ?? anyTicket(stage);
      await stage.world.sleep(stage.world.dice.pick([0, 0, stage.world.dice.between(0, 4)]));
      if (next) await scan(stage, each, next, "in");
    }),
  );
}

export async function scan(stage: GateStage, scanner: Scanner, shown: ShownCode, direction: Direction): Promise<void> {
  const { world, catalogue } = stage;
  const { dice, doorWatch } = world;
  const gateId: GateId = scanner.device.gateId ?? dice.pick(GATES);
  const scanId = world.newId("scn");
  const asked = { eventId: catalogue.eventId, by: scanner.device.id, shown, direction, gateId, overrides: false };
  doorWatch.asked(scanId, asked);
  for (let attempt = 0; !scanner.isOffline && attempt < 3; attempt++) {
    const twice = dice.chance(0.1);
    const heard = await Promise.all([scanId, ...(twice ? [scanId] : [])].map((id) => ask(stage, scanner, id, asked)));
    if (heard.some(Boolean)) return;
    if (dice.chance(0.4)) break;
    await world.sleep(dice.pick([0, dice.between(0, 3_000)]));
  }
  if (scanner.bundle) decideAlone(world, scanner, scanner.bundle, { scanId, shown, direction, gateId });
}

type Asked = Parameters<World["doorWatch"]["asked"]>[1];

/** Resolves to whether the reply was final. */
async function ask(stage: GateStage, scanner: Scanner, scanId: ScanId, asked: Asked): Promise<boolean> {
  const { world, catalogue } = stage;
  const { direction, gateId, shown } = asked;
  const acked = scanner.unacked;
  const presented = { code: codeText(shown), source: "camera" } as const;
  const sent = { scanId, direction, gateId, override: null, acked };
  if (acked.length > 0) world.doorWatch.acked(acked);
  const result = await world.request(scanner.device, (context) =>
    world.product.scanTicket(context, catalogue.eventId, presented, sent),
  );
  if (result === "lost") return false;
  const answer = read(world, result, false, "a scan");
  if (!answer) return isFinal(result.reply);
  world.doorWatch.answered(scanId, answer);
  scanner.unacked = scanner.unacked.filter((id) => !acked.includes(id));
  if (world.dice.chance(0.6)) scanner.unacked.push(scanId);
  scanner.lastAnswered = scanId;
  if (answer.verdict.verdict === "admitted" || answer.verdict.verdict === "exited") scanner.passed.push(scanId);
  return true;
}

function isFinal(answer: { readonly ok: boolean; readonly refusal?: { readonly code: string } }): boolean {
  const code = answer.refusal?.code;
  return code !== "temporarily_unavailable" && code !== "overloaded";
}

/**
 * Takes back the scanner's last passage, which it may not have uploaded yet; by the scanner itself, or by a supervisor.
 */
export async function takeBack(
  { world, catalogue }: GateStage,
  scanner: Scanner,
  by: Device | Organiser = scanner.device,
): Promise<void> {
  const { dice, product } = world;
  const ref = scanner.passed.at(-1);
  if (ref === undefined || (by === scanner.device && scanner.isOffline)) return;
  const scanId = world.newId("scn");
  for (let attempt = 0; attempt < 2; attempt++) {
    const result = await world.request(by, ({ doors, actor, requestId }) =>
      doors(catalogue.eventId).undo({ by: product.atDoor(actor), requestId, scanId, ref }),
    );
    const answer = read(world, result, false, "an undo");
    if (answer) world.doorWatch.undone(catalogue.eventId, answer);
    if (answer) return void scanner.passed.pop();
    if (dice.chance(0.3)) return;
  }
}

async function click({ world, catalogue }: GateStage, scanner: Scanner): Promise<void> {
  const { dice, product } = world;
  if (scanner.isOffline) return;
  const scan_id = world.newId("scn");
  const gate_id = scanner.device.gateId ?? dice.pick(GATES);
  const count = dice.pick([1, 2, -1, -3]);
  for (let attempt = 0; attempt < 2; attempt++) {
    const result = await world.request(scanner.device, (context) =>
      product.countAtDoor(context, catalogue.eventId, { kind: "click", scan_id, gate_id, count }),
    );
    if (read(world, result, false, "a click")) return world.doorWatch.counted(catalogue.eventId, scan_id, count);
  }
}

/** All that the door knows, from which the scanner goes on alone. */
async function fetchBundle({ world, catalogue }: GateStage, scanner: Scanner): Promise<void> {
  if (scanner.isOffline) return;
  const result = await world.request(scanner.device, ({ doors, actor }) =>
    doors(catalogue.eventId).bundle(world.product.atDoor(actor), { since: 0, tags: [] }),
  );
  const taken = read(world, result, false, "a bundle");
  if (!taken?.bytes) return;
  const bundle = world.product.readBundle(taken.bytes);
  if (!bundle.ok) return world.fail(`[D17] a bundle is ${bundle.refusal}`);
  world.note("a bundle is read");
  world.doorWatch.bundled(bundle.value);
  scanner.bundle = bundle.value;
  scanner.own.clear();
}
