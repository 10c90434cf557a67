// What a tab of the console keeps of what was typed, and for whom.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  forget,
  forgetAll,
  keepFor,
  keepTyped,
  keyOf,
  renewKey,
  typedIn,
  wasSent,
} from "../../../src/ui/console/data/form-storage.ts";
import { isAnother } from "../../../src/ui/console/decisions/session-owner.ts";

const store = {
  getItem: (name: string) => (kept.has(name) ? (kept.get(name) ?? null) : null),
  setItem: (name: string, value: string) => void kept.set(name, value),
  removeItem: (name: string) => void kept.delete(name),
};
const kept = new Map<string, string>();
/** As a browser's: its names are its own keys. */
const asStorage = new Proxy(store, {
  ownKeys: () => [...kept.keys()],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
});

beforeEach(() => {
  vi.stubGlobal("sessionStorage", asStorage);
  forgetAll();
});
afterEach(() => {
  forgetAll();
});

test.each(["with storage", "without"])("[C4] what was typed is not for the next who signs in, %s", (how) => {
  if (how === "without") vi.stubGlobal("sessionStorage", undefined);
  keepFor("usr_1 org_1");
  keepTyped("invitation", { email: "shopper@example.com" });
  const key = keyOf("invitation");
  keepFor("usr_1 org_1");
  expect([typedIn("invitation"), keyOf("invitation")]).toEqual([{ email: "shopper@example.com" }, key]);
  keepFor("usr_1 org_2");
  expect(typedIn("invitation"), "in another organisation").toBeNull();
  keepTyped("invitation", { email: "shopper@example.com" });
  forgetAll();
  expect([typedIn("invitation"), keyOf("invitation") === key, kept.size]).toEqual([
    null,
    false,
    how === "without" ? 0 : 1,
  ]);
});

test("[C4] after a key was used for another body the next try makes a thing of its own", () => {
  keepTyped("venue", { name: "The Barn" });
  const key = keyOf("venue");
  renewKey("venue");
  expect(keyOf("venue")).not.toBe(key);
  expect(typedIn("venue")).toEqual({ name: "The Barn" });
});

test("[C4] what was typed into a form that was never sent can go; once it was sent its key stays with it", () => {
  keepTyped("gate", { name: "North" });
  expect(wasSent("gate")).toBe(false);
  keyOf("gate");
  expect(wasSent("gate")).toBe(true);
  forget("gate");
  expect([wasSent("gate"), typedIn("gate")]).toEqual([false, null]);
});

test("[C2] what is shown is for one member in one organisation", () => {
  const me = (id: string, organization: string) => ({ id, organization: { id: organization } });
  const here = { email: "a@example.com", me: me("usr_1", "org_1") };
  expect(isAnother(here, { ...here })).toBe(false);
  expect(isAnother(here, { email: "a@example.com" }), "has yet to choose").toBe(false);
  expect(isAnother({}, here), "nobody was here").toBe(false);
  expect(isAnother(here, { ...here, me: me("usr_1", "org_2") })).toBe(true);
  expect(isAnother(here, { email: "b@example.com" })).toBe(true);
});
