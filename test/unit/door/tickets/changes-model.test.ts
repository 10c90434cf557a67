// Random evenings at which tickets are voided, blocked and reissued while people come and go: the door over its rows
// and a naive model agree on every reply. A failure says how to replay.

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { DEFAULT_ADMISSION, ENTRY_KINDS } from "../../../../src/domain/door/admission.ts";
import type { DoorCommand, DoorReply, JudgeCommand, TicketChange } from "../../../../src/domain/door/command.ts";
import { EMPTY_DOOR, firstBrokenDoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import { foldTicket } from "../../../../src/domain/door/rows/fold.ts";
import { must } from "../../../../src/domain/result.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { idOf, MINUTE } from "../../../support/builders.ts";
import { NORTH, SOUTH } from "../../../support/door/cases.ts";
import {
  AT_NORTH,
  codeOf,
  correctCommand,
  type DoorOnDisk,
  openDoorOnDisk,
  scanCommand,
  SUPERVISOR,
  undoCommand,
} from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { type NaiveReply, openNaiveDoor } from "../../../support/door/model/naive-changes.ts";
import { judgeCommand, ticket } from "../../../support/door/ticket-changes.ts";

const seed = Number(process.env["DOOR_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
beforeAll(() => console.info(`changes of tickets with DOOR_SEED=${seed}`));

const SERIALS = [1, 2, 3, 4, 5, 6] as const;
/** Those of the types of the numbers 1 and 2. */
const TYPES = [idOf("tt", "odd"), idOf("tt", "even")] as const;
const typeNumberOf = (serial: number) => (serial % 2 === 1 ? 1 : 2);
const named = (serial: number) => ticket(serial, TYPES[typeNumberOf(serial) - 1]);

const serial = fc.constantFrom(...SERIALS);
const text = fc.constantFrom(null, "for the gate");
const someTickets = fc.subarray([...SERIALS], { minLength: 1 });
/** What is requested; `take` and `generation` are as far from what a door has. */
const change = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      action: fc.constant("void"),
      from: someTickets,
      take: fc.integer({ min: 1, max: 6 }),
      force: fc.constantFrom(false, false, true),
      note: text,
    }),
  },
  { weight: 2, arbitrary: fc.record({ action: fc.constantFrom("block", "unblock"), serial, note: text }) },
  { weight: 2, arbitrary: fc.record({ action: fc.constant("reissue"), serial, more: fc.constantFrom(1, 1, 2) }) },
  { weight: 1, arbitrary: fc.record({ action: fc.constant("attention"), serial, text }) },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant("scan"),
      serial,
      generation: fc.constantFrom(1, 1, 2, 3),
      direction: fc.constantFrom("in", "in", "in", "out"),
      gateId: fc.constantFrom(NORTH, SOUTH),
      overrides: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 5, arbitrary: fc.record({ act: fc.constant("judge"), change }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("again"), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("undo"), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom("sweep", "restart") }) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;
const evening = fc.record({
  entries: fc.tuple(fc.constantFrom(...ENTRY_KINDS), fc.constantFrom(...ENTRY_KINDS)),
  acts: fc.array(fc.record({ act, later: fc.constantFrom(0, 1, MINUTE) }), {
    minLength: 5,
    maxLength: 40,
    size: "max",
  }),
  together: fc.integer({ min: 1, max: 4 }),
});

type Naive = ReturnType<typeof openNaiveDoor>;
/** The model's reply to a command, and how many rows it writes. */
type Expected = { readonly command: DoorCommand; readonly reply: unknown; readonly rows: number };
type Played = { readonly naive: Naive; readonly scans: string[]; readonly judged: JudgeCommand[] };

function changeOf(asked: Change, { valid, generation }: Naive): TicketChange {
  if ("from" in asked) {
    const { from, take, force, note } = asked;
    // Two groups, as an order of two types has, of which neither takes more than there is.
    const groups = [1, 2].flatMap((number) => {
      const of = from.filter((each) => typeNumberOf(each) === number).map(named);
      const most = Math.min(take, valid(of).length);
      return most === 0 ? [] : [{ from: of, take: most }];
    });
    return { action: "void", groups, force, note };
  }
  const of = named(asked.serial);
  if ("more" in asked) return { action: "reissue", ticket: of, generation: generation(asked.serial) + asked.more };
  if ("text" in asked) return { action: "attention", ticket: of, text: asked.text };
  if (asked.action === "unblock") return { action: "unblock", ticket: of };
  return { action: "block", ticket: of, note: asked.note };
}

function expectedOf(played: Played, given: Act, index: number): Expected | null {
  const { naive, scans, judged } = played;
  if (given.act === "scan" && "direction" in given) return scanned(played, given, index);
  if (given.act === "undo" && "pick" in given) {
    const ref = scans[given.pick % Math.max(1, scans.length)];
    if (ref === undefined) return null;
    const outcome = naive.undo(ref);
    const command = undoCommand(ref, { as: `undo ${index}`, by: SUPERVISOR });
    return { command, reply: { ok: true, value: { outcome } }, rows: outcome === "undone" ? 1 : 0 };
  }
  if (given.act === "sweep") {
    naive.sweep();
    return { command: correctCommand("sweep", `sweep ${index}`), reply: { ok: true }, rows: 1 };
  }
  const isAgain = given.act === "again" && "pick" in given;
  const before = isAgain ? judged[given.pick % Math.max(1, judged.length)] : undefined;
  const command = before ?? ("change" in given ? judgeCommand(changeOf(given.change, naive), index) : null);
  if (command === null || naive.isBug(command.change, command.changeId)) return null;
  judged.push(command);
  const { reply, isNew } = naive.judge(command.change, command.changeId);
  return { command, reply: replyOf(reply), rows: isNew && "numbers" in reply ? reply.numbers.length : 0 };
}

