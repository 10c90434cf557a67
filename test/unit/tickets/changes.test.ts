// Changes of an order's tickets at its home (rules O7, N8 to N10): requested first, and done or dropped once the door
// of the event has said so.

import { describe, expect, test } from "vitest";
import { isBeingChanged, listTickets } from "../../../src/domain/door/tickets/ticket.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import { accept, must, refuse } from "../../../src/domain/result.ts";
import { MAX_GENERATION, type TicketRequest } from "../../../src/domain/orders/ticket-change.ts";
import {
  ADMITTED,
  askedOf,
  AT,
  changeCommand,
  confirmed,
  judge,
  markOf,
  orderId,
  silent,
  statuses,
} from "../../support/orders/pending-order.ts";
import { actorOf, eraseCommand, FOREIGN_KEY } from "../../support/builders.ts";
import { A, allCounts, B, ended, ordered, orderOf } from "../../support/ledger/order.ts";
import { judgedBy, OPEN_DOOR } from "../../support/orders/open-door.ts";
import { returnCommand, returnIdOf } from "../../support/ledger/return-command.ts";

describe("[N9] a return, until the door has judged it", () => {
  test("is requested, and neither order, counts nor ledger are other than before", () => {
    const driver = confirmed();
    const [before, rows] = [orderOf(driver), driver.book().head.seq];
    expect(driver.send(returnCommand(orderId, [{ holdId: B, quantity: 1 }]), AT)).toEqual(accept("pending"));
    const { pending, ...after } = must(orderOf(driver), "it is there");
    expect(after).toEqual(before);
    expect(pending).toMatchObject({ id: returnIdOf(orderId, "return"), actor: "test", requestId: "req-1" });
    expect(driver.book().head.seq).toBe(rows);
    expect(allCounts(driver)).toMatchObject({ sold: 3 });
  });

  test("of the same key and content goes on waiting, and of other content is refused as reused", () => {
    const driver = confirmed();
    const command = returnCommand(orderId, [{ holdId: B, quantity: 1 }]);
    driver.send(command, AT);
    expect(driver.send(command, AT)).toEqual(accept("pending"));
    expect(driver.send(returnCommand(orderId, "all"), AT)).toMatchObject({
      refusal: { code: "idempotency_key_reused" },
    });
  });

  test("keeps every other change of the order's tickets waiting, and each of those keeps a return waiting", () => {
    const driver = confirmed();
    driver.send(returnCommand(orderId, "all"), AT);
    const wait = refuse(UNAVAILABLE);
    expect(driver.send(returnCommand(orderId, "all", { key: "other" }), AT)).toEqual(wait);
    expect(driver.send(changeCommand({ action: "block", number: 1, note: null }), AT)).toEqual(wait);
    judge(driver, ADMITTED);
    driver.send(changeCommand({ action: "block", number: 1, note: null }), AT);
    expect(driver.send(returnCommand(orderId, "all"), AT)).toEqual(wait);
  });

  test("is done with just the tickets that the door has named, under the name of the requester", () => {
    const driver = confirmed();
    driver.send({ ...returnCommand(orderId, [{ holdId: B, quantity: 1 }]), actor: "key_desk", requestId: "r-7" }, AT);
    expect(judge(driver, accept({ numbers: [2] }))).toMatchObject({ ok: true, value: { replayed: false } });
    const { pending, items } = must(orderOf(driver), "it is there");
    expect(pending).toBeUndefined();
    const first = listTickets(must(orderOf(driver), "it is there"))[1]?.holdId;
    expect(items.find(({ holdId }) => holdId === first)).toMatchObject({ returned: 1, voided: [2] });
    expect(statuses(driver)).toEqual(["valid", "void", "valid"]);
    const row = driver.store.rowsAfter(0, 100).at(-1);
    expect(row).toMatchObject({ kind: "return", actor: "key_desk", requestId: "r-7", quantity: 1 });
    expect(driver.store.returnsOf(orderId)).toMatchObject([{ tickets: [2], seq: row?.seq }]);
  });

  test("is dropped when somebody was let in, and may be requested again with its key", () => {
    const driver = confirmed();
    const command = returnCommand(orderId, "all");
    driver.send(command, AT);
    expect(judge(driver, ADMITTED)).toEqual(ADMITTED);
    expect(orderOf(driver)?.pending).toBeUndefined();
    expect(allCounts(driver)).toMatchObject({ sold: 3 });
    expect(driver.send(command, AT)).toEqual(accept("pending"));
    expect(judge(driver, accept({ numbers: [1, 2, 3] }))).toMatchObject({ ok: true });
    expect(orderOf(driver)).toMatchObject({ status: "cancelled" });
  });

  test("[X8] a verdict that comes twice, or for what is requested no more, changes nothing", () => {
    const driver = confirmed();
    driver.send(returnCommand(orderId, [{ holdId: B, quantity: 1 }]), AT);
    const verdict = judgedBy(OPEN_DOOR, must(orderOf(driver), "it is there"));
    driver.send(verdict, AT);
    const after = orderOf(driver);
    expect(driver.send(verdict, AT)).toMatchObject({ ok: true, value: { replayed: true } });
    driver.send(changeCommand({ action: "block", number: 1, note: null }), AT);
    driver.send(verdict, AT);
    expect(orderOf(driver)).toMatchObject({ ...after, pending: { request: { action: "block" } } });
  });

  test("outlasts a restart, and an erased contact", () => {
    const driver = confirmed();
    driver.send(returnCommand(orderId, "all"), AT);
    driver.restart();
    driver.send(eraseCommand(orderId), AT);
    expect(askedOf(driver).request.action).toBe("return");
    judge(driver, accept({ numbers: [1, 2, 3] }));
    expect(orderOf(driver)).toMatchObject({ status: "cancelled" });
  });
});

