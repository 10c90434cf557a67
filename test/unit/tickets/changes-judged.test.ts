// How the home of an order calls the door of its event (rule N9): at once, again until there is a reply, and only once
// successfully.

import { describe, expect, test } from "vitest";
import type { JudgeCommand, JudgeReply } from "../../../src/domain/door/command.ts";
import { UNAVAILABLE } from "../../../src/domain/errors.ts";
import type { ChangeReply, ChangeTicketCommand, Command, ReturnCommand } from "../../../src/domain/ledger/command.ts";
import type { Order } from "../../../src/domain/orders/order.ts";
import { JUDGE_WAIT_MS } from "../../../src/domain/limits.ts";
import { accept, must, refuse } from "../../../src/domain/result.ts";
import { openCommandQueue } from "../../../src/inventory/command-queue.ts";
import { openTicketChanges } from "../../../src/inventory/orders/ticket-changes.ts";
import {
  ADMITTED,
  askedOf,
  AT,
  changeCommand,
  confirmed,
  markOf,
  orderId,
} from "../../support/orders/pending-order.ts";
import { B, orderOf } from "../../support/ledger/order.ts";
import { judgedBy, OPEN_DOOR } from "../../support/orders/open-door.ts";
import { returnCommand } from "../../support/ledger/return-command.ts";

/** The changes of a home over a real ledger and its line of commands, with the door in the test's hand. */
function openHome() {
  const driver = confirmed();
  const state = { now: AT, verdict: accept({ numbers: [1, 2, 3] }) as JudgeReply, silent: false };
  const questions: Omit<JudgeCommand, "kind">[] = [];
  const faults: unknown[] = [];
  const line = openCommandQueue({
    clock: () => state.now,
    run(commands) {
      const outcomes = driver.outcomes(commands, state.now);
      home.changes.pending([must(orderOf(driver), "it is there")].filter(({ pending }) => pending));
      return outcomes;
    },
    onBug: (_, bug) => faults.push(bug),
    onFailure: (fault) => faults.push(fault),
  });
  const open = () =>
    openTicketChanges({
      store: driver.store,
      judge(command) {
        questions.push(command);
        return state.silent ? new Promise(() => undefined) : Promise.resolve(state.verdict);
      },
      complete(command) {
        const reply = line.add(command);
        home.beside?.();
        return reply;
      },
      clock: () => state.now,
      random: () => 0.5,
      onFailure: (fault) => faults.push(fault),
    });
  const home = {
    ...{ driver, state, questions, faults, line, open, changes: open() },
    /** Called when a verdict is in line: what is requested by it is decided in the same batch. */
    beside: null as (() => void) | null,
    asks: (command: ReturnCommand | ChangeTicketCommand): Promise<ChangeReply> =>
      home.changes.judged(orderId, "changeId" in command ? command.changeId : command.returnId, () =>
        line.add(command),
      ),
  };
  return home;
}

const AWAY = refuse(UNAVAILABLE);