function scanned({ naive, scans }: Played, given: Extract<Act, { direction: string }>, index: number): Expected {
  const { generation, direction, gateId, overrides } = given;
  const of = given.serial;
  // Each scanner scans once, so that no verdict is given again by rule D5.
  const device = {
    ...AT_NORTH,
    id: idOf("dev", `phone ${index}`),
    device: { ...must(AT_NORTH.device, "at a gate"), gateId },
  };
  const command = scanCommand({
    ...{
      as: `scan ${index}`,
      by: overrides ? { ...SUPERVISOR, id: idOf("usr", `${index}`) } : device,
      direction,
      gateId,
    },
    code: codeOf(of, { generation, typeNumber: typeNumberOf(of) }),
    override: overrides ? "known to us" : null,
  });
  scans.push(`scan ${index}`);
  const said = naive.scan({ scan: `scan ${index}`, serial: of, generation, direction, gateId, overrides });
  const isIn = said.verdict === "admitted" || said.verdict === "readmitted";
  const verdict = { verdict: said.verdict, ...(isIn && { against: said.against }) };
  return { command, reply: { ok: true, value: { verdict } }, rows: 1 };
}

function replyOf(reply: NaiveReply): unknown {
  if ("numbers" in reply) return { ok: true, value: { numbers: reply.numbers } };
  return { ok: false, refusal: { code: "ticket_admitted", ticketNumber: reply.by, gateId: reply.gateId } };
}

function checkRest(door: DoorOnDisk, naive: Naive): void {
  const { head, barriers } = door.ledger().book();
  const { tickets } = door.store().find({ scanIds: [], undone: [], serials: SERIALS, after: null });
  for (const each of SERIALS) {
    const { state } = foldTicket(tickets.get(each)?.rows ?? [], barriers, []);
    const known = [state.voided !== null, state.blocked !== null, state.generation, state.entries, state.inside];
    const { isVoid, isBlocked, generation, entries, inside } = naive;
    expect(known).toEqual([isVoid(each), isBlocked(each), generation(each), entries(each).length, inside(each)]);
  }
  const inside = SERIALS.reduce((sum, each) => sum + naive.inside(each), 0);
  const admitted = SERIALS.filter((each) => naive.entries(each).length > 0).length;
  expect(head.counts).toMatchObject({ inside, admitted });
  expect(firstBrokenDoorRow(EMPTY_DOOR, door.rows(), sha256Hex)).toBeNull();
}

test("[N8] [N9] [N10] the door and the naive model agree on all results and rows of an evening of changes", () => {
  const seen = new Map<string, number>();
  const note = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  const play = fc.property(evening, ({ entries, acts, together }) => {
    const types = entries.map((entry, at) => ({ number: at + 1, admission: { ...DEFAULT_ADMISSION, entry } }));
    const typeIds = TYPES.map((id, at) => ({ number: at + 1, id }));
    const capacity = { softCapacity: 1_000, hardCapacity: 1_000, doorsOpen: 0, endTime: Number.MAX_SAFE_INTEGER };
    const door = openDoorOnDisk(eventTerms({ rules: { types, ...capacity }, terms: { typeIds } }));
    const naive = openNaiveDoor((of) => entries[typeNumberOf(of) - 1] ?? "once");
    const played: Played = { naive, scans: [], judged: [] };
    let batch: Expected[] = [];
    let rows = 1;
    const run = (): void => {
      const replies: DoorReply[] = door.run(batch.map(({ command }) => command));
      batch.forEach(({ command, reply }, at) => {
        expect(replies[at], JSON.stringify(command)).toMatchObject(reply as object);
        const code = "refusal" in (reply as object) ? "refused" : "made";
        note(command.kind === "judge" ? `${command.change.action} ${code}` : command.kind);
      });
      rows += batch.reduce((sum, each) => sum + each.rows, 0);
      expect(door.rows()).toHaveLength(rows);
      batch = [];
    };
    for (const [index, { act: given, later }] of acts.entries()) {
      const expected = expectedOf(played, given, index);
      if (expected) batch.push(expected);
      if (batch.length < together && given.act !== "restart") continue;
      run();
      if (given.act === "restart") door.restart();
      door.now += later;
    }
    run();
    checkRest(door, naive);
    door.storage.close();
  });
  const result = fc.check(play, { seed, numRuns: 300 });
  const replay = `replay: DOOR_SEED=${seed} npx vitest run --project unit test/unit/door/tickets/changes-model.test.ts`;
  if (result.failed)
    throw new Error(`${fc.defaultReportMessage(result)}\n\n${String(result.errorInstance)}\n\n${replay}`);
  const changes = [
    "void made",
    "void refused",
    "reissue made",
    "reissue refused",
    "block made",
    "unblock made",
    "attention made",
  ];
  expect(changes.filter((what) => (seen.get(what) ?? 0) < 20)).toEqual([]);
});
