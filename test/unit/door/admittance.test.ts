// Whose requests a door takes, which terms it takes, and what a typed code may try.

import { describe, expect, test } from "vitest";
import type { DoorActor, DoorDevice, TicketChange } from "../../../src/domain/door/command.ts";
import { FAILED_TRIES_MS, MAX_FAILED_TRIES } from "../../../src/domain/door/decisions/decide-scan.ts";
import { malformedPart } from "../../../src/domain/door/check-command.ts";
import { KEPT_AFTER_END_MS } from "../../../src/domain/events/event.ts";
import { must } from "../../../src/domain/result.ts";
import { openTypingLimit, TRIES_A_MINUTE } from "../../../src/door/codes/typing-limit.ts";
import { EVENT, HOUR, idOf, MINUTE, OTHER_ORGANIZATION } from "../../support/builders.ts";
import { NORTH, NOW, SOUTH, TERMS } from "../../support/door/cases.ts";
import {
  AT_NORTH,
  AT_SOUTH,
  codeOf,
  openDoorOnDisk,
  said,
  type ScanParts,
  scanCommand,
  SUPERVISOR,
} from "../../support/door/on-disk.ts";
import { eventTerms } from "../../support/door/event-terms.ts";
import { changeIdOf, judgeCommand, ticket, voided, voidedOf } from "../../support/door/ticket-changes.ts";

describe("[D21] [T1] who scans", () => {
  const device = must(AT_NORTH.device, "a device is at a gate");
  const elsewhere: DoorActor = { ...AT_NORTH, device: { ...device, venueId: idOf("ven", "another") } };
  const crew = (parts: Partial<DoorDevice> = {}): DoorActor => ({
    ...AT_NORTH,
    device: { ...device, gateId: null, eventId: EVENT, ...parts },
  });

  test.each<[string, ScanParts, string]>([
    ["a device at its gate", {}, "admitted"],
    ["an organiser at any gate of the venue", { by: SUPERVISOR, gateId: SOUTH }, "admitted"],
    ["no device at another's gate", { gateId: SOUTH }, "forbidden"],
    [
      "no organiser at a gate that the venue does not have",
      { by: SUPERVISOR, gateId: idOf("gate", "none") },
      "not_found",
    ],
    ["no device of another venue", { by: elsewhere }, "not_found"],
    ["a device without a gate of its own at any of the venue", { by: crew() }, "admitted"],
    ["and at another", { by: crew(), gateId: SOUTH }, "admitted"],
    ["but at none that the venue does not have", { by: crew(), gateId: idOf("gate", "none") }, "not_found"],
    ["nor at another venue", { by: crew({ venueId: idOf("ven", "another") }) }, "not_found"],
    ["no device that is for another event", { by: crew({ eventId: idOf("evt", "another") }) }, "not_found"],
    ["a device that is for this event at its gate", { by: crew({ gateId: NORTH }) }, "admitted"],
    ["and not at another's", { by: crew({ gateId: NORTH }), gateId: SOUTH }, "forbidden"],
    ["nobody of another organisation", { by: { ...SUPERVISOR, organizationId: OTHER_ORGANIZATION } }, "not_found"],
    ["and no device of one", { by: { ...AT_NORTH, organizationId: OTHER_ORGANIZATION } }, "not_found"],
  ])("%s", (_, parts, answer) => {
    const door = openDoorOnDisk();
    expect(said(door.scan(parts))).toBe(answer);
    expect(door.ledger().book().head.seq).toBe(answer === "admitted" ? 2 : 1);
  });

  test("[D9] a device while the event is seen at doors, an organiser until exits are taken no more", () => {
    const end = TERMS.endTime + KEPT_AFTER_END_MS;
    const archived = { eventStatus: "archived", archivedAt: TERMS.endTime + HOUR } as const;
    const door = openDoorOnDisk(eventTerms({ rules: archived }));
    const out = { direction: "out" } as const;
    door.now = end - 1;
    expect(said(door.scan({ as: 1, ...out }))).toBe("exit_unmatched");
    expect(said(door.scan({ as: 2, ...out, by: SUPERVISOR }))).toBe("exit_unmatched");
    door.now = end;
    expect(said(door.scan({ as: 3, ...out }))).toBe("not_found");
    expect(said(door.scan({ as: 4, ...out, by: SUPERVISOR }))).toBe("door_closed");
    const draft = openDoorOnDisk(eventTerms({ rules: { eventStatus: "draft" } }));
    expect(said(draft.scan())).toBe("not_found");
    expect(said(draft.scan({ by: SUPERVISOR }))).toBe("not_open_yet");
  });

  test("[D11] the counts come with both capacities and the gates, for the same people", () => {
    const door = openDoorOnDisk();
    door.scan();
    const ask = (by: DoorActor) => {
      const outcome = must(door.ledger().run([{ kind: "counts", by }]).outcomes[0], "one command");
      return "reply" in outcome ? outcome.reply : outcome;
    };
    expect(ask(AT_SOUTH)).toMatchObject({
      ok: true,
      value: {
        ...{ eventId: EVENT, seq: 2, at: NOW, softCapacity: 80, hardCapacity: 100, gateIds: [NORTH, SOUTH] },
        counts: { inside: 1, admitted: 1 },
      },
    });
    expect(ask(elsewhere)).toEqual({ ok: false, refusal: { code: "not_found" } });
    expect(ask({ ...SUPERVISOR, organizationId: OTHER_ORGANIZATION })).toMatchObject({ ok: false });
  });
});