describe("[O7] [N9] a return of tickets by name", () => {
  const named = (tickets: readonly number[], key = "named") => returnCommand(orderId, { tickets }, { key });

  test("takes these, whatever their numbers, and a ticket that is void or not there is refused, as a whole", () => {
    const driver = confirmed();
    driver.send(named([1, 2]), AT);
    judge(driver, OPEN_DOOR(must(orderOf(driver), "it is there")));
    expect(statuses(driver)).toEqual(["void", "void", "valid"]);
    expect(driver.send(named([2, 3], "again"), AT)).toEqual(refuse({ code: "ticket_void" }));
    expect(driver.send(named([3, 4], "beyond"), AT)).toEqual(refuse({ code: "not_found" }));
    expect(driver.send(named([3], "last"), AT)).toEqual(accept("pending"));
  });

  test("after them, a quantity takes the highest that are left, and all of it cancels the order", () => {
    const driver = confirmed();
    const held = listTickets(must(orderOf(driver), "it is there"));
    const pair = must(
      [A, B].find((id) => held.filter(({ holdId }) => holdId === id).length === 2),
      "one has two",
    );
    const last = must(held.filter(({ holdId }) => holdId === pair).at(-1), "it has tickets").number;
    driver.send(named([last]), AT);
    judge(driver, OPEN_DOOR(must(orderOf(driver), "it is there")));
    driver.send(returnCommand(orderId, [{ holdId: pair, quantity: 1 }], { key: "one" }), AT);
    judge(driver, OPEN_DOOR(must(orderOf(driver), "it is there")));
    expect(held.filter(({ number }) => statuses(driver)[number - 1] === "void").map(({ holdId }) => holdId)).toEqual([
      pair,
      pair,
    ]);
    driver.send(returnCommand(orderId, "all", { key: "rest" }), AT);
    judge(driver, OPEN_DOOR(must(orderOf(driver), "it is there")));
    expect(orderOf(driver)?.status).toBe("cancelled");
  });

  test("[X8] what a release before returned without a name is of the highest numbers", () => {
    const order = must(orderOf(ended("confirmed")), "it is there");
    const before = { ...order, items: order.items.map((item) => ({ ...item, returned: item.quantity - 1 })) };
    expect(listTickets(before).map(({ status }) => status)).toEqual(
      listTickets(order).map(({ holdId, number }) => {
        const [first] = listTickets(order).filter((each) => each.holdId === holdId);
        return number === first?.number && order.items.find((item) => item.holdId === holdId)?.quantity !== 1
          ? "valid"
          : listTickets(order).filter((each) => each.holdId === holdId).length === 1
            ? "valid"
            : "void";
      }),
    );
  });
});

