// Checks the doors of a world at rest (theme `door`): the log has every reply once; it gives the counts, tickets and
// conflicts; homes, feeds and D1 agree.

import { isDeepStrictEqual } from "node:util";
import { type DoorRow, FULL_ROW_EVERY } from "../../../../src/domain/door/rows/door-log.ts";
import { foldTicket } from "../../../../src/domain/door/rows/fold.ts";
import { type TicketState, NEW_TICKET } from "../../../../src/domain/door/tickets/ticket-state.ts";
import type { EventId, ScanId } from "../../../../src/domain/ids.ts";
import { type DoorStore, openDoorStore } from "../../../../src/door/storage/door-store.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { naiveEvent, naiveTicket } from "../../../support/door/model/naive-door.ts";
import { soldTickets } from "../../people/door/guests.ts";
import type { DoorHost } from "../../platform/objects/kinds.ts";
import { SMALL_FULL_ROW_EVERY } from "../../world/small-sizes.ts";
import { followDoorRow, openTold, rowsOf, type Told } from "./log.ts";
import type { World } from "../../world/world.ts";

const ALL = { afterSeq: 0, limit: 100_000, verdict: null, gateId: null, deviceId: null } as const;

export function checkDoors(world: World): void {
  for (const host of world.doorHosts.values()) {
    if (world.failure()) return;
    if (host.storage.isEmpty()) continue;
    const store = openDoorStore(host.storage.rows);
    const { rows } = store.log(ALL);
    const told = followAll(world, host, rows);
    if (world.failure()) return;
    checkAnswers(world, host, told.scans, rows);
    checkFold(world, host, store, told);
    checkBundle(world, host, store, told);
    checkHomes(world, host, told);
    checkCopies(world, host, store);
  }
}

function followAll(world: World, { id }: DoorHost, rows: readonly DoorRow[]): Told {
  // The product's, since in small worlds it is of the same small size.
  const verifier = world.product.openDoorVerifier(sha256Hex);
  const told = openTold(world.themes.has("small") ? SMALL_FULL_ROW_EVERY : FULL_ROW_EVERY);
  for (const row of rows) {
    world.note(`door: ${row.kind}${row.decided === "alone" || row.decided === "override" ? ` ${row.decided}` : ""}`);
    const wrong = followDoorRow(told, row, world.doorWatch.heard);
    if (wrong) world.fail(`${wrong}: row ${row.seq} of the door of ${id}: ${JSON.stringify(row)}`);
    verifier.take(row);
  }
  const { broken } = verifier.verdict();
  if (broken) world.fail(`[T6] the log of the door of ${id} breaks at row ${broken.seq}: ${broken.why}`);
  return told;
}

/** Rules D1, D4, D24: each verdict that was sent is in the log, as it was sent. */
function checkAnswers(
  { doorWatch, fail }: World,
  { id }: DoorHost,
  scans: ReadonlyMap<ScanId, readonly DoorRow[]>,
  rows: readonly DoorRow[],
): void {
  const { acked, answers, asked, again, alone, undone, counted } = doorWatch.heard;
  const isHere = (scanId: ScanId): boolean => asked.get(scanId)?.eventId === id;
  const rowOf = (scanId: ScanId): DoorRow | undefined => scans.get(scanId)?.[0];
  for (const [scanId, answer] of answers) {
    const row = rowOf(scanId);
    if (!isHere(scanId)) continue;
    if (row?.verdict !== answer.verdict.verdict || row.at !== answer.at || row.serial !== answer.serial)
      fail(`[D4] ${scanId} got the reply ${JSON.stringify(answer)}, its row is ${JSON.stringify(row)}`);
  }
  for (const { asked: by, answer } of again.filter((each) => each.asked.eventId === id)) {
    const row = rowOf(answer.scanId);
    if (answer.verdict.verdict === "repeat" && !acked.has(answer.scanId))
      fail(`[D5] ${answer.scanId} was never acknowledged, and its guest is a repeat`);
    if (
      row?.actor !== by.by ||
      row.serial !== by.shown.serial ||
      row.kind !== (by.direction === "in" ? "entry" : "exit")
    )
      fail(`[D5] ${JSON.stringify(answer)} was told to ${JSON.stringify(by)}, its row is ${JSON.stringify(row)}`);
  }
  const uploads = new Set(rows.flatMap(({ decided, scanId }) => (decided === "alone" && scanId ? [scanId] : [])));
  for (const [scanId, { sent, outcome }] of alone) {
    if (!isHere(scanId) || (outcome !== "taken" && outcome !== "repeat")) continue;
    if (!uploads.has(scanId) && (outcome === "taken" || !rowOf(scanId)))
      fail(`[D19] ${JSON.stringify(sent)} was reported ${outcome} and is lost`);
  }
  for (const [scanId, { eventId, answer }] of undone)
    if (eventId === id && answer.outcome !== "nothing" && rowOf(scanId)?.kind !== "undo")
      fail(`[D14] ${JSON.stringify(answer)} was confirmed and is lost`);
  for (const [scanId, { eventId }] of counted)
    if (eventId === id && !rowOf(scanId)) fail(`[D16] ${scanId} was confirmed and is lost`);
  checkTwice({ fail }, id, rows);
}

/** Rule D4, and that the door admits nobody twice, by the rows alone. */
function checkTwice({ fail }: Pick<World, "fail">, id: EventId, rows: readonly DoorRow[]): void {
  const undone = new Set(rows.flatMap(({ kind, ref }) => (kind === "undo" ? [ref] : [])));
  const admitted = new Set<number>();
  for (const { verdict, decided, serial, scanId, seq } of rows) {
    if (verdict !== "admitted" || decided !== "door" || serial === null || undone.has(scanId)) continue;
    if (admitted.has(serial)) fail(`[D6] ${serial} is admitted twice by the door of ${id}: row ${seq}`);
    admitted.add(serial);
  }
}

