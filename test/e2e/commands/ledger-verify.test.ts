// `npm run ledger:verify` on the ledger of a sale that a server made: honest, served and at rest; and with the files
// changed by hand afterwards, as somebody does who has the disk. What has been changed, and where, is said in a line.
// @module-tag slow

import { createHash } from "node:crypto";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { inventoryFile } from "../../../src/cli/verify/ledger-source.ts";
import { EMPTY_HEAD, type Head, hashRow, type LedgerRow } from "../../../src/domain/ledger/chain.ts";
import { must } from "../../../src/domain/result.ts";
import { openRetentionStore } from "../../../src/inventory/storage/retention-store.ts";
import { LEDGER_COLUMNS, toLedgerRow } from "../../../src/inventory/storage/sql-rows.ts";
import type { SqlRow } from "../../../src/shared/objects/object-sql.ts";
import { actionsOf } from "../../support/server/actions.ts";
import { mintShoppers, openClient } from "../../support/server/client.ts";
import { makeStateDir, runScript } from "../../support/server/commands.ts";
import { openNodeSqlite } from "../../support/sqlite/node-sqlite.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";
import { buildShow, expectStatus, typeOf } from "../../support/server/catalogue/show.ts";

/** The sale's rows: terms, hold, hold, release, checkout, confirm, hold. */
const LAST = 7;
const root = makeStateDir();
const stateDir = join(root, "served");
let server: TestServer;
let typeId = "";
/** What D1 has of the ledger, and a log has had of it. */
let head = "";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

async function verify(folder: string, args: readonly string[] = [], apiKey = "") {
  const env = { STATE_DIR: folder, API_KEY: apiKey, NODE_OPTIONS: "--disable-warning=ExperimentalWarning" };
  const run = runScript("src/cli/ledger-verify.ts", ["--ticket-type", typeId, ...args], env);
  return { status: await run.ended, out: run.stdout(), said: run.stderr() };
}

/** A hold that is given back, one that is sold, and one that stays. */
async function sell(): Promise<void> {
  const client = openClient(server.baseUrl);
  const act = actionsOf(client);
  const { owner, staff } = server.demo.api_keys;
  typeId = typeOf(await buildShow(client, owner, [{ total: 20 }]));
  const { token } = must((await mintShoppers(client, 1))[0], "a shopper");
  const hold = async (key: string) => expectStatus(await act.hold(typeId, token, key, { quantity: 2 }), 201).id;
  const [back, bought] = [await hold("back"), await hold("bought")];
  expectStatus(await act.release(back, token), 200);
  const order = expectStatus(await act.checkOut(token, "order", [bought]), 201);
  expectStatus(await act.settle(order.id, "confirm", staff), 200);
  await hold("kept");
  const path = `/v1/ticket-types/${typeId}`;
  const told = () => act.read<{ counts_seq: number; counts_hash: string }>(path, owner);
  head = await vi.waitFor(async () => {
    const { body } = await told();
    expect(body.counts_seq).toBe(LAST);
    return body.counts_hash;
  }, 10_000);
  client.close();
}

beforeAll(async () => {
  server = await startServer({ stateDir, env: { RATE_LIMITS: "off" } });
  await sell();
}, 60_000);
afterAll(async () => {
  if (server.command.child.exitCode === null) await server.stop();
  rmSync(root, { recursive: true, force: true });
});

const HOLDS = `Rows 1 to ${LAST} hold: total 20, sold 2, held 2, withdrawn 0, hash `;

test("[T6] [K5] an honest ledger verifies, served and at rest, and matches D1 and the log", async () => {
  const { staff } = server.demo.api_keys;
  const url = ["--url", server.baseUrl];
  const logged = ["--head", `${LAST}:${head}`];
  const [served, another] = [
    await verify(root, [...url, ...logged], staff),
    await verify(root, [...url, "--head", `3:${head}`], staff),
  ];
  const same = `D1 has row ${LAST} with the same hash.\n`;
  expect(served).toEqual({ status: 0, out: `${HOLDS}${head}\n`, said: `${same}${same.replace("D1", "the log")}` });
  expect(another).toMatchObject({ status: 1, out: "" });
  expect(another.said).toMatch(/^The ledger breaks at row 3: the log has another row at this place, with the hash /);
  expect(await server.stop()).toBe(0);
  const stored = await verify(stateDir, logged);
  expect(stored).toMatchObject({ status: 0, out: served.out, said: expect.stringContaining(served.said) });
});

/** A copy of the folder at rest, with the object's database changed. */
function changed(name: string, change: (database: DatabaseSync) => void): string {
  const folder = join(root, name);
  cpSync(stateDir, folder, { recursive: true });
  const database = new DatabaseSync(must(inventoryFile(folder, typeId), "it has a ledger"));
  change(database);
  database.close();
  return folder;
}