describe("[N8] what the gates get of a ticket", () => {
  test("a block with its note, once the door knows it, and the same again is no question any more", () => {
    const driver = confirmed();
    const block = changeCommand({ action: "block", number: 2, note: "stolen" });
    expect(driver.send(block, AT)).toEqual(accept("pending"));
    expect(markOf(driver, 2)).toBeUndefined();
    const before = orderOf(driver)?.seq;
    judge(driver, accept({ numbers: [2] }));
    expect(markOf(driver, 2)).toEqual({
      number: 2,
      generation: 1,
      reissues: [],
      blocked: true,
      blockNote: "stolen",
      attention: null,
    });
    expect(orderOf(driver)?.seq).toBe(before);
    const again = changeCommand({ action: "block", number: 2, note: "stolen" }, "again");
    expect(driver.send(again, AT)).toMatchObject({ ok: true, value: { replayed: true } });
    const other = changeCommand({ action: "block", number: 2, note: "found" }, "other");
    expect(driver.send(other, AT)).toEqual(accept("pending"));
  });

  test("unblocked it is as any other, and of one that is not blocked there is nothing to query", () => {
    const driver = confirmed();
    const unblock = changeCommand({ action: "unblock", number: 1 });
    expect(driver.send(unblock, AT)).toMatchObject({ ok: true, value: { replayed: true } });
    driver.send(changeCommand({ action: "block", number: 1, note: null }), AT);
    judge(driver, accept({ numbers: [1] }));
    expect(driver.send(unblock, AT)).toEqual(accept("pending"));
    judge(driver, accept({ numbers: [1] }));
    expect(markOf(driver, 1)).toMatchObject({ blocked: false, blockNote: null });
  });

  test("what is so already may be otherwise in a moment: it is not said while another is at the door", () => {
    const driver = confirmed();
    const wait = refuse(UNAVAILABLE);
    const block = changeCommand({ action: "block", number: 1, note: "stolen" });
    const unblock = changeCommand({ action: "unblock", number: 1 }, "unblock");
    driver.send(block, AT);
    expect(driver.send(unblock, AT)).toEqual(wait);
    judge(driver, accept({ numbers: [1] }));
    expect(driver.send(unblock, AT)).toEqual(accept("pending"));
    expect(driver.send(block, AT)).toEqual(wait);
    judge(driver, accept({ numbers: [1] }));
    expect(driver.send(block, AT)).toEqual(accept("pending"));
  });

  test("an attention, and none any more", () => {
    const driver = confirmed();
    driver.send(changeCommand({ action: "attention", number: 3, text: "side door" }), AT);
    judge(driver, accept({ numbers: [3] }));
    expect(markOf(driver, 3)).toMatchObject({ attention: "side door" });
    driver.send(changeCommand({ action: "attention", number: 3, text: null }, "none"), AT);
    judge(driver, accept({ numbers: [3] }));
    expect(markOf(driver, 3)).toMatchObject({ attention: null });
  });

  test.each<TicketRequest>([
    { action: "block", number: 1, note: null },
    { action: "attention", number: 1, text: "x" },
    { action: "reissue", number: 1 },
  ])("a void ticket is refused: $action", (request) => {
    const driver = confirmed();
    driver.send(returnCommand(orderId, { tickets: [1] }), AT);
    judge(driver, accept({ numbers: [1] }));
    expect(driver.send(changeCommand(request), AT)).toEqual(refuse({ code: "ticket_void" }));
  });

  test("[T2] a ticket that the order has not, an order without tickets, and another's order are not found", () => {
    const none = refuse({ code: "not_found" });
    const block = (number: number) => changeCommand({ action: "block", number, note: null });
    expect(confirmed().send(block(4), AT)).toEqual(none);
    expect(confirmed().send(block(0), AT)).toEqual(none);
    expect(silent(ordered()).send(block(1), AT)).toEqual(none);
    expect(confirmed().send({ ...block(1), by: actorOf(FOREIGN_KEY) }, AT)).toEqual(none);
  });
});

