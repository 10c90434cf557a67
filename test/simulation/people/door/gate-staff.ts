// Plays staff while people come in (theme `door`): gates that close and fill, capacities that change, tickets that
// become void, blocked or reissued, guests let in by an override, and corrections of who is inside.

import type { OrderId } from "../../../../src/domain/ids.ts";
import type { Refusal } from "../../../../src/domain/errors.ts";
import type { Result } from "../../../../src/domain/result.ts";
import { sha256 } from "../../../../src/shared/sha256.ts";
import { read } from "../asking.ts";
import { VENUE_ID } from "../../world/catalogue/on-sale.ts";
import { GATES } from "../../world/catalogue/door.ts";
import { type GateStage, rush, takeBack } from "./gate-crew.ts";
import { anyTicket, type Sold, soldTickets } from "./guests.ts";
import type { Journal } from "../../watchers/journal.ts";
import { askForReturn } from "../returns.ts";
import { codeText } from "../../platform/stand-ins/ticket-signer.ts";
import type { RequestOutcome } from "../../world/world.ts";

type Staff = GateStage & { readonly journal: Journal; readonly isRestoring: () => boolean };

/** Resolves when so much was done. */
export async function superviseDoor(staff: Staff, acts: number): Promise<void> {
  const { dice, sleep } = staff.world;
  for (let n = 0; n < acts; n++) {
    await sleep(dice.pick([dice.between(0, 2_000), dice.between(0, 40_000)]));
    const roll = dice.next();
    if (roll < 0.35) await changeTerms(staff);
    else if (roll < 0.57) await changeTicket(staff, `note ${n}`);
    else if (roll < 0.75) await takeBackTickets(staff, n);
    else if (roll < 0.88) await override(staff);
    else if (roll < 0.93) await takeBack(staff, dice.pick(staff.crew), staff.catalogue.organiser);
    else await correct(staff);
  }
}

/** Changes that reach the door late, twice and out of order. An outdated version is refused. */
async function changeTerms({ world, catalogue, isRestoring }: Staff): Promise<void> {
  const { dice, product, request } = world;
  const { organiser, eventId } = catalogue;
  if (isRestoring()) return;
  const seen = (table: string, id: string): { readonly version: number; readonly capacity: number } => {
    const [row] = world.d1.look(`SELECT version, capacity FROM ${table} WHERE id = ?`, id);
    return { version: Number(row?.["version"]), capacity: Number(row?.["capacity"]) };
  };
  const gate = dice.pick(GATES);
  const changed =
    (change: Parameters<typeof product.changeGate>[2]) => (): Promise<RequestOutcome<Result<unknown, Refusal>>> =>
      request(organiser, (context) => product.changeGate(context, gate, change, seen("gates", gate).version));
  const { capacity: places, version } = seen("venues", VENUE_ID);
  const capacity = Math.max(1, places + dice.between(-3, 3));
  const admission = { admission_capacity: dice.between(1, places) };
  const change = dice.pick([
    changed({ status: "closed" }),
    changed({ status: "open" }),
    changed({ capacity: dice.maybe([1, 2, 4]) }),
    () =>
      request(organiser, (context) =>
        product.changeEvent(context, eventId, admission, seen("events", eventId).version),
      ),
    () => request(organiser, (context) => product.changeVenue(context, VENUE_ID, { capacity }, version)),
  ]);
  const result: RequestOutcome<Result<unknown, Refusal>> = await change();
  if (result !== "lost" && result.reply.ok) world.note("the terms of a door change");
}

