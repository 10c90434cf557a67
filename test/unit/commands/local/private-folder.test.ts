// The state folder of a local server has the database, with sessions and links in clear (rule P5).

import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPrivateFolder, writePrivate } from "../../../../src/cli/local/private-file.ts";
import { lockState } from "../../../../src/cli/local/state-lock.ts";

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

let folder: string;
let mask: number;
beforeEach(() => {
  mask = process.umask(0o022);
  folder = mkdtempSync(join(tmpdir(), "private-"));
});
afterEach(() => {
  process.umask(mask);
  rmSync(folder, { recursive: true });
});

test("[P5] a state folder is made for its owner alone, and so is all that is written in it from then on", async () => {
  const state = join(folder, "a", "state");
  const lock = await lockState(state);
  expect([lock.ok, modeOf(state)]).toEqual([true, "700"]);
  mkdirSync(join(state, "v3"));
  writeFileSync(join(state, "v3", "d1.sqlite"), "");
  expect([modeOf(join(state, "v3")), modeOf(join(state, "v3", "d1.sqlite"))]).toEqual(["700", "600"]);
  if (lock.ok) lock.value.release();
});

test("[P5] an earlier version's state folder is closed to others, even if only a secret is written", () => {
  const state = join(folder, "state");
  mkdirSync(state, { mode: 0o755 });
  writePrivate(join(state, "secrets.json"), "{}");
  expect([modeOf(state), modeOf(join(state, "secrets.json"))]).toEqual(["700", "600"]);
});

test("[P5] a folder that others share is left as it is", () => {
  const shared = join(folder, "shared");
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  openPrivateFolder(shared);
  expect(modeOf(shared)).toBe("1777");
});
