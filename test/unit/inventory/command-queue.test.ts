import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../../src/domain/ledger/batch.ts";
import type { Command } from "../../../src/domain/ledger/command.ts";
import { MAX_BATCH, MAX_WAITING } from "../../../src/domain/limits.ts";
import { accept } from "../../../src/domain/result.ts";
import { openCommandQueue, type QueuePorts } from "../../../src/inventory/command-queue.ts";
import { readCommand } from "../../support/builders.ts";

const COUNTS: Command = { kind: "counts" };
const READ: Command = readCommand([]);

function queueWith(ports: Partial<QueuePorts> = {}) {
  const batches: number[] = [];
  const bugs: unknown[] = [];
  const failures: unknown[] = [];
  const queue = openCommandQueue({
    clock: () => Date.now(),
    run: (commands) => {
      batches.push(commands.length);
      return commands.map((): Outcome => ({ reply: accept(null) }));
    },
    onBug: (_, bug) => bugs.push(bug),
    onFailure: (fault) => failures.push(fault),
    ...ports,
  });
  return { queue, batches, bugs, failures };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the line of commands", () => {
  it("[H11] what arrives in one turn is one batch, in the order of arrival", async () => {
    const seen: Command[] = [];
    const { queue } = queueWith({
      run: (commands) => {
        seen.push(...commands);
        return commands.map((): Outcome => ({ reply: accept(null) }));
      },
    });
    const commands = Array.from({ length: 20 }, (): Command => ({ kind: "counts" }));
    const replies = Promise.all(commands.map((command) => queue.add(command)));
    await vi.runAllTimersAsync();
    await replies;
    expect(seen).toHaveLength(20);
    for (const [index, command] of commands.entries()) expect(seen[index]).toBe(command);
  });

  it("[X4] takes at most 256 commands a batch, and the rest in the next", async () => {
    const { queue, batches } = queueWith();
    const replies = Promise.all(Array.from({ length: 600 }, () => queue.add(READ)));
    await vi.runAllTimersAsync();
    await replies;
    expect(MAX_BATCH).toBe(256);
    expect(batches).toEqual([256, 256, 88]);
  });

  it("[X2] serves 2,000 at once, refuses the next at once, and takes others when the line is shorter", async () => {
    const { queue } = queueWith();
    const taken = Array.from({ length: MAX_WAITING }, () => queue.add(READ));
    expect(await queue.add(READ)).toEqual({
      ok: false,
      refusal: { code: "overloaded", retryAfterSeconds: expect.any(Number) },
    });
    await vi.runAllTimersAsync();
    for (const reply of await Promise.all(taken)) expect(reply).toEqual({ ok: true, value: null });
    const next = queue.add(READ);
    await vi.runAllTimersAsync();
    expect(await next).toEqual({ ok: true, value: null });
  });

  it("[X2] refuses queries for counts from 500 waiting commands on, and still takes purchases", async () => {
    const { queue } = queueWith();
    const taken = Array.from({ length: 500 }, () => queue.add(COUNTS));
    expect(await queue.add(COUNTS)).toMatchObject({ refusal: { code: "overloaded" } });
    const read = queue.add(READ);
    await vi.runAllTimersAsync();
    for (const reply of await Promise.all([...taken, read])) expect(reply).toEqual({ ok: true, value: null });
  });

  it("[X2] sheds while the oldest has waited for over a second", async () => {
    const { queue } = queueWith();
    const first = queue.add(COUNTS);
    vi.setSystemTime(Date.now() + 1_001);
    expect(await queue.add(COUNTS)).toMatchObject({ refusal: { code: "overloaded" } });
    await vi.runAllTimersAsync();
    expect(await first).toEqual({ ok: true, value: null });
  });

  it("[X1] a bug in one decision is that command's internal_error alone", async () => {
    const bug = new Error("bug");
    const { queue, bugs } = queueWith({ run: () => [{ bug }, { reply: accept(null) }] });
    const replies = Promise.all([queue.add(COUNTS), queue.add(COUNTS)]);
    await vi.runAllTimersAsync();
    expect(await replies).toEqual([
      { ok: false, refusal: { code: "internal_error" } },
      { ok: true, value: null },
    ]);
    expect(bugs).toEqual([bug]);
  });

  it("[X8] a malformed command is refused alone and at once, and the batch of the others never sees it", async () => {
    const { queue, batches, bugs } = queueWith();
    const before = queue.add(COUNTS);
    // The one cast: what a Worker of another release may send.
    const refused = await queue.add({
      kind: "claim",
      actor: "shp",
      requestId: "r",
      orderId: "ord_1",
    } as unknown as Command);
    expect(refused).toEqual({ ok: false, refusal: { code: "internal_error" } });
    expect(bugs).toEqual([new Error("malformed command: claim.orderId")]);
    const after = queue.add(COUNTS);
    await vi.runAllTimersAsync();
    expect(await Promise.all([before, after])).toEqual([
      { ok: true, value: null },
      { ok: true, value: null },
    ]);
    expect(batches).toEqual([2]);
  });

  it("[H11] a batch that failed as a whole replies 503 to each of its commands, and the next one runs", async () => {
    const fault = new Error("disk full");
    let broken = true;
    const { queue, failures } = queueWith({
      run: (commands) => {
        if (broken) throw fault;
        return commands.map((): Outcome => ({ reply: accept(null) }));
      },
    });
    const lost = Promise.all([queue.add(COUNTS), queue.add(COUNTS)]);
    await vi.runAllTimersAsync();
    for (const reply of await lost) expect(reply).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
    expect(failures).toEqual([fault]);
    broken = false;
    const next = queue.add(COUNTS);
    await vi.runAllTimersAsync();
    expect(await next).toEqual({ ok: true, value: null });
  });

  it("[H11] a batch whose failure cannot be cleared away leaves nobody waiting", async () => {
    const { queue } = queueWith({
      run: () => {
        throw new Error("disk full");
      },
      onFailure: () => {
        throw new Error("nor can it be read");
      },
    });
    const lost = Promise.all([queue.add(COUNTS), queue.add(COUNTS)]);
    expect(() => queue.turn()).toThrow("nor can it be read");
    for (const reply of await lost) expect(reply).toMatchObject({ refusal: { code: "temporarily_unavailable" } });
  });
});
