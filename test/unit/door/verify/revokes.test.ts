// A door's log in which tickets were made void, blocked and reissued (rules N8 to N10), recounted: what comes later
// must follow from it, whatever hashes somebody has written.

import { describe, expect, test } from "vitest";
import type { DoorCommand, TicketChange } from "../../../../src/domain/door/command.ts";
import { EMPTY_DOOR, type DoorRow, hashDoorRow } from "../../../../src/domain/door/rows/door-log.ts";
import { openDoorVerifier } from "../../../../src/domain/door/verify/verify.ts";
import { sha256Hex } from "../../../../src/shared/sha256.ts";
import { MINUTE } from "../../../support/builders.ts";
import { codeOf, openDoorOnDisk, scanCommand, SUPERVISOR } from "../../../support/door/on-disk.ts";
import { eventTerms } from "../../../support/door/event-terms.ts";
import { judgeCommand, ticket } from "../../../support/door/ticket-changes.ts";

function explainBroken(rows: readonly DoorRow[]): string | null {
  const verifier = openDoorVerifier(sha256Hex, []);
  for (const row of rows) if (!verifier.take(row)) break;
  const { broken } = verifier.verdict();
  return broken && `${broken.seq}: ${broken.why}`;
}

/** The log of these commands, a minute apart: its first row is the terms. */
function logOf(...commands: readonly DoorCommand[]): readonly DoorRow[] {
  const door = openDoorOnDisk(eventTerms({ admission: { entry: "reentry" } }));
  for (const command of commands) {
    door.now += MINUTE;
    door.run([command]);
  }
  return door.rows();
}

/** Without the row of this number, as somebody writes it who has all hashes in hand. */
function without(rows: readonly DoorRow[], seq: number): DoorRow[] {
  let { hash } = EMPTY_DOOR;
  return rows
    .filter((row) => row.seq !== seq)
    .map((row, index) => {
      const moved = { ...row, seq: index + 1 };
      hash = hashDoorRow(hash, moved, sha256Hex);
      return { ...moved, hash };
    });
}

const scan = (as: number, more: object = {}) => scanCommand({ as, code: codeOf(7), ...more });
const judge = (change: TicketChange, as: number) => judgeCommand(change, as);
const VOID: TicketChange = { action: "void", groups: [{ from: [ticket(7)], take: 1 }], force: false, note: null };
const BLOCK: TicketChange = { action: "block", ticket: ticket(7), note: "stolen" };
const UNBLOCK: TicketChange = { action: "unblock", ticket: ticket(7) };
const REISSUE: TicketChange = { action: "reissue", ticket: ticket(7), generation: 2 };
const second = { code: codeOf(7, { generation: 2 }) };

describe("[D1] [D6] the log of a door that has judged tickets", () => {
  test.each<[string, readonly DoorRow[], (string | null)[]]>([
    ["void", logOf(judge(VOID, 1), scan(2)), ["void", "void"]],
    [
      "blocked and freed",
      logOf(judge(BLOCK, 1), scan(2), judge(UNBLOCK, 3), scan(4)),
      ["block", "blocked", "unblock", "admitted"],
    ],
    ["reissued", logOf(judge(REISSUE, 1), scan(2), scan(3, second)), ["reissue", "superseded", "admitted"]],
    [
      "void by force, with its guest inside",
      logOf(scan(1), judge({ ...VOID, force: true }, 2), scan(3, { direction: "out" }), scan(4)),
      ["admitted", "void", "exited", "void"],
    ],
    [
      "let in against it by a supervisor",
      logOf(judge(BLOCK, 1), scan(2, { by: SUPERVISOR, override: "known to us" })),
      ["block", "admitted"],
    ],
  ])("holds where one is %s", (_, rows, verdicts) => {
    expect(rows.slice(1).map(({ verdict }) => verdict)).toEqual(verdicts);
    expect(explainBroken(rows)).toBeNull();
  });

  test.each<[string, readonly DoorRow[], number, string]>([
    ["a refusal as void that no row has a cause for", logOf(judge(VOID, 1), scan(2)), 2, "2: its verdict is void"],
    ["one as blocked", logOf(judge(BLOCK, 1), scan(2)), 2, "2: its verdict is blocked"],
    ["one as superseded", logOf(judge(REISSUE, 1), scan(2)), 2, "2: its verdict is superseded"],
    [
      "an entry of a blocked ticket",
      logOf(judge(BLOCK, 1), judge(UNBLOCK, 2), scan(3)),
      3,
      "3: it let in, but its ticket is blocked",
    ],
  ])("breaks at %s", (_, rows, dropped, why) => {
    expect(explainBroken(without(rows, dropped))).toContain(why);
  });

  test("breaks at an entry on a void ticket, an unforced void after an entry, or an older generation", () => {
    const [terms, voided] = logOf(judge(VOID, 1));
    const [, entered] = logOf(scan(2));
    const [, anew] = logOf(judge(REISSUE, 3));
    if (!terms || !voided || !entered || !anew) throw new Error("each log has a row after the terms");
    const at = (row: DoorRow, minute: number) => ({
      ...row,
      at: row.at + minute * MINUTE,
      receivedAt: row.receivedAt + minute * MINUTE,
    });
    const log = (...rows: readonly DoorRow[]) =>
      without([{ ...terms, seq: 0 }, ...rows.map((row, index) => ({ ...at(row, index), seq: index + 1 }))], -1);
    const outside = { inside: 0, admitted: 0, gates: [] };
    expect(explainBroken(log(voided, entered))).toContain("3: it let in, but its ticket is void");
    const late = { ...voided, inside: entered.inside, admitted: entered.admitted };
    expect(explainBroken(log(entered, late))).toContain("3: it makes a ticket void that has entered");
    const again = { ...anew, ...outside, scanId: voided.scanId };
    expect(explainBroken(log({ ...anew, ...outside }, again))).toContain("3: its generation is 2, and was 2 before");
  });
});
