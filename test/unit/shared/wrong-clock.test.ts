// A clock that was an hour ahead for a moment (rule H3): what was noted meanwhile holds nothing up once it is right
// again.

import { describe, expect, test } from "vitest";
import { CREDENTIAL_CACHE_MS, newCredentialCache } from "../../../src/auth/credential-cache.ts";
import { nextClaimDeadline, openBook } from "../../../src/domain/ledger/memory/book.ts";
import { DOUBT_MS, NO_TERMS_MS } from "../../../src/domain/limits.ts";
import { refuse } from "../../../src/domain/result.ts";
import { openFeedPush } from "../../../src/inventory/projection/feed-push.ts";
import { openLedger } from "../../../src/inventory/batch-runner.ts";
import { openProjection } from "../../../src/inventory/projection/project.ts";
import { openTermsPull } from "../../../src/shared/objects/terms-pull.ts";
import type { Feed } from "../../../src/feed/client.ts";
import { openCountRefresh } from "../../../src/feed/count-refresh.ts";
import { newFeedState } from "../../../src/feed/feed-state.ts";
import { openEventLoad } from "../../../src/feed/event-load.ts";
import { openCredentialWatch } from "../../../src/sockets/credential-watch.ts";
import {
  claimCommand,
  EVENT,
  findHold,
  holdCommand,
  HOLD_TTL_MS,
  holdIdOf,
  HOUR,
  idOf,
  MINUTE,
  OTHER_SHOPPER,
  readCommand,
  SETTINGS,
  SHOPPER,
  START,
  termsCommand,
  termsOf,
} from "../../support/builders.ts";
import { memoryStore, openDriver, sqlStore } from "../../support/ledger/driver.ts";
import { openMemoryStore } from "../../support/ledger/memory-store.ts";
import { openRetentionDriver } from "../../support/ledger/retention-driver.ts";

const AHEAD = START + HOUR;
const TERMS = { terms: termsOf(), outcome: { version: 1, applied: true, total: 10 } } as const;
const head = { seq: 1, at: START, total: 10, sold: 0, held: 0, withdrawn: 0, hash: "" };
const BOOK = openBook({ terms: TERMS, head, activeHolds: [], ranOut: null, orders: [], claims: [] });
const away = () => Promise.reject(new Error("D1_ERROR: away"));
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe.each([
  ["memory", memoryStore],
  ["SQL", sqlStore],
])("a ledger in %s whose clock was ahead", (_, openStore) => {
  const open = (ledger: Parameters<typeof openDriver>[1] = openLedger) => openDriver(openStore(), ledger);

  test("[H3] says once of each such row how far ahead it lies", () => {
    const { store } = openStore();
    let now = AHEAD;
    const ledger = openLedger(store, () => now, SETTINGS);
    ledger.run([termsCommand()]);
    now = START;
    expect(ledger.run([]).aheadMs).toBe(HOUR);
    expect(ledger.run([holdCommand("a")]).aheadMs).toBeNull();
    now = AHEAD;
    ledger.run([holdCommand("b")]);
    now = AHEAD - 60_000;
    expect(ledger.run([]).aheadMs).toBeNull();
    now = AHEAD - 60_001;
    expect([ledger.run([]).aheadMs, ledger.run([]).aheadMs]).toEqual([60_001, null]);
  });

  test("[H3] [O2] queries about a doubt half a minute after the clock is right, in this life or the next", () => {
    const driver = open();
    driver.batch([termsCommand(), holdCommand("a"), claimCommand([holdIdOf(SHOPPER, "a")])], AHEAD);
    expect(nextClaimDeadline(driver.book())).toBe(AHEAD + DOUBT_MS);
    driver.batch([], START);
    expect(nextClaimDeadline(driver.book())).toBe(START + DOUBT_MS);
    driver.restart();
    expect(nextClaimDeadline(driver.book())).toBe(START + DOUBT_MS);
  });

  test("[H3] [H4] keeps a hold that was placed after a row that gave back many at a later time", () => {
    const driver = open((store, clock) => openLedger(store, clock, { ...SETTINGS, maxExpiryRows: 1 }));
    driver.batch([termsCommand(), holdCommand("a"), holdCommand("b")], START);
    driver.batch([], AHEAD);
    expect(driver.book().head).toMatchObject({ at: AHEAD, held: 0 });
    const placed = START + MINUTE;
    driver.send(holdCommand("c", { by: OTHER_SHOPPER, quantity: 3 }), placed);
    const id = holdIdOf(OTHER_SHOPPER, "c");
    for (const isAsleep of [false, true]) {
      if (isAsleep) driver.restart();
      expect(findHold(driver.store, id)).toMatchObject({ status: "active", heldUntil: placed + HOLD_TTL_MS });
      const read = driver.send(readCommand([id], OTHER_SHOPPER), placed + HOLD_TTL_MS - 1);
      expect(read).toMatchObject({ ok: true, value: { holds: [{ status: "active" }] } });
      expect(driver.book()).toMatchObject({ head: { held: 3 }, ranOut: null, holds: { size: 1 } });
    }
    for (const key of ["d", "e"]) driver.send(holdCommand(key), placed + MINUTE);
    driver.batch([], placed + MINUTE + HOLD_TTL_MS);
    driver.restart();
    expect(driver.book()).toMatchObject({ head: { held: 0 }, holds: { size: 0 } });
    expect(findHold(driver.store, id)?.status).toBe("expired");
  });
});