/** A change that had a reply is at the home and at the door; the watch of doors compares them at rest. */
async function changeTicket({ world, catalogue }: Staff, text: string): Promise<void> {
  const { dice, product, request } = world;
  const { organiser, typeIds } = catalogue;
  const sold = soldTickets(world, typeIds);
  if (sold.length === 0) return;
  const { id } = dice.pick(sold.slice(-4));
  const change = dice.pick([
    () => request(organiser, (context) => product.noteTicket(context, id, { action: "block", note: text })),
    () => request(organiser, (context) => product.noteTicket(context, id, { action: "unblock" })),
    () => request(organiser, (context) => product.noteTicket(context, id, { action: "attention", text })),
    () => request(organiser, (context) => product.reissueTicket(context, id, text)),
    () => request(organiser, (context) => product.reissueTicket(context, id, text)),
  ]);
  for (let attempt = 0; attempt < 2; attempt++) {
    const result = await change();
    if (result === "lost") continue;
    if (read(world, result, false, "a change of a ticket")) world.note("a ticket is changed");
    if (result.reply.ok || result.reply.refusal.code !== "temporarily_unavailable") return;
  }
}

/** By their numbers, also of those who were let in. */
async function takeBackTickets(staff: Staff, n: number): Promise<void> {
  const { world, catalogue, journal } = staff;
  const { dice, product } = world;
  const sold = soldTickets(world, catalogue.typeIds);
  if (sold.length === 0) return;
  const { orderId, number, eventId, serial, typeNumber, generation } = dice.pick(sold.slice(-4));
  // Races with guests who are let in at that very moment.
  const isRace = dice.chance(0.5);
  const key = `${orderId} door ${n}`;
  const returnId = product.changeIdFrom("return", orderId, catalogue.organiser.id, key, sha256);
  const items = { tickets: numbersOf(sold, orderId).filter((each) => (isRace ? each === number : dice.chance(0.5))) };
  if (items.tickets.length === 0) return;
  const request = { items, returnToStock: dice.chance(0.7), reason: null, force: dice.chance(0.25) };
  const wish = { orderId, key, returnId, request, isAnswered: false };
  journal.returns.push(wish);
  const race = isRace ? rush(staff, { kind: "good", eventId, serial, typeNumber, generation }) : null;
  for (let attempt = 0; attempt < 3; attempt++) if (await askForReturn({ world, catalogue, journal }, wish)) break;
  await race;
}

function numbersOf(sold: readonly Sold[], orderId: OrderId): number[] {
  return sold.flatMap((ticket) => (ticket.orderId === orderId ? [ticket.number] : [])).sort((a, b) => a - b);
}

async function override(staff: Staff): Promise<void> {
  const { world, catalogue } = staff;
  const { organiser, eventId } = catalogue;
  const shown = anyTicket(staff);
  if (!shown) return;
  const scanId = world.newId("scn");
  const gateId = world.dice.pick(GATES);
  const scan = { eventId, by: organiser.id, shown, direction: "in", gateId, overrides: true } as const;
  world.doorWatch.asked(scanId, scan);
  for (let attempt = 0; attempt < 2; attempt++) {
    const presented = { code: codeText(shown), source: "camera" } as const;
    const sent = { scanId, direction: "in", gateId, acked: [] } as const;
    const result = await world.request(organiser, (context) =>
      world.product.scanTicket(context, eventId, presented, { ...sent, override: "known to us" }),
    );
    const answer = read(world, result, false, "an override");
    if (answer) return world.doorWatch.answered(scanId, answer);
  }
}

async function correct({ world, catalogue }: Staff): Promise<void> {
  const { dice, product } = world;
  const scan_id = world.newId("scn");
  const reason = "counted by hand";
  const gates = GATES.map((gate_id) => ({ gate_id, inside_by: dice.between(0, 3) }));
  const counted = dice.chance(0.5)
    ? ({ kind: "sweep", scan_id, reason } as const)
    : ({ kind: "set", scan_id, reason, gates } as const);
  for (let attempt = 0; attempt < 2; attempt++) {
    const result = await world.request(catalogue.organiser, (context) =>
      product.countAtDoor(context, catalogue.eventId, counted),
    );
    if (!read(world, result, false, "a correction")) continue;
    world.note(`who is inside is corrected: ${counted.kind}`);
    return world.doorWatch.counted(catalogue.eventId, scan_id, null);
  }
}