/** Rules D10, D19: what the rows make, whatever order they came in. */
function checkFold({ fail, note }: World, { id }: DoorHost, store: DoorStore, told: Told): void {
  const { head, terms } = store.load();
  const days = terms?.rules.days ?? [];
  const serials = [...told.tickets.keys()];
  const counts = naiveEvent(
    serials.map((serial) => rowsOf(told, serial)),
    [...told.clicks, ...told.undos],
    told.barriers,
  );
  if (!isDeepStrictEqual(sorted(head.counts), sorted(counts)))
    fail(
      `[D10] the door of ${id} has ${JSON.stringify(sorted(head.counts))}, its rows ${JSON.stringify(sorted(counts))}`,
    );
  const stored = store.find({ scanIds: [], undone: [], serials, after: null }).tickets;
  const conflicts: string[] = [];
  for (const serial of serials) {
    const expected = naiveTicket(rowsOf(told, serial), told.barriers, days);
    const { state } = foldTicket(stored.get(serial)?.rows ?? [], told.barriers, days);
    if (!isDeepStrictEqual(state, expected.state))
      fail(`[D19] ${serial} is ${JSON.stringify(state)} at the door, by its rows ${JSON.stringify(expected.state)}`);
    conflicts.push(...expected.conflicts.map((conflict) => conflict.id));
  }
  const listed = store.conflicts({ before: null, limit: 10_000, seen: null }).conflicts;
  const standing = listed.filter(({ goneAt }) => goneAt === null);
  for (const { kind } of listed) note(`conflict: ${kind}`);
  const ofTickets = standing.flatMap((each) => (each.kind === "over_capacity" ? [] : [each.id]));
  if (!isDeepStrictEqual(ofTickets.sort(), conflicts.sort()))
    fail(`[D19] the door of ${id} lists ${ofTickets.join()}, its rows make ${conflicts.join()}`);
  const isOver = terms !== null && head.counts.inside > terms.rules.hardCapacity;
  if (standing.some(({ kind }) => kind === "over_capacity") !== isOver)
    fail(`[D11] ${head.counts.inside} are inside, and the door of ${id} lists ${JSON.stringify(standing)}`);
}

function sorted({ inside, admitted, gates }: ReturnType<DoorStore["load"]>["head"]["counts"]): unknown {
  return { inside, admitted, gates: [...gates].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** Rule D17: the bundle of the last row has each ticket's present state. */
function checkBundle({ doorWatch, fail, note }: World, { id }: DoorHost, store: DoorStore, told: Told): void {
  const bundle = doorWatch.heard.bundles.get(id);
  if (!bundle || bundle.seq !== store.load().head.seq) return;
  note("a bundle is as the door is");
  for (const serial of told.tickets.keys()) {
    const { state } = naiveTicket(rowsOf(told, serial), told.barriers, []);
    const known = bundle.tickets.get(serial)?.state ?? NEW_TICKET;
    const parts = ({ inside, entries, generation, voided, blocked }: TicketState): unknown => [
      ...[inside, Math.min(entries, 1), generation, voided?.since, blocked?.since],
    ];
    if (!isDeepStrictEqual(parts(known), parts(state)))
      fail(
        `[D17] ${serial} is ${JSON.stringify(known)} in the bundle of row ${bundle.seq}, and ${JSON.stringify(state)}`,
      );
  }
}

/** Rules N8 to N10: what a home has of a ticket, the door has, and nothing else. */
function checkHomes(world: World, { id }: DoorHost, told: Told): void {
  const sold = soldTickets(world, [...world.hosts.keys()]).filter(({ eventId }) => eventId === id);
  for (const { serial, status, generation, blocked, attention } of sold) {
    const { state } = naiveTicket(rowsOf(told, serial), told.barriers, []);
    const atDoor = {
      ...{ status: state.voided ? "void" : "valid", generation: state.generation },
      ...{ blocked: state.blocked !== null, attention: state.attention },
    };
    const atHome = { status, generation, blocked, attention };
    // What is void is said once: no note and no generation says more of it.
    const same = status === "void" ? atDoor.status === "void" : isDeepStrictEqual(atDoor, atHome);
    if (!same) world.fail(`[N9] ${serial} is ${JSON.stringify(atHome)} at home, at the door ${JSON.stringify(atDoor)}`);
  }
}

/** D1 has the version of the terms, and the feed the last counts. */
function checkCopies({ d1, fail, feedHosts, note }: World, { id }: DoorHost, store: DoorStore): void {
  const { head, terms } = store.load();
  if (terms === null) return;
  const [event] = d1.look("SELECT door_version, status FROM events WHERE id = ?", id);
  if (event && (event["door_version"] !== terms.version || event["status"] !== terms.rules.eventStatus))
    fail(`[D2] the door of ${id} has version ${terms.version}, and D1 ${JSON.stringify(event)}`);
  const feed = feedHosts.get(id);
  if (!feed || feed.storage.isEmpty()) return;
  // Without followers only its memory has the counts: a feed that slept queries the door for its first reader.
  const state = feed.running()?.state;
  if (!state) return;
  const { seq, counts } = head;
  const [inside, admitted] = [Math.max(0, counts.inside), counts.admitted];
  const shown = state.door;
  if ((shown?.seq ?? Infinity) > seq || shown?.inside !== inside || shown.admitted !== admitted)
    fail(`[L1] the feed of ${id} has ${JSON.stringify(shown)}, the door is at ${seq} with ${inside} and ${admitted}`);
  note("a feed has the counts of its door");
}