test("[H3] [H13] what a row from the future names goes a day after the next rows, not at its own time", () => {
  const DAY = 24 * HOUR;
  const driver = openRetentionDriver();
  driver.send(termsCommand({ total: 1_000 }), START);
  driver.send(holdCommand("a"), START + 30 * DAY);
  driver.batch([], START + 31 * DAY);
  driver.send(holdCommand("b"), START + MINUTE);
  driver.batch([], START + MINUTE + HOLD_TTL_MS);
  const due = driver.dueAt(START + HOUR);
  expect(due).toBeLessThanOrEqual(START + DAY + HOUR);
  driver.sweep(START + DAY + HOUR);
  expect(driver.query("SELECT COUNT(*) AS n FROM holds")).toEqual([{ n: 0 }]);
  expect(driver.faults).toEqual([]);
});

describe("once the clock is right again", () => {
  test("[H3] [X3] D1 gets the projection at once", async () => {
    let now = AHEAD;
    const projection = openProjection({
      ...{ ledger: { book: () => BOOK }, store: openMemoryStore(), clock: () => now, random: () => 0 },
      ...{ ports: () => ({ readTerms: away, project: away }), checkpoint: () => null, log: () => undefined },
    });
    await projection.step();
    expect(projection.againAt()).toBeGreaterThanOrEqual(AHEAD);
    now = START;
    expect(projection.againAt()).toBe(START);
  });

  test("[H3] [X5] D1 is queried again for terms that it did not have", async () => {
    let now = AHEAD;
    let queries = 0;
    const pull = openTermsPull({
      query: async () => {
        queries += 1;
        return null;
      },
      take: () => Promise.resolve(refuse({ code: "internal_error" })),
      clock: () => now,
      onFailure: () => undefined,
    });
    await pull.pull(idOf("tt", "none"));
    now = AHEAD + NO_TERMS_MS - 1;
    await pull.pull(idOf("tt", "none"));
    expect(queries).toBe(1);
    now = START;
    await pull.pull(idOf("tt", "none"));
    expect(queries).toBe(2);
  });

  test("[H3] [L3] a push that was lost is pushed again", async () => {
    let now = AHEAD;
    let tried = 0;
    const push = () => {
      tried += 1;
      return away();
    };
    const pushes = openFeedPush({
      ...{ book: () => BOOK, clock: () => now, random: () => 0, onFailure: () => undefined },
      // The one cast: an inventory pushes, and nothing else here.
      feeds: () => () => ({ push }) as unknown as Feed,
    });
    pushes.run();
    await settled();
    now = START;
    expect(pushes.dueAt()).toBe(START);
    pushes.run();
    expect(tried).toBe(2);
  });

  test("[H3] [P2] a credential is read again", async () => {
    const cache = newCredentialCache<string>();
    await cache.read("hash", AHEAD, () => Promise.resolve("before"));
    expect(await cache.read("hash", AHEAD + CREDENTIAL_CACHE_MS - 1, () => Promise.resolve("after"))).toBe("before");
    expect(await cache.read("hash", START, () => Promise.resolve("after"))).toBe("after");
  });

  test("[H3] [L3] a feed queries its types again, and reads its event again", async () => {
    let now = AHEAD;
    const state = newFeedState();
    // The one cast of each: a feed needs no more of its ports here.
    const ports = () => ({ counts: () => Promise.resolve(null), readCatalogue: () => Promise.resolve(null) }) as never;
    const deps = { ports, state: () => state, clock: () => now, changed: () => undefined };
    const asking = openCountRefresh([], { ...deps, onUnsureChanged: () => undefined, onFailure: () => undefined });
    const eventLoad = openEventLoad({ ...deps, shard: () => 0 });
    await asking.some([idOf("tt", "silent")]);
    await eventLoad.load(EVENT);
    expect([eventLoad.foundNone(), eventLoad.isFresh()]).toEqual([true, true]);
    now = START;
    expect(asking.dueAt()).toBe(START);
    expect([eventLoad.foundNone(), eventLoad.isFresh()]).toEqual([false, false]);
  });

  test("[H3] [T5] [L5] a feed checks credentials again, and watches no longer than it would", async () => {
    let now = AHEAD;
    let looks = 0;
    const follower = { kind: "device", id: idOf("dev", "a") } as never;
    const standing = openCredentialWatch(0, {
      ...{ followers: () => [{ socket: {} as never, follower }], mayFollow: () => true, clock: () => now },
      action: "scanner.follow",
      read: () => {
        looks += 1;
        return away();
      },
      ...{ keep: () => undefined, setAlarm: () => undefined, onFailure: () => undefined },
    });
    standing.checkIfStale();
    standing.watchForRevocation();
    await settled();
    now = START;
    expect(standing.dueAt()).toBeNull();
    standing.checkIfStale();
    expect(looks).toBe(2);
    await settled();
    expect(standing.watchUntil()).toBeLessThanOrEqual(START + 10_000);
  });
});
