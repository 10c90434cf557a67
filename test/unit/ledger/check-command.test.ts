// What is malformed is found before it joins a batch, field by field (rule X8).

import { describe, expect, it } from "vitest";
import { malformedPart } from "../../../src/domain/ledger/check-command.ts";
import type { Command } from "../../../src/domain/ledger/command.ts";
import type { Hold } from "../../../src/domain/orders/hold.ts";
import { basketIdFrom, changeIdOfRequest } from "../../../src/domain/ids.ts";
import { addressHash } from "../../support/ledger/address.ts";
import {
  actorOf,
  BOX_OFFICE,
  BY,
  checkoutCommand,
  claimCommand,
  CONTACT,
  eraseCommand,
  EVENT,
  extendCommand,
  followCommand,
  holdCommand,
  holdIdOf,
  orderCommand,
  orderIdOf,
  readCommand,
  releaseCommand,
  resolveCommand,
  settleCommand,
  sha256Bytes,
  SHOPPER,
  START,
  termsCommand,
  unclaimCommand,
} from "../../support/builders.ts";
import { returnCommand } from "../../support/ledger/return-command.ts";

const HOLD_ID = holdIdOf(SHOPPER, "a");
const CLAIM = claimCommand([HOLD_ID]);
const CLAIMED = { holdId: HOLD_ID, placedSeq: 2, quantity: 1, source: "web", unitPrice: 15_000 } as const;
const HOLD: Hold = {
  ...{ id: HOLD_ID, userId: SHOPPER, quantity: 1, status: "active", source: "web", notes: null, unitPrice: 15_000 },
  ...{ heldUntil: START, createdAt: START, updatedAt: START, orderId: null, placedSeq: 2, seq: 2 },
  ...{ firstPlacedAt: START, extensionKeys: [], replaces: null, replacedBy: null, basket: null, address: null },
};

const CHANGE_ID = changeIdOfRequest("req-1", sha256Bytes);

/** One of each kind, with all that it may carry. A kind that is missing here does not compile. */
const COMMANDS: { readonly [Kind in Command["kind"]]: Extract<Command, { kind: Kind }> } = {
  hold: holdCommand("a", {
    notes: "at the aisle",
    replaces: holdIdOf(SHOPPER, "b"),
    eventId: EVENT,
    basket: basketIdFrom(EVENT, [], true, sha256Bytes),
    address: addressHash(7),
  }),
  release: { ...releaseCommand(HOLD_ID), ifMatch: 3 },
  extend: extendCommand(HOLD_ID),
  read: readCommand([HOLD_ID]),
  counts: { kind: "counts" },
  checkout: checkoutCommand([HOLD_ID], {
    ...{ claimed: [{ eventId: EVENT, holds: [CLAIMED] }], contact: CONTACT, locale: "af" },
  }),
  order: orderCommand(orderIdOf(SHOPPER)),
  settle: { ...settleCommand(orderIdOf(SHOPPER), "confirmed", BOX_OFFICE), ifMatch: "never" },
  return: returnCommand(orderIdOf(SHOPPER), [{ holdId: HOLD_ID, quantity: 1 }], {
    reason: "rained off",
    force: true,
    ifMatch: 3,
  }),
  change_ticket: {
    ...{ kind: "change_ticket", orderId: orderIdOf(SHOPPER), changeId: CHANGE_ID, by: actorOf(SHOPPER), ...BY },
    request: { action: "block", number: 1, note: "stolen" },
  },
  judged: {
    ...{ kind: "judged", orderId: orderIdOf(SHOPPER), changeId: CHANGE_ID, ...BY },
    verdict: { ok: true, value: { numbers: [1] } },
  },
  erase_contact: eraseCommand(orderIdOf(SHOPPER)),
  resolve: resolveCommand(CLAIM.orderId, CLAIM.attempt),
  claim: CLAIM,
  unclaim: unclaimCommand(CLAIM),
  follow: followCommand(CLAIM, [HOLD]),
  terms: termsCommand({
    epoch: START,
    hash: "f00d",
    eventArchivedAt: null,
    holdExtension: "never",
    orderMinutes: 15,
    maxUnpaidPerAddress: 5,
  }),
};
const MAY_BE_ABSENT = new Set([
  ...["replaces", "eventId", "basket", "address"].map((name) => `hold.${name}`),
  "release.ifMatch",
  "settle.ifMatch",
  "return.ifMatch",
  "return.request.force",
  "checkout.contact",
  "checkout.locale",
  ...["epoch", "hash", "eventArchivedAt", "holdExtension", "orderMinutes", "maxUnpaidPerAddress"].map(
    (name) => `terms.terms.${name}`,
  ),
]);

/** What no field may be: of another type, and for numbers and texts what is none. */
const NOTHINGS: readonly unknown[] = [Number.NaN, 1.5, "", {}, [], { id: SHOPPER }, Symbol.iterator, ["hold_1"]];

/** Each field of `value`, the deep ones too, with a copy of all of it in which that field is `other`. */
function* replaced(value: unknown, other: unknown): Generator<{ readonly path: string; readonly copy: unknown }> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, own] of Object.entries(value)) {
    if (name === "kind") continue;
    const put = (into: unknown) =>
      Array.isArray(value) ? value.map((each, at) => (String(at) === name ? into : each)) : { ...value, [name]: into };
    yield { path: name, copy: put(other) };
    for (const { path, copy } of replaced(own, other)) yield { path: `${name}.${path}`, copy: put(copy) };
  }
}

describe("a command", () => {
  it.each(Object.values(COMMANDS))(
    "[X8] of kind $kind is taken, also with what a later release adds to it",
    (command) => {
      expect(malformedPart(command)).toBeNull();
      const later: unknown = { ...command, later: { than: "this release" } };
      expect(malformedPart(later as Command)).toBeNull();
    },
  );

  it.each(Object.values(COMMANDS))("[X8] of kind $kind is malformed when any field of it is missing", (command) => {
    for (const { path, copy } of replaced(command, undefined)) {
      const found = malformedPart(copy as Command);
      if (MAY_BE_ABSENT.has(`${command.kind}.${path}`)) expect(found, path).toBeNull();
      else expect(found, path).toBe(`${command.kind}.${path.split(".")[0]}`);
    }
  });

  it.each(Object.values(COMMANDS))("[X8] of kind $kind is malformed when any field of it is of no use", (command) => {
    const texts = new Set([
      ...["name", "email", "phone", "nameKey"].map((name) => `checkout.contact.${name}`),
      "hold.notes",
      "return.request.reason",
      "change_ticket.request.note",
      "terms.terms.currency",
      "terms.terms.hash",
    ]);
    for (const nothing of NOTHINGS) {
      for (const { path, copy } of replaced(command, nothing)) {
        const name = `${command.kind}.${path}`;
        const isText = typeof nothing === "string" && (texts.has(name) || /\.(actor|requestId)$/.test(name));
        const isEmptyList =
          Array.isArray(nothing) && nothing.length === 0 && /holdIds|claimed|holds|items|history|numbers/.test(path);
        if (isText || isEmptyList) continue;
        expect(malformedPart(copy as Command), `${name} as ${String(nothing)}`).toBe(
          `${command.kind}.${path.split(".")[0]}`,
        );
      }
    }
  });

  it.each([{}, { kind: "" }, { kind: "committed", orderId: "ord_1" }, { kind: "toString" }, { kind: null }])(
    "[X8] of no kind that is known is malformed: %j",
    (command) => {
      expect(malformedPart(command as Command)).toBe("kind");
    },
  );
});