/** The rows that `change` makes of them, renumbered, with the counts and hashes that follow. */
function rewrite(database: DatabaseSync, change: (rows: readonly LedgerRow[]) => readonly LedgerRow[]): string {
  // The one cast: the columns of a ledger are texts and numbers.
  const stored = database.prepare(`SELECT ${LEDGER_COLUMNS} FROM ledger ORDER BY seq`).all() as SqlRow[];
  let before: Head = EMPTY_HEAD;
  database.exec("DELETE FROM ledger");
  for (const row of change(stored.map(toLedgerRow))) {
    const next = { ...row, seq: before.seq + 1 };
    const whole = { ...next, hash: hashRow(before, next, sha256) };
    const { seq, at, kind, holdId, orderId, quantity, total, sold, held, withdrawn, actor, requestId, hash } = whole;
    const counts = [quantity, total, sold, held, withdrawn];
    database
      .prepare("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(seq, at, kind, holdId, orderId, ...counts, actor, requestId, hash);
    before = whole;
  }
  return before.hash;
}

/** Somebody who has D1's file too. */
function rewriteD1(folder: string, hash: string): string {
  const databases = join(folder, "v3", "d1", "miniflare-D1DatabaseObject");
  for (const name of readdirSync(databases).filter((each) => /^[0-9a-f]{64}\.sqlite$/.test(each))) {
    const database = new DatabaseSync(join(databases, name));
    database.prepare("UPDATE ticket_types SET counts_hash = ? WHERE id = ?").run(hash, typeId);
    database.close();
  }
  return folder;
}

const byAnother = (rows: readonly LedgerRow[]) =>
  rows.map((row) => (row.kind === "release" ? { ...row, actor: "another" } : row));
const without = (kind: LedgerRow["kind"]) => (rows: readonly LedgerRow[]) => rows.filter((row) => row.kind !== kind);

test.each<[string, (database: DatabaseSync) => void, string]>([
  [
    "a row that was changed",
    (database) => database.exec("UPDATE ledger SET actor = 'another' WHERE seq = 4"),
    "4: its hash is not that of its content after the row before it.",
  ],
  [
    "a row that was dropped",
    (database) => database.exec("DELETE FROM ledger WHERE seq = 3"),
    "3: row 4 stands where row 3 belongs.",
  ],
  [
    "a last row that was dropped",
    (database) => database.exec(`DELETE FROM ledger WHERE seq = ${LAST}`),
    `${LAST}: D1 has a row ${LAST} of this ledger, which ends at row ${LAST - 1}, so its last rows are missing.`,
  ],
  [
    "a sale without its order, with fitting hashes",
    (database) => rewrite(database, without("checkout")),
    "5: hold HOLD is active, but a confirm needs one that is ordered or claimed.",
  ],
  [
    "a ledger written again from its first row, with fitting counts, lives and hashes",
    (database) => rewrite(database, byAnother),
    `${LAST}: D1 has another row at this place, with the hash HEAD, so the rows up to here were rewritten.`,
  ],
])("[T6] %s is shown at its row", async (what, change, said) => {
  let holdId = "";
  const folder = changed(what.replaceAll(/\W/g, "-"), (database) => {
    const bought = database.prepare("SELECT hold_id FROM ledger WHERE kind = 'confirm'").get();
    holdId = String(bought?.["hold_id"]);
    change(database);
  });
  expect(await verify(folder)).toEqual({
    status: 1,
    out: "",
    said: `The ledger breaks at row ${said.replace("HOLD", holdId).replace("HEAD", head)}\n`,
  });
});

test("[T6] a ledger that was written again together with what D1 has is shown by the log alone", async () => {
  let hash = "";
  const folder = changed("both", (database) => {
    hash = rewrite(database, byAnother);
  });
  rewriteD1(folder, hash);
  const [unnoticed, shown] = [await verify(folder), await verify(folder, ["--head", `${LAST}:${head}`])];
  expect(unnoticed).toMatchObject({ status: 0, out: `${HOLDS}${hash}\n` });
  expect(shown).toMatchObject({ status: 1, out: "" });
  expect(shown.said).toBe(
    `The ledger breaks at row ${LAST}: the log has another row at this place, with the hash ${head}, so ` +
      "the rows up to here were rewritten.\n",
  );
});

/** As the object cuts its ledger when it has no room, behind the row that released the first hold; the hold is gone. */
function cut(name: string, change = ""): string {
  const folder = changed(name, () => {});
  const storage = openNodeSqlite(must(inventoryFile(folder, typeId), "it has a ledger"));
  const store = openRetentionStore(storage);
  store.cut(store.read(), 4);
  if (change) storage.sql.exec(change);
  storage.close();
  return folder;
}

test("[T6] [H13] a cut ledger verifies from its checkpoint on, and no checkpoint value can differ", async () => {
  const honest = await verify(cut("cut"), ["--head", `3:${head}`, "--head", `${LAST}:${head}`]);
  expect(honest).toMatchObject({ status: 0, out: `${HOLDS.replace("Rows 1", "Rows 5")}${head}\n` });
  expect(honest.said).toContain("the log has row 3, which was deleted here, so it could not be compared.\n");
  for (const set of [
    "at = at + 1",
    "total = total + 1",
    "sold = sold + 1",
    "held = held + 1",
    "hash = ''",
    "seq = 3",
  ]) {
    const said = await verify(cut(set.replaceAll(/\W/g, "-"), `UPDATE retention SET ${set}`));
    expect(said, set).toMatchObject({ status: 1, out: "", said: expect.stringMatching(/breaks at row [45]: /) });
  }
});

test("[T6] what is no SEQ:HASH is refused in a line, with how the command is used", async () => {
  const refused = await verify(stateDir, ["--head", "5"]);
  expect(refused).toMatchObject({ status: 2, out: "" });
  expect(refused.said).toMatch(/^5 is not the SEQ:HASH of a row\.\nUsage: /);
});
