// `serve` as other programs and operators meet it: ready, restarted, stopped, crashed, refused.
// @module-tag slow

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server as NetServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { keepDemo, openEventOf } from "../../../src/cli/local/demo.ts";
import { isRunning, nameProcess } from "../../../src/cli/local/processes.ts";
import { must } from "../../../src/domain/result.ts";
import { makeStateDir, PROJECT, runScript, watch } from "../../support/server/commands.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";

const running: TestServer[] = [];
const stateDirs: string[] = [];

async function serve(options: Parameters<typeof startServer>[0]): Promise<TestServer> {
  const server = await startServer(options);
  running.push(server);
  return server;
}

function stateFolder(): string {
  const folder = makeStateDir();
  stateDirs.push(folder);
  return folder;
}

afterEach(async () => {
  for (const server of running.splice(0)) if (server.command.child.exitCode === null) await server.stop();
});
afterAll(() => {
  for (const folder of stateDirs) rmSync(folder, { recursive: true, force: true });
});

describe("a server that is started again on its data", () => {
  test("[H11] still has the hold that it confirmed, and the same demonstration and secrets", async () => {
    const stateDir = stateFolder();
    const first = await serve({ stateDir, env: { HOLD_TTL_SECONDS: "77" } });
    const placed = await placeHold(first);
    expect(placed.lasts, "HOLD_TTL_SECONDS reaches the Worker").toBe(77);
    expect(await first.stop()).toBe(0);
    const second = await serve({ stateDir });
    expect(second.demo).toEqual({ ...first.demo, base_url: second.baseUrl });
    const read = await fetch(`${second.baseUrl}/v1/holds/${placed.id}`, { headers: bearer(placed.token) });
    expect(read.status).toBe(200);
    expect(await read.json()).toMatchObject({ id: placed.id, quantity: 2, status: "active" });
    expect(await held(second)).toBe(2);
    for (const file of ["demo.json", "secrets.json"]) expect(statSync(join(stateDir, file)).mode & 0o777).toBe(0o600);
  });

  test("seeds what a start that was killed before its rows stood had promised in demo.json", async () => {
    const stateDir = stateFolder();
    const promised = keepDemo(stateDir, "http://127.0.0.1:1");
    const server = await serve({ stateDir });
    expect(server.demo).toEqual({ ...promised, base_url: server.baseUrl });
    const events = await fetch(`${server.baseUrl}/v1/events`, { headers: bearer(promised.api_keys.viewer) });
    expect(events.status).toBe(200);
    const body = (await events.json()) as { data: { id: string }[] };
    const ids = [promised.event_id, promised.draft_event_id, openEventOf(promised).id];
    expect(body.data.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  test("ends the runtime that a killed server left behind, and refuses data that a living one has", async () => {
    const stateDir = stateFolder();
    const first = await startServer({ stateDir });
    const orphan = nameProcess(first.workerdPid);
    first.command.child.kill("SIGKILL");
    await first.command.ended;
    const second = await serve({ stateDir });
    expect(isRunning(orphan)).toBe(false);
    const third = runScript("src/cli/serve.ts", [], { PORT: "0", STATE_DIR: stateDir });
    expect(await third.ended).toBe(1);
    expect(third.stderr()).toContain(`in use by process ${second.command.child.pid}`);
    expect((await fetch(`${second.baseUrl}/healthz`)).status).toBe(200);
  });
});

describe("a server that ends", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("by %s to all its processes leaves none and status 0", async (signal) => {
    const server = await serve({});
    const workerd = nameProcess(server.workerdPid);
    process.kill(-must(server.command.child.pid, "it runs"), signal);
    expect(await server.command.ended).toBe(0);
    expect(isRunning(workerd)).toBe(false);
  });

  test("by SIGTERM to the npm that runs it leaves none and status 0: npm passes it on to the server itself", async () => {
    const env = { ...process.env, PORT: "0", STATE_DIR: stateFolder() };
    const command = watch(spawn("npm", ["run", "-s", "serve"], { cwd: PROJECT, env }));
    const ready = await command.untilStdout(/^ready \S+ workerd=(\d+)\n/m);
    const workerd = nameProcess(Number(ready[1]));
    command.child.kill("SIGTERM");
    expect(await command.ended).toBe(0);
    expect(isRunning(workerd)).toBe(false);
  });

  test("because workerd died says so, exits 1 and starts no second runtime", async () => {
    const server = await serve({ stateDir: stateFolder() });
    expect(await server.kill()).toBe(1);
    expect(server.command.stderr()).toMatch(/workerd was ended by SIGKILL/);
    await expect(fetch(`${server.baseUrl}/healthz`)).rejects.toThrow();
  });
});

describe("a server whose state folder goes away under it", () => {
  const aside = (path: string) => renameSync(path, `${path}-aside`);
  const remove = (path: string) => rmSync(path, { recursive: true, maxRetries: 5 });

  test.each([
    ["is removed", "", remove],
    ["is moved away", "", aside],
    ["is replaced by an empty one", "", (path: string) => (aside(path), mkdirSync(path))],
    ["loses its lock", "serving.json", remove],
    ["loses its databases", "v3", remove],
    ["loses its objects", join("v3", "do"), aside],
  ])("says so in one line, exits 1 and serves no more: it %s", async (_, part, lose) => {
    const stateDir = join(stateFolder(), "state");
    const server = await serve({ stateDir });
    const workerd = nameProcess(server.workerdPid);
    const said = server.command.stderr().length;
    lose(join(stateDir, part));
    expect(await server.command.ended).toBe(1);
    const words = server.command.stderr().slice(said);
    expect(words).toMatch(new RegExp(`^${stateDir}\\S* was removed or moved away .* start again\\.\n$`));
    await expect.poll(() => isRunning(workerd)).toBe(false);
    await expect(fetch(`${server.baseUrl}/healthz`)).rejects.toThrow();
  });

  test("leaves what is in its place to its owner: the lock too", async () => {
    const stateDir = join(stateFolder(), "state");
    const server = await serve({ stateDir });
    aside(stateDir);
    mkdirSync(stateDir);
    writeFileSync(join(stateDir, "serving.json"), "of another process");
    expect(await server.command.ended).toBe(1);
    expect(readFileSync(join(stateDir, "serving.json"), "utf8")).toBe("of another process");
  });
});

describe("a server that cannot be started", () => {
  test("names the variable for the port that is taken", async () => {
    const other = await occupyPort();
    const command = runScript("src/cli/serve.ts", [], { PORT: String(other.port), STATE_DIR: stateFolder() });
    expect(await command.ended).toBe(1);
    expect(command.stderr()).toMatch(new RegExp(`Port ${other.port} is taken. Set PORT`));
    other.server.close();
  });

  test("names every variable that makes no sense", async () => {
    const env = { PORT: "eighty", HOLD_TTL_SECONDS: "-1", RATE_LIMITS: "maybe", STATE_DIR: stateFolder() };
    const command = runScript("src/cli/serve.ts", [], env);
    expect(await command.ended).toBe(1);
    for (const name of ["PORT", "HOLD_TTL_SECONDS", "RATE_LIMITS"]) expect(command.stderr()).toContain(`${name} is "`);
  });
});

function bearer(credential: string): { Authorization: string } {
  return { Authorization: `Bearer ${credential}` };
}

async function placeHold(server: TestServer): Promise<{ id: string; token: string; lasts: number }> {
  const minted = (await (await fetch(`${server.baseUrl}/v1/shoppers`, { method: "POST" })).json()) as { token: string };
  const answer = await fetch(`${server.baseUrl}/v1/ticket-types/${server.demo.ticket_type_ids[0]}/holds`, {
    method: "POST",
    headers: { ...bearer(minted.token), "Content-Type": "application/json", "Idempotency-Key": "first" },
    body: JSON.stringify({ quantity: 2 }),
  });
  expect(answer.status).toBe(201);
  const hold = (await answer.json()) as { id: string; expires_in_seconds: number };
  return { id: hold.id, token: minted.token, lasts: hold.expires_in_seconds };
}

async function held(server: TestServer): Promise<number | undefined> {
  const answer = await fetch(`${server.baseUrl}/v1/public/events/${server.demo.event_id}/availability`);
  const body = (await answer.json()) as { ticket_types: { held: number }[] };
  return body.ticket_types[0]?.held;
}

function occupyPort(): Promise<{ port: number; server: NetServer }> {
  return new Promise((settle) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      settle({ port: typeof address === "object" && address ? address.port : 0, server });
    });
  });
}
