// A Worker that dies at its n-th call to the outside, or a D1 that loses a reply: for tests of what is left behind.

import { env } from "cloudflare:workers";
import type { Context } from "../../../src/app/context.ts";
import { openDb } from "../../../src/db/client.ts";
import type { Inventories, Inventory } from "../../../src/inventory/client.ts";
import { inventories } from "./fixture.ts";

/**
 * Decides about each call to the outside: done as it should be, never made, made with its reply lost, or left without a
 * reply.
 */
export type Fate = (call: string) => "done" | "lost before" | "lost after" | "hangs";

/** What a verb reaches the outside by. */
export type Ports = Pick<Context, "db" | "inventories">;

/** The ports of a verb's context, with `fate` over every call that goes out. */
export function withFate(fate: Fate): Ports {
  return { db: openDb(fatedD1(env.DB, fate)), inventories: fatedInventories(inventories, fate) };
}

/** How a Worker dies at a call: before or after it took effect. */
export const DEATHS = ["lost before", "lost after"] as const;
export type Death = (typeof DEATHS)[number];

/** Dies at call `n`, counted from 1; nothing gets out after that. */
export function dyingAt(n: number, when: Death): { readonly fate: Fate; readonly died: () => boolean } {
  let calls = 0;
  return {
    died: () => calls >= n,
    fate: () => {
      calls += 1;
      if (calls < n) return "done";
      return calls === n ? when : "lost before";
    },
  };
}

const underWay = new Set<Promise<unknown>>();

/** Resolves when no call is under way: one that a dead Worker made may still arrive. */
export async function quiet(): Promise<void> {
  while (underWay.size > 0) await Promise.allSettled([...underWay]);
}

/** More calls than any verb makes. */
const MAX_STEPS = 40;

/**
 * Runs `act` with a Worker that dies at its first call to the outside, then at its second, and so on until it lives to
 * the end; each time in a world of its own, which `check` examines when all is quiet. Returns at how many calls it
 * died.
 */
export async function atEveryStep<W>(
  when: Death,
  run: {
    readonly open: () => Promise<W>;
    readonly act: (world: W, ports: Ports) => Promise<unknown>;
    /** `step`: for what a failure says. */
    readonly check: (world: W, step: string) => Promise<void>;
  },
): Promise<number> {
  for (let n = 1; n <= MAX_STEPS; n++) {
    const world = await run.open();
    const { fate, died } = dyingAt(n, when);
    await run.act(world, withFate(fate)).catch(() => undefined);
    await quiet();
    await run.check(world, `call ${n}, ${when}`);
    if (!died()) return n - 1;
  }
  throw new Error(`it makes more than ${MAX_STEPS} calls`);
}

async function meet<T>(fate: Fate, call: string, make: () => Promise<T>): Promise<T> {
  const verdict = fate(call);
  if (verdict === "lost before") throw new Error(`lost before ${call}`);
  if (verdict === "hangs") return new Promise<never>(() => undefined);
  const made = make();
  underWay.add(made);
  const answer = await made.finally(() => underWay.delete(made));
  if (verdict === "lost after") throw new Error(`lost after ${call}`);
  return answer;
}

function fatedInventories(real: Inventories, fate: Fate): Inventories {
  return (ticketTypeId) => {
    const inventory = real(ticketTypeId);
    return new Proxy(inventory, {
      get(target, name: keyof Inventory) {
        const method = target[name] as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => meet(fate, name, () => method(...args));
      },
    });
  };
}

/** D1 with `fate` over every call to it. */
export function fatedD1(real: D1Database, fate: Fate): D1Database {
  const inside = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => wrap(target.bind(...values));
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => meet(fate, `d1 ${String(name)}`, () => method.apply(target, args));
      },
    });
    inside.set(wrapped, statement);
    return wrapped;
  };
  return new Proxy(real, {
    get(target, name) {
      if (name === "prepare") return (query: string) => wrap(target.prepare(query));
      if (name === "batch") {
        return (statements: D1PreparedStatement[]) =>
          meet(fate, "d1 batch", () => target.batch(statements.map((statement) => inside.get(statement) ?? statement)));
      }
      return Reflect.get(target, name);
    },
  });
}
