// Gives every test file its own migrated D1 (storage is isolated per file), and both databases the platform's limits.

import { applyD1Migrations, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { assertRow, assertTaken } from "../../support/sqlite/platform-limits.ts";

type Method = (this: object, ...given: unknown[]) => unknown;

/** Puts `wrap` of it in place of a method that all objects of a kind have. */
function wrapMethod(kind: object, name: string, wrap: (own: Method) => Method): void {
  const own: unknown = Reflect.get(kind, name);
  if (typeof own !== "function") throw new Error(`there is no ${name} to wrap`);
  Object.defineProperty(kind, name, { value: wrap(own as Method), configurable: true, writable: true });
}

// As one migration, since each would be a batch of its own, and every test file waits for all of them.
const queries = env.TEST_MIGRATIONS.flatMap((migration) => migration.queries);
await applyD1Migrations(env.DB, [{ name: "all of them", queries }]);

// From within an object, since the runtime has no global of this kind, and all objects live in this isolate.
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
    // Without the statement, since D1 itself refuses one that is too long, here too.
    assertTaken("", values);
    return own.call(this, ...values);
  };
});
