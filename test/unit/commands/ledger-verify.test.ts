// `npm run ledger:verify` as a person runs it: on a state folder that nobody serves, and on what it exported.

import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { objectPath } from "../../../src/cli/verify/ledger-source.ts";
import { openLedger } from "../../../src/inventory/batch-runner.ts";
import { openSqlStore } from "../../../src/inventory/storage/sql-store.ts";
import {
  holdCommand,
  holdIdOf,
  releaseCommand,
  SETTINGS,
  SHOPPER,
  START,
  termsCommand,
  TICKET_TYPE,
} from "../../support/builders.ts";
import { makeStateDir, runScript } from "../../support/server/commands.ts";
import { openNodeSqlite } from "../../support/sqlite/node-sqlite.ts";

const stateDir = makeStateDir();
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

/** A ledger of six rows in a database of its own, where the local runtime would keep it; `tamper` comes after. */
function storedLedger(name: string, tamper = ""): string {
  const folder = join(stateDir, name);
  const file = join(folder, objectPath("worker-TicketTypeInventory", TICKET_TYPE));
  mkdirSync(dirname(file), { recursive: true });
  const storage = openNodeSqlite(file);
  const ledger = openLedger(openSqlStore(storage), () => START, SETTINGS);
  ledger.run([
    termsCommand(),
    ...["a", "b", "c"].map((key) => holdCommand(key)),
    releaseCommand(holdIdOf(SHOPPER, "a")),
  ]);
  ledger.run([holdCommand("d")]);
  if (tamper) storage.sql.exec(tamper);
  storage.close();
  return folder;
}

async function verify(args: readonly string[], folder = stateDir) {
  const command = runScript("src/cli/ledger-verify.ts", args, { STATE_DIR: folder });
  return { status: await command.ended, out: command.stdout(), said: command.stderr() };
}

const OF_TYPE = ["--ticket-type", TICKET_TYPE];

test("[T6] a whole ledger verifies with its counts, and so does its export until a byte of it flips", async () => {
  const exported = join(stateDir, "ledger.jsonl");
  const stored = await verify([...OF_TYPE, "--export", exported], storedLedger("whole"));
  expect(stored, stored.said).toMatchObject({
    status: 0,
    out: expect.stringContaining("Rows 1 to 6 hold: total 10, sold 0, held 3"),
  });
  const tampered = join(stateDir, "tampered.jsonl");
  writeFileSync(tampered, readFileSync(exported, "utf8").replace('"seq":4', '"seq":5'));
  const torn = join(stateDir, "torn.jsonl");
  writeFileSync(torn, readFileSync(exported, "utf8").split("\n").slice(0, 2).join("\n"));
  appendFileSync(torn, '\n{"seq":3,"at"');
  const [file, flipped, half] = await Promise.all([exported, tampered, torn].map((path) => verify(["--file", path])));
  expect(file).toMatchObject({ status: 0, out: stored.out });
  expect(flipped).toMatchObject({ status: 1, out: "", said: expect.stringContaining("breaks at row 4:") });
  expect(half).toMatchObject({ status: 1, out: "", said: expect.stringContaining("breaks at row 3: line 3") });
});

/** The D1 of a folder, with its mark at this row of the ledger. */
function tellD1(folder: string, seq: number, hash: string): string {
  const file = join(folder, "v3", "d1", "miniflare-D1DatabaseObject", "a.sqlite");
  mkdirSync(dirname(file), { recursive: true });
  const storage = openNodeSqlite(file);
  storage.sql.exec("CREATE TABLE ticket_types (id TEXT PRIMARY KEY, counts_seq INTEGER, counts_hash TEXT)");
  storage.sql.exec("INSERT INTO ticket_types VALUES (?, ?, ?)", TICKET_TYPE, seq, hash);
  storage.close();
  return folder;
}

test("[T6] [K5] a ledger other than the one that D1 knows fails, at the row that D1 knows", async () => {
  const whole = await verify(OF_TYPE, storedLedger("told"));
  const hash = /hash (\w{64})/.exec(whole.out)?.[1] ?? "";
  const [same, other, more] = await Promise.all([
    verify(OF_TYPE, tellD1(storedLedger("same"), 6, hash)),
    verify(OF_TYPE, tellD1(storedLedger("other"), 4, hash)),
    verify(OF_TYPE, tellD1(storedLedger("more"), 7, hash)),
  ]);
  expect(same).toMatchObject({ status: 0, out: whole.out });
  expect(other).toMatchObject({
    status: 1,
    out: "",
    said: expect.stringContaining("breaks at row 4: D1 has another row"),
  });
  expect(more).toMatchObject({ status: 1, out: "", said: expect.stringContaining("breaks at row 7: D1 has a row 7") });
});

test("[T6] [H1] the object's own database fails at a changed row, and at a hold that the ledger lacks", async () => {
  const [row, hold, none] = await Promise.all([
    verify(OF_TYPE, storedLedger("row", "UPDATE ledger SET actor = 'another' WHERE seq = 3")),
    verify(OF_TYPE, storedLedger("hold", "UPDATE holds SET quantity = 2 WHERE status = 'active'")),
    verify(OF_TYPE, join(stateDir, "nobody")),
  ]);
  expect(row).toMatchObject({ status: 1, out: "", said: expect.stringContaining("breaks at row 3:") });
  expect(hold).toMatchObject({
    status: 1,
    said: expect.stringContaining("has 3 held, but the sum of the live holds is 6"),
  });
  expect(none).toMatchObject({ status: 1, said: expect.stringContaining("no inventory of") });
});
