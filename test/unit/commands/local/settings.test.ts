// What the environment may set for a local server, and what is refused.

import { expect, test } from "vitest";
import { readSettings } from "../../../../src/cli/local/settings.ts";

test("nothing set: port 8787, the default folder, and the Worker's own variables untouched", () => {
  const settings = readSettings({});
  expect(settings).toMatchObject({ ok: true, value: { port: 8787, variables: {} } });
  expect(settings.ok && settings.value.stateDir).toMatch(/\.wrangler\/state$/);
});

test("what is set is taken, an empty variable is an absent one", () => {
  const env = {
    PORT: "0",
    STATE_DIR: "/tmp/data",
    HOLD_TTL_SECONDS: "1",
    ORDER_TTL_SECONDS: "",
    RATE_LIMITS: "off",
    EVENT_FEED_SHARDS: "32",
  };
  expect(readSettings(env)).toEqual({
    ok: true,
    value: {
      port: 0,
      stateDir: "/tmp/data",
      variables: { HOLD_TTL_SECONDS: "1", RATE_LIMITS: "off", EVENT_FEED_SHARDS: "32" },
    },
  });
});

test.each([
  ["PORT", "eighty"],
  ["PORT", "65536"],
  ["PORT", "-1"],
  ["HOLD_TTL_SECONDS", "0"],
  ["HOLD_TTL_SECONDS", "1.5"],
  ["HOLD_TTL_SECONDS", "86401"],
  ["ORDER_TTL_SECONDS", "15m"],
  ["RATE_LIMITS", "maybe"],
  ["EVENT_FEED_SHARDS", "0"],
  ["EVENT_FEED_SHARDS", "33"],
])("%s=%s is refused by name", (name, value) => {
  const settings = readSettings({ [name]: value });
  expect(settings).toEqual({ ok: false, refusal: [expect.stringContaining(`${name} is "${value}", but must be`)] });
});