describe("[D2] [X6] terms", () => {
  const other = { rules: { softCapacity: 1 } };

  test("that are newer are a row, and rule from then on", () => {
    const door = openDoorOnDisk();
    expect(door.take(eventTerms({ ...other, terms: { version: 2 } }))).toEqual({ ok: true, value: { version: 2 } });
    expect(said(door.scan({ as: 1 }))).toBe("admitted");
    expect(said(door.scan({ as: 2, code: codeOf(8) }))).toBe("venue_full");
    const [first, second] = door
      .store()
      .log({ afterSeq: 0, limit: 9, decided: null, verdict: null, gateId: null, deviceId: null }).rows;
    expect([first?.kind, second?.kind]).toEqual(["terms", "terms"]);
    expect(JSON.parse(second?.detail ?? "")).toMatchObject({ version: 2, epoch: 0 });
    door.restart();
    expect(door.ledger().book().terms?.version).toBe(2);
  });

  test.each([
    ["an older version", { version: 1 }],
    ["the same version with other content", { version: 2 }],
    ["an older epoch", { version: 3, epoch: -1 }],
  ])("of %s are not taken", (_, numbered) => {
    const door = openDoorOnDisk(eventTerms({ terms: { version: 2 } }));
    expect(door.take(eventTerms({ ...other, terms: numbered }))).toEqual({
      ok: false,
      refusal: { code: "version_conflict" },
    });
    expect(door.ledger().book().terms?.rules.softCapacity).toBe(80);
    expect(door.ledger().book().head.seq).toBe(1);
  });

  test("of a later epoch are taken whatever their version", () => {
    const door = openDoorOnDisk(eventTerms({ terms: { version: 9 } }));
    expect(door.take(eventTerms({ ...other, terms: { version: 1, epoch: 1 } }))).toMatchObject({ ok: true });
    expect(door.ledger().book().terms?.rules.softCapacity).toBe(1);
  });

  test("that are the same write no row, and bring only the events nearby, if they were read later", () => {
    const door = openDoorOnDisk();
    const nearby = [{ eventId: idOf("evt", "tomorrow"), name: "Tomorrow", startsAt: NOW, keys: [] }];
    door.take(eventTerms({ terms: { nearby, nearbyAt: NOW - HOUR } }));
    expect(door.ledger().book().terms?.nearby).toEqual([]);
    door.take(eventTerms({ terms: { nearby, nearbyAt: NOW - HOUR + 1 } }));
    door.restart();
    expect(door.ledger().book()).toMatchObject({ terms: { nearby }, head: { seq: 1 } });
  });
});

describe("[N3] a typed code", () => {
  const typed = (check: string) => ({ kind: "typed_unchecked", serial: 7, check, typeNumber: 1 }) as const;
  const scan = (as: number, check: string): ScanParts => ({ as, code: typed(check), source: "typed" });

  test("is judged under the ticket's generation, and is forged with any other check", () => {
    const door = openDoorOnDisk();
    door.right.add("7 good 1");
    expect(said(door.scan(scan(1, "bad0")))).toBe("forged");
    expect(said(door.scan(scan(2, "good")))).toBe("admitted");
    expect(door.scan(scan(2, "good"))).toMatchObject({ ok: true, value: { serial: 7, again: false } });
  });

  test("with a right check digit is forged where no ticket has its serial, and names no event", () => {
    const door = openDoorOnDisk();
    door.right.add("7 good 1");
    for (const direction of ["in", "out"] as const) {
      const unknown = { ...scan(direction === "in" ? 1 : 2, "good"), code: { ...typed("good"), typeNumber: null } };
      expect(said(door.scan({ ...unknown, direction }))).toBe("forged");
    }
    expect(door.ledger().book().head.counts.inside).toBe(0);
    expect(said(door.scan(scan(3, "good")))).toBe("admitted");
  });

  test("is refused after ten wrong tries at its serial in an hour, also after a restart; others are not", () => {
    const door = openDoorOnDisk();
    for (const serial of [7, 8]) door.right.add(`${serial} good 1`);
    expect(MAX_FAILED_TRIES).toBe(10);
    for (let as = 0; as < MAX_FAILED_TRIES; as++) {
      expect(said(door.scan({ ...scan(as, "bad0"), ...(as > 4 && { by: AT_SOUTH, gateId: SOUTH }) }))).toBe("forged");
    }
    door.restart();
    door.now += FAILED_TRIES_MS - 1;
    expect(door.scan(scan(20, "good"))).toEqual({ ok: false, refusal: { code: "rate_limited", retryAfterSeconds: 1 } });
    expect(said(door.scan(scan(3, "bad0"))), "what was answered is answered the same").toBe("forged");
    expect(said(door.scan({ ...scan(21, "good"), code: { ...typed("good"), serial: 8 } }))).toBe("admitted");
    expect(said(door.scan({ as: 22, code: codeOf(7) })), "a code that was read is not typed").toBe("admitted");
    door.now += 1;
    expect(said(door.scan({ ...scan(23, "good"), direction: "out" }))).toBe("exited");
  });

  test("is tried by one scanner at most 30 times a minute", () => {
    let now = NOW;
    const limit = openTypingLimit(() => now);
    for (let tries = 0; tries < TRIES_A_MINUTE; tries++) expect(limit.excess("a")).toBeNull();
    now += MINUTE - 1;
    expect(limit.excess("a")).toBe(1);
    expect(limit.excess("b")).toBeNull();
    now += 1;
    expect(limit.excess("a")).toBeNull();
    expect(TRIES_A_MINUTE).toBe(30);
  });
});

