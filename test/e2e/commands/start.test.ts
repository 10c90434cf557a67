// What a newcomer does: `npm start`, then paste what it prints; bootstrap an organisation; follow the counts.
// @module-tag slow

import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEventOf, readDemo } from "../../../src/cli/local/demo.ts";
import { databaseFiles } from "../../../src/cli/d1/stored-d1.ts";
import { must } from "../../../src/domain/result.ts";
import { makeStateDir, PROJECT, type RunningCommand, runScript, watch } from "../../support/server/commands.ts";
import { startServer } from "../../support/server/server.ts";

const stateDir = makeStateDir();
let start: RunningCommand;
let guide: string[];

beforeAll(async () => {
  // SERVE_BUNDLE empty: this one builds for itself, as on a fresh clone.
  start = runScript("src/cli/start.ts", [], { PORT: "0", STATE_DIR: stateDir, SERVE_BUNDLE: "" });
  await start.untilStdout(/Ctrl-C here stops the server/);
  guide = start.stdout().split("\n");
});

afterAll(async () => {
  start.child.kill("SIGTERM");
  await start.ended;
  rmSync(stateDir, { recursive: true, force: true });
});

test("`npm start` names the shop before all else, the API page and the demo event, and each responds", async () => {
  const addresses = start.stdout().match(/http:\/\/\S+/g) ?? [];
  const [served, shop] = addresses;
  expect(shop).toBe(`${served}/`);
  const page = must(
    addresses.find((address) => address.endsWith("/docs")),
    "the guide names the API page",
  );
  const event = must(
    addresses.find((address) => address.includes("/v1/public/events/")),
    "the guide names the event",
  );
  for (const address of [shop ?? "", page, event])
    expect((await fetch(address, { redirect: "error" })).status, address).toBe(200);
});

test("`npm start` names the console, an address to sign in to it, and a command that prints its password", async () => {
  const console = must(/Console +(\S+)/.exec(start.stdout())?.[1], "the guide names the console");
  expect((await fetch(console, { redirect: "error" })).status).toBe(200);
  const [, email = "", command = ""] =
    /console: (\S+), whose password is printed by\n +(.+)/.exec(start.stdout()) ?? [];
  const shell = watch(spawn("sh", ["-euc", command], { cwd: PROJECT }));
  expect(await shell.ended, shell.stderr()).toBe(0);
  const signedIn = await fetch(new URL("/api/auth/sign-in/email", console), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: shell.stdout().trim() }),
  });
  expect(signedIn.status).toBe(200);
});

test("every command that `npm start` prints works when pasted in order into a POSIX shell", async () => {
  const begin = guide.findIndex((line) => line.startsWith("Or paste this"));
  const lines = guide.slice(begin + 1).filter((line) => line.startsWith("  "));
  const follow = must(lines.pop(), "the last command watches");
  const shell = watch(spawn("sh", ["-eu"], { cwd: PROJECT }));
  shell.child.stdin?.end(lines.join("\n"));
  expect(await shell.ended, shell.stderr()).toBe(0);
  const [event, token, hold, availability, order, byLink, confirmed, history, tickets, code, ...scans] = shell
    .stdout()
    .trim()
    .split("\n");
  expect(JSON.parse(event ?? "")).toMatchObject({ status: "live", ticket_types: [{ name: "General" }, {}, {}] });
  expect(token).toMatch(/^vgs_/);
  expect(JSON.parse(hold ?? "")).toMatchObject({ status: "active", quantity: 2, unit_price: "150.00" });
  expect(JSON.parse(availability ?? "")).toMatchObject({ ticket_types: [{ held: 2, available: 498 }, {}, {}] });
  expect(JSON.parse(order ?? "")).toMatchObject({ status: "reserved", total: "300.00" });
  const { order_link: _, ...shown } = JSON.parse(order ?? "") as Record<string, unknown>;
  expect(JSON.parse(byLink ?? "")).toEqual({ ...shown, contact: null });
  expect(JSON.parse(confirmed ?? "")).toMatchObject({ status: "confirmed" });
  expect(JSON.parse(history ?? "")).toMatchObject({ data: [{ kind: "checkout" }, { kind: "confirm" }] });
  const { data } = JSON.parse(tickets ?? "") as {
    data: { id: string; number: number; status: string; serial: string }[];
  };
  expect(data).toMatchObject([1, 2].map((number) => ({ number, status: "valid" })));
  expect(JSON.parse(code ?? "")).toMatchObject({
    ticket_id: data[1]?.id,
    ticket_code: expect.stringMatching(/^VG1[0-9A-Z]{128}$/),
  });
  const ticket = `General ${data[1]?.serial}: `;
  expect(scans).toEqual([
    `ADMITTED  ${ticket}1 person in. 1 inside.`,
    expect.stringMatching(new RegExp(`^REFUSED  ${ticket}Already inside: came in at [\\d:]{8} at Gate 1\\.$`)),
    expect.stringMatching(/^ +A supervisor may let in/),
    "exit status 1",
  ]);
  await expect.poll(start.stderr).toMatch(/Mail to buyer@example\.com: Your tickets for [^]*vgo_/);

  const id = must(/evt_\w+/.exec(follow)?.[0], "the last command names an event");
  expect(follow.trim()).toBe(`STATE_DIR='${stateDir}' npm run -s watch -- --event ${id}`);
  const screen = runScript("src/cli/watch.ts", ["--event", id], { STATE_DIR: stateDir });
  await screen.untilStdout(
    /2 sold, 0 held, 498 of 500[^]*1 inside of 50000[^]*gate GATE_1: open, 1 in, 0 out, 1 inside/,
  );
  screen.child.kill("SIGINT");
  expect(await screen.ended).toBe(0);
});