describe("[N9] the home queries its door", () => {
  test("at once, naming tickets by number, serial and type, and replies with the outcome", async () => {
    const home = openHome();
    home.state.verdict = accept({ numbers: [2] });
    const answer = await home.asks(returnCommand(orderId, [{ holdId: B, quantity: 1 }]));
    expect(answer).toMatchObject({ ok: true, value: { replayed: false } });
    const change = must(home.questions[0], "it was asked").change;
    if (change.action !== "void") throw new Error("a return asks to void");
    expect(change).toMatchObject({ force: false, groups: [{ take: 1 }] });
    const numbers = change.groups.flatMap(({ from }) => from.map(({ number }) => number));
    expect(numbers).toHaveLength(2);
    expect(new Set(change.groups.flatMap(({ from }) => from.map(({ serial }) => serial))).size).toBe(2);
    expect(home.changes.dueAt()).toBeNull();
  });

  test("[D24] again by its alarm when there is no reply, with the same question and growing pauses", async () => {
    const home = openHome();
    home.state.verdict = AWAY;
    expect(await home.asks(changeCommand({ action: "reissue", number: 2 }))).toEqual(AWAY);
    expect(home.faults).toHaveLength(1);
    const due = must(home.changes.dueAt(), "it is to be asked again");
    expect(due).toBeGreaterThan(AT);
    home.state.now = due - 1;
    await home.changes.run();
    expect(home.questions).toHaveLength(1);
    home.state.now = due;
    await home.changes.run();
    expect(home.questions).toHaveLength(2);
    expect(home.changes.dueAt()).toBeGreaterThan(due + (due - AT));
    home.state.now = must(home.changes.dueAt(), "still");
    home.state.verdict = accept({ numbers: [2] });
    await home.changes.run();
    const queries = home.questions.map(({ until: _, ...question }) => question);
    expect(queries[2]).toEqual(queries[0]);
    expect(home.questions.map(({ until }) => until)).toEqual([AT, due, home.state.now].map((at) => at + 5_000));
    expect(home.questions[0]?.change).toMatchObject({ action: "reissue", generation: 2 });
    expect(markOf(home.driver, 2)?.reissues).toHaveLength(1);
    expect(home.changes.dueAt()).toBeNull();
  });

  test("a repeat calls it at once, and the alarm finds an object that died before its call or the reply", async () => {
    const home = openHome();
    home.state.verdict = AWAY;
    const command = returnCommand(orderId, "all");
    await home.asks(command);
    home.changes = home.open();
    expect(home.changes.dueAt()).toBeLessThanOrEqual(AT);
    home.state.verdict = accept({ numbers: [1, 2, 3] });
    expect(await home.asks(command)).toMatchObject({ ok: true, value: { replayed: false } });
    expect(orderOf(home.driver)?.status).toBe("cancelled");
  });

  test("waits for a silent door no longer than its caller does, and its alarm is set while it waits", async () => {
    const home = openHome();
    home.state.silent = true;
    const since = performance.now();
    const reply = home.asks(returnCommand(orderId, "all"));
    await expect.poll(() => home.questions.length).toBe(1);
    expect(home.changes.dueAt()).toBeGreaterThan(AT + JUDGE_WAIT_MS);
    expect(await reply).toEqual(AWAY);
    expect(performance.now() - since).toBeGreaterThan(JUDGE_WAIT_MS - 100);
    expect(askedOf(home.driver).request.action).toBe("return");
  });

  test("a request for the same order meanwhile is sent once that is over, and waits no longer in all", async () => {
    const home = openHome();
    home.state.verdict = accept({ numbers: [1] });
    const named = (key: string) => home.asks(returnCommand(orderId, { tickets: [1] }, { key }));
    const [one, other] = await Promise.all([named("first"), named("second")]);
    expect([one.ok, other]).toEqual([true, refuse({ code: "ticket_void" })]);
    home.state.silent = true;
    const third = home.asks(returnCommand(orderId, "all", { key: "third" }));
    expect(await named("fourth")).toEqual(AWAY);
    expect(await third).toEqual(AWAY);
  });

  test("a change requested in the very batch that ends the one before is sent then, and has its own result", async () => {
    const home = openHome();
    home.state.verdict = accept({ numbers: [1] });
    const second: Promise<ChangeReply>[] = [];
    home.beside = () => {
      home.beside = null;
      home.state.verdict = ADMITTED;
      second.push(home.asks(returnCommand(orderId, { tickets: [2] }, { key: "second" })));
    };
    const first = await home.asks(returnCommand(orderId, { tickets: [1] }, { key: "first" }));
    expect([first.ok, await second[0]]).toEqual([true, ADMITTED]);
    const pending = home.questions.map(({ change }) => change.action === "void" && change.groups[0]?.from[0]?.number);
    expect(pending).toEqual([1, 2]);
    expect(orderOf(home.driver)?.pending).toBeUndefined();
  });

  test("what is requested in that batch is judged also where nobody waits for it any more", async () => {
    const home = openHome();
    home.state.verdict = accept({ numbers: [1] });
    home.beside = () => {
      home.beside = null;
      home.state.verdict = accept({ numbers: [2] });
      void home.line.add(returnCommand(orderId, { tickets: [2] }, { key: "second" }));
    };
    await home.asks(returnCommand(orderId, { tickets: [1] }, { key: "first" }));
    await expect.poll(() => home.questions.length).toBe(2);
    await expect.poll(() => orderOf(home.driver)?.pending).toBeUndefined();
  });

  test("a repeat beside the refusal of what it repeats is sent again, and is not left open", async () => {
    const home = openHome();
    home.state.verdict = ADMITTED;
    const command = returnCommand(orderId, { tickets: [1] });
    const again: Promise<ChangeReply>[] = [];
    home.beside = () => {
      home.beside = null;
      home.state.verdict = accept({ numbers: [1] });
      again.push(home.asks(command));
    };
    expect(await home.asks(command)).toEqual(ADMITTED);
    expect(await again[0]).toMatchObject({ ok: true });
    expect(home.questions).toHaveLength(2);
    expect([orderOf(home.driver)?.pending, home.changes.dueAt()]).toEqual([undefined, null]);
  });

  test("[X8] what a release without doors did meanwhile, or made impossible, is dropped without a query", async () => {
    for (const items of [[{ holdId: B, quantity: 1 }], "all"] as const) {
      const home = openHome();
      const command = returnCommand(orderId, items);
      home.driver.send(command, AT);
      const pending = must(orderOf(home.driver), "it is there");
      // It completes the return at once, and leaves the column that it does not know.
      home.driver.send(judgedBy(OPEN_DOOR, pending), AT);
      const after = must(orderOf(home.driver), "it is there");
      const left: Order = { ...after, pending: pending.pending ?? null };
      const store = {
        pending: () => [left],
        find: (names: Parameters<typeof home.driver.store.find>[0]) => home.driver.store.find(names),
      };
      const told: Command[] = [];
      const changes = openTicketChanges({
        store,
        judge: () => Promise.reject(new Error("the door is asked")),
        complete(told_) {
          told.push(told_);
          return Promise.resolve(refuse({ code: "not_found" } as const));
        },
        clock: () => AT,
        random: () => 0.5,
        onFailure: (fault) => home.faults.push(fault),
      });
      await changes.run();
      expect(home.faults).toEqual([]);
      expect(told).toMatchObject([{ kind: "judged", verdict: { ok: false } }]);
    }
  });

  test("while the door is away, a note that two requests want is tried for each, and both may retry", async () => {
    const home = openHome();
    home.state.verdict = AWAY;
    const block = (key: string) => home.asks(changeCommand({ action: "block", number: 1, note: null }, key));
    expect(await block("one")).toEqual(AWAY);
    expect(await block("other")).toEqual(AWAY);
    expect(home.questions).toHaveLength(2);
  });

  test("[D25] a door that was emptied ends the change, with the reply for an order that was cut", async () => {
    const home = openHome();
    home.state.verdict = refuse({ code: "door_closed" });
    expect(await home.asks(returnCommand(orderId, "all"))).toEqual(refuse({ code: "not_found" }));
    expect([orderOf(home.driver)?.pending, orderOf(home.driver)?.status]).toEqual([undefined, "confirmed"]);
    expect([home.faults, home.changes.dueAt()]).toEqual([[], null]);
  });

  test("what was refused or done at once is returned as it is, and nobody is queried", async () => {
    const home = openHome();
    expect(await home.asks(returnCommand(orderId, { tickets: [9] }))).toEqual(refuse({ code: "not_found" }));
    expect(home.questions).toEqual([]);
  });
});