describe("[X8] a command of another release", () => {
  test("is taken as this one makes it", () => {
    expect(malformedPart(scanCommand())).toBeNull();
    expect(malformedPart(scanCommand({ code: { kind: "unreadable" } }))).toBeNull();
    expect(malformedPart({ kind: "terms", terms: eventTerms(), requestId: "r" })).toBeNull();
    expect(malformedPart({ kind: "counts", by: SUPERVISOR })).toBeNull();
    const { venueId } = must(AT_NORTH.device, "a device is at a gate");
    for (const device of [
      { venueId, gateId: null, eventId: EVENT },
      { venueId, gateId: NORTH, eventId: null },
    ])
      expect(malformedPart(scanCommand({ by: { ...AT_NORTH, device } }))).toBeNull();
  });

  test.each<[string, object]>([
    ["scan.by", { by: { ...AT_NORTH, id: "shp_x" } }],
    ["scan.by", { by: { ...AT_NORTH, device: { ...AT_NORTH.device, gateId: undefined } } }],
    ["scan.by", { by: { ...AT_NORTH, device: { ...AT_NORTH.device, eventId: "evt_x" } } }],
    ["scan.scanId", { scanId: "1" }],
    ["scan.code", { code: { ...codeOf(7), serial: "7" } }],
    ["scan.code", { code: { kind: "toString" } }],
    ["scan.code", { code: null }],
    ["scan.direction", { direction: "through" }],
    ["scan.gateId", { gateId: NORTH.slice(1) }],
    ["scan.source", { source: "nose" }],
    ["scan.override", { override: undefined }],
    ["scan.acked", { acked: ["x"] }],
    ["kind", { kind: "toString" }],
  ])("is refused for its %s", (part, changed) => {
    expect(malformedPart({ ...scanCommand(), ...changed })).toBe(part);
  });

  const of = ticket(1);
  test.each<TicketChange>([
    voidedOf([[1, 2], 1], [[3], 1]),
    { action: "block", ticket: of, note: "stolen" },
    { action: "unblock", ticket: of },
    { action: "attention", ticket: of, text: null },
    { action: "reissue", ticket: of, generation: 2 },
  ])("is taken with each change of a ticket: %j", (change) => {
    expect(malformedPart(judgeCommand(change))).toBeNull();
  });

  test.each<[string, object]>([
    ["judge.changeId", { changeId: changeIdOf(1).slice(1) }],
    ["judge.changeId", { changeId: scanCommand().scanId }],
    ["judge.actor", { actor: null }],
    ["judge.requestId", { requestId: 1 }],
    ["judge.change", { change: null }],
    ["judge.change", { change: { action: "toString", ticket: of } }],
    ["judge.change", { change: { ticket: of, note: null } }],
    ["judge.change", { change: { ...voided([1]), note: undefined } }],
    ["judge.change", { change: { ...voided([1]), force: 1 } }],
    ["judge.change", { change: { ...voided([1]), groups: [{ from: [of] }] } }],
    ["judge.change", { change: { ...voided([1]), groups: [{ from: [of, ticket(2)], take: -1 }] } }],
    ["judge.change", { change: { ...voided([1]), groups: [{ from: [{ ...of, serial: "1" }], take: 1 }] } }],
    ["judge.change", { change: { action: "block", ticket: of } }],
    ["judge.change", { change: { action: "unblock", ticket: { ...of, number: 1.5 } } }],
    ["judge.change", { change: { action: "attention", ticket: of, text: 7 } }],
    ["judge.change", { change: { action: "reissue", ticket: { ...of, ticketTypeId: "tt" }, generation: 2 } }],
    ["judge.change", { change: { action: "reissue", ticket: of, generation: "2" } }],
  ])("is refused for its %s: %j", (part, changed) => {
    expect(malformedPart({ ...judgeCommand(voided([1])), ...changed })).toBe(part);
  });

  test.each(["eventId", "version", "hash", "rules", "typeIds", "keys", "nearby", "nearbyAt"] as const)(
    "is refused for terms without %s",
    (field) => {
      const { [field]: _, ...rest } = eventTerms();
      // The cast: what a Worker of another release may send.
      const terms = rest as ReturnType<typeof eventTerms>;
      expect(malformedPart({ kind: "terms", terms, requestId: "r" })).toBe("terms.terms");
    },
  );
});
