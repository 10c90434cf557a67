// Gives every test file an empty, migrated D1 and no object, and both databases the platform's limits. Files share a runtime
// and its modules: each finds the bindings and the clock as the first one did.

import { applyD1Migrations, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { assertRow, assertTaken } from "../support/platform-limits.ts";

const LIMITED = Symbol.for("it is within the platform's limits");
const FIRST = Symbol.for("the bindings of the first file");

type Method = (this: object, ...given: unknown[]) => unknown;

/** Puts `wrap` of it in place of a method that all objects of a kind have; once for all files. */
function wrapMethod(kind: object, name: string, wrap: (own: Method) => Method): void {
  const own: unknown = Reflect.get(kind, name);
  if (typeof own !== "function") throw new Error(`there is no ${name} to wrap`);
  if (LIMITED in own) return;
  const value = Object.assign(wrap(own as Method), { [LIMITED]: true });
  Object.defineProperty(kind, name, { value, configurable: true, writable: true });
}

vi.useRealTimers();
// The one cast: a global of these tests' own.
const first = ((globalThis as { [FIRST]?: Env })[FIRST] ??= { ...env });
for (const name of Object.keys(env)) if (!(name in first)) Reflect.deleteProperty(env, name);
Object.assign(env, first);
await reset();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

// Why from within an object: the runtime has no global of this kind, and all objects live in this isolate.
await runInDurableObject(env.DOOR_DESK.getByName("limits"), (_, { storage }) => {
  const cursor = storage.sql.exec("SELECT 1");
  wrapMethod(Object.getPrototypeOf(cursor) as object, "toArray", (own) => {
    return function toArray() {
      const rows = own.call(this) as Record<string, unknown>[];
      for (const row of rows) assertRow(Object.values(row));
      return rows;
    };
  });
  wrapMethod(Object.getPrototypeOf(storage.sql) as object, "exec", (own) => {
    return function exec(query, ...values) {
      assertTaken(String(query), values);
      return own.call(this, query, ...values);
    };
  });
});

wrapMethod(Object.getPrototypeOf(env.DB.prepare("SELECT 1")) as object, "bind", (own) => {
  return function bind(...values) {
    // Why no statement: D1 itself refuses one that is too long, here too.
    assertTaken("", values);
    return own.call(this, ...values);
  };
});