describe("[N10] a reissue", () => {
  const reissue = (key = "anew", number = 1) => changeCommand({ action: "reissue", number }, key);

  test("is one generation more once the door knows it, and with the same key it is no other", () => {
    const driver = confirmed();
    expect(driver.send(reissue(), AT)).toEqual(accept("pending"));
    expect(driver.send(reissue(), AT)).toEqual(accept("pending"));
    expect(markOf(driver, 1)).toBeUndefined();
    judge(driver, accept({ numbers: [1] }));
    expect(markOf(driver, 1)?.reissues).toHaveLength(1);
    expect(driver.send(reissue(), AT)).toMatchObject({ ok: true, value: { replayed: true } });
    driver.send(reissue("once more"), AT);
    judge(driver, accept({ numbers: [1] }));
    expect(markOf(driver, 1)?.reissues).toHaveLength(2);
    expect(driver.send(reissue(), AT)).toMatchObject({ ok: true, value: { replayed: true } });
  });

  test("of another key waits for one that is requested, and one that the door refuses is none", () => {
    const driver = confirmed();
    driver.send(reissue(), AT);
    expect(driver.send(reissue("other"), AT)).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
    expect(judge(driver, ADMITTED)).toEqual(ADMITTED);
    expect(markOf(driver, 1)).toBeUndefined();
  });

  test("is refused of a blocked ticket, and beyond the 250th generation", () => {
    const driver = confirmed();
    driver.send(changeCommand({ action: "block", number: 1, note: null }), AT);
    judge(driver, accept({ numbers: [1] }));
    expect(driver.send(reissue(), AT)).toEqual(refuse({ code: "ticket_blocked" }));
    for (let generation = 2; generation <= MAX_GENERATION; generation++) {
      driver.send(reissue(`key ${generation}`, 2), AT);
      judge(driver, accept({ numbers: [2] }));
    }
    expect(markOf(driver, 2)?.generation).toBe(250);
    expect(markOf(driver, 2)?.reissues, "[X4] an order's row has a bound").toHaveLength(5);
    expect(driver.send(reissue("one more", 2), AT)).toEqual(refuse({ code: "reissue_limit" }));
  });
});

describe("[N6] [N9] no code is shown of a ticket that its door may be making void, or another generation", () => {
  test("by name of these alone, of a hold's of its tickets, and of a note of none", () => {
    const driver = confirmed();
    const order = () => must(orderOf(driver), "it is there");
    const hidden = () =>
      listTickets(order()).flatMap((ticket) => (isBeingChanged(order(), ticket) ? ticket.number : []));
    const ofB = listTickets(order()).flatMap(({ number, holdId }) => (holdId === B ? number : []));
    expect(hidden()).toEqual([]);
    driver.send(returnCommand(orderId, { tickets: [2] }), AT);
    expect(hidden()).toEqual([2]);
    judge(driver, ADMITTED);
    driver.send(returnCommand(orderId, [{ holdId: B, quantity: 1 }]), AT);
    expect(hidden()).toEqual(ofB);
    judge(driver, ADMITTED);
    driver.send(returnCommand(orderId, "all"), AT);
    expect(hidden()).toEqual([1, 2, 3]);
    judge(driver, ADMITTED);
    driver.send(changeCommand({ action: "reissue", number: 3 }), AT);
    expect(hidden()).toEqual([3]);
    judge(driver, ADMITTED);
    driver.send(changeCommand({ action: "block", number: 3, note: null }), AT);
    expect(hidden()).toEqual([]);
  });
});