test("[D9] a folder of the version before open doors gains them at its next start, and keeps its file", async () => {
  const folder = makeStateDir();
  const first = await startServer({ stateDir: folder });
  const { id } = openEventOf(first.demo);
  await first.stop();
  const path = join(folder, "demo.json");
  const [kept, sql] = [readFileSync(path, "utf8"), `DELETE FROM ticket_types WHERE event_id = '${id}'`];
  const database = new DatabaseSync(must(catalogueOf(folder), "the folder has a D1"));
  for (const statement of [sql, `DELETE FROM events WHERE id = '${id}'`]) database.exec(statement);
  database.close();
  const second = await startServer({ stateDir: folder, port: first.port });
  const answer = await fetch(`${second.baseUrl}/v1/public/events/${id}`);
  expect(await answer.json()).toMatchObject({ id, status: "live", ticket_types: [{ name: "General" }, {}, {}] });
  expect(readFileSync(path, "utf8")).toBe(kept);
  await second.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The database of D1 that has the catalogue. */
function catalogueOf(folder: string): string | undefined {
  return databaseFiles(folder).find((file) => {
    const database = new DatabaseSync(file);
    const found = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'events'").get();
    database.close();
    return found !== undefined;
  });
}

test("nothing that `npm start` prints is a credential", () => {
  expect(start.stdout()).not.toMatch(/vg[kdsot]_[\w-]{20}/);
});

test("`live` says what is wrong: no such type, no server, no argument", async () => {
  const env = { STATE_DIR: stateDir };
  const unknown = runScript("src/cli/live.ts", ["tt_unknown"], env);
  expect(await unknown.ended).toBe(1);
  expect(unknown.stderr()).toMatch(/has no public ticket type tt_unknown/);
  const nowhere = runScript("src/cli/live.ts", ["tt_unknown", "--url", "http://127.0.0.1:1"], env);
  expect(await nowhere.ended).toBe(1);
  expect(nowhere.stderr()).toMatch(/Nothing answers at http:\/\/127\.0\.0\.1:1/);
  const bare = runScript("src/cli/live.ts", [], env);
  expect(await bare.ended).toBe(2);
  expect(bare.stderr()).toMatch(/is missing\.\nUsage: /);
});

test("`live` comes back by itself when the server does", async () => {
  const folder = makeStateDir();
  const first = await startServer({ stateDir: folder });
  const live = runScript("src/cli/live.ts", [first.demo.ticket_type_ids[1]], { STATE_DIR: folder });
  await live.untilStdout(/20 of 20 available/);
  await first.kill();
  const second = await startServer({ stateDir: folder, port: first.port });
  await live.untilStdout(/20 of 20 available[^]*20 of 20 available/);
  live.child.kill("SIGTERM");
  await Promise.all([live.ended, second.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

test("[P2] `bootstrap --local` shows a key once that works, and refuses a slug twice", async () => {
  const folder = makeStateDir();
  const args = ["--local", "--name", "O'Brien & Sons?", "--slug", "obrien"];
  const created = runScript("src/cli/bootstrap.ts", args, { STATE_DIR: folder });
  expect(await created.ended, created.stderr()).toBe(0);
  const { organization, api_key } = JSON.parse(created.stdout()) as { organization: { id: string }; api_key: string };
  const again = runScript("src/cli/bootstrap.ts", args, { STATE_DIR: folder });
  expect(await again.ended).toBe(1);
  expect(again.stderr()).toMatch(/slug obrien is taken/);
  for (const [status, ...refused] of [
    [2, "--name", " ", "--slug", "blank"],
    [1, "--name", "X", "--slug", "x".repeat(101)],
  ] as const) {
    const bad = runScript("src/cli/bootstrap.ts", ["--local", ...refused], { STATE_DIR: folder });
    expect(await bad.ended).toBe(status);
  }
  expect(readDemo(folder)).toBeNull();

  const server = await startServer({ stateDir: folder });
  const venue = await fetch(`${server.baseUrl}/v1/venues`, {
    method: "POST",
    headers: { Authorization: `Bearer ${api_key}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      name: "Hall",
      slug: "hall",
      address: "1 Road",
      city: "Pretoria",
      country: "ZA",
      timezone: "Africa/Johannesburg",
      capacity: 10,
    }),
  });
  expect(venue.status).toBe(201);
  expect(await venue.json()).toMatchObject({ organization_id: organization.id });
  const busy = runScript("src/cli/bootstrap.ts", ["--local", "--name", "X", "--slug", "x"], { STATE_DIR: folder });
  expect(await busy.ended).toBe(1);
  expect(busy.stderr()).toMatch(/in use by process/);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("remote commands refuse while wrangler.toml has placeholder ids, and say what to create", async () => {
  for (const command of [
    runScript("src/cli/deploy.ts", [], {}),
    runScript("src/cli/bootstrap.ts", ["--remote", "--name", "X", "--slug", "x"], {}),
  ]) {
    expect(await command.ended).toBe(1);
    expect(command.stderr()).toMatch(
      /wrangler d1 create voelgoedevents[^]*wrangler kv namespace create CATALOGUE_CACHE/,
    );
  }
});
