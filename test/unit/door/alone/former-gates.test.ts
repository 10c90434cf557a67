// What was let in alone at a gate that has been taken away since (rules D19, D21): people went in.

import { expect, test } from "vitest";
import { withFormerGates } from "../../../../src/domain/door/event-terms.ts";
import { idOf } from "../../../support/builders.ts";
import { NORTH, SOUTH } from "../../../support/door/cases.ts";
import { AT_NORTH, openDoorOnDisk, said, scanCommand } from "../../../support/door/on-disk.ts";
import { eventTerms, VENUE } from "../../../support/door/event-terms.ts";
import { upload } from "../../../support/door/uploads.ts";
import { explainBroken } from "../../../support/door/recounted.ts";

/** A phone that moves between gates. */
const ROAMING = { ...AT_NORTH, device: { venueId: VENUE, gateId: null } };
const NEVER = idOf("gate", "never");
const WEST = idOf("gate", "west");
const gates = (...ids: (typeof NORTH)[]) => ids.map((id) => ({ id, status: "open", capacity: null }) as const);
const termsWith = (version: number, ...ids: (typeof NORTH)[]) =>
  eventTerms({ rules: { gates: gates(...ids) }, terms: { version } });

test("[D19] [D21] an upload at a gate that was removed since is taken and counted; at a foreign gate not", () => {
  const door = openDoorOnDisk();
  expect(upload(door, { as: "before", by: ROAMING, gateId: SOUTH, serial: 1 })).toEqual(["taken"]);
  door.take(termsWith(2, NORTH));
  expect(upload(door, { as: "after", by: ROAMING, gateId: SOUTH, serial: 2 })).toEqual(["taken"]);
  expect(upload(door, { as: "never", by: ROAMING, gateId: NEVER, serial: 3 })).toEqual(["not_found"]);
  const { counts } = door.ledger().book().head;
  expect(counts).toMatchObject({ inside: 2, admitted: 2 });
  expect(counts.gates.get(SOUTH)).toEqual({ entries: 2, exits: 0, insideBy: 2 });
  expect(explainBroken(door.rows())).toBeNull();
});

test("[D19] it is known over an eviction and later terms, until it is there again", () => {
  const door = openDoorOnDisk(termsWith(1, NORTH, SOUTH));
  door.take(termsWith(2, NORTH, WEST));
  door.take(termsWith(3, NORTH));
  const nearby = { ...termsWith(3, NORTH), nearbyAt: door.now + 1 };
  door.take(nearby);
  door.restart();
  expect(door.ledger().book().terms).toMatchObject({ nearbyAt: door.now + 1, formerGates: [SOUTH, WEST] });
  for (const gateId of [SOUTH, WEST]) expect(upload(door, { as: gateId, by: ROAMING, gateId })[0]).toBe("taken");
  door.take(termsWith(4, NORTH, SOUTH));
  expect(door.ledger().book().terms?.formerGates).toEqual([WEST]);
  door.take(termsWith(5, NORTH, SOUTH, WEST));
  expect(door.ledger().book().terms).not.toHaveProperty("formerGates");
});

test("[D21] nobody scans there online, and a device with its own gate still may not upload there", () => {
  const door = openDoorOnDisk();
  door.take(termsWith(2, NORTH));
  expect(said(door.scan({ by: ROAMING, gateId: SOUTH }))).toBe("not_found");
  expect(door.run([scanCommand({ by: ROAMING, gateId: NORTH })])).toMatchObject([{ ok: true }]);
  expect(upload(door, { as: "other gate", gateId: SOUTH })).toEqual(["forbidden"]);
});

test("[D9] nothing is taken there either once the event is archived", () => {
  const door = openDoorOnDisk();
  const over = { eventStatus: "archived", archivedAt: 1, endTime: 1 } as const;
  door.take(eventTerms({ rules: { gates: gates(NORTH), ...over }, terms: { version: 2 } }));
  const organiser = { ...ROAMING, id: idOf("usr", "organiser"), device: null };
  expect(upload(door, { by: organiser, gateId: SOUTH })).toEqual(["door_closed"]);
});

test("[D19] a thousand of them are known, the latest", () => {
  const many = Array.from({ length: 1_001 }, (_, n) => idOf("gate", String(n)));
  const next = termsWith(2, NORTH);
  expect(withFormerGates(next, termsWith(1, ...many.slice(1))).formerGates).toEqual(many.slice(1));
  expect(withFormerGates(next, termsWith(1, ...many)).formerGates).toEqual(many.slice(1));
  expect(withFormerGates(next, null)).toBe(next);
});
