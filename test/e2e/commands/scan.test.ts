// `npm run scan` at the demonstration's open doors, as somebody tries it: who is let in and who is not, in words and by
// the exit status, one by one and as a reader's list; and `ledger:verify --door` on what it left.
// @module-tag slow

import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEventOf } from "../../../src/cli/local/demo.ts";
import { must } from "../../../src/domain/result.ts";
import { actionsOf } from "../../support/server/actions.ts";
import { type Client, mintShoppers, openClient } from "../../support/server/client.ts";
import { makeStateDir, runScript } from "../../support/server/commands.ts";
import { startServer, type TestServer } from "../../support/server/server.ts";
import { expectStatus } from "../../support/server/catalogue/show.ts";

type Codes = { readonly serial: string; readonly ticket_code: string; readonly typed_code: string };

const stateDir = makeStateDir();
let server: TestServer;
let client: Client;
let eventId = "";

beforeAll(async () => {
  server = await startServer({ stateDir, env: { RATE_LIMITS: "off" } });
  client = openClient(server.baseUrl);
  eventId = openEventOf(server.demo).id;
});
afterAll(async () => {
  client.close();
  await server.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

/** Tickets of one confirmed order of the open event; `type`: 0 General, 1 VIP, 2 Free. */
async function buy(type: 0 | 1 | 2, quantity = 1): Promise<Codes[]> {
  const act = actionsOf(client);
  const { owner } = server.demo.api_keys;
  const { token } = must((await mintShoppers(client, 1))[0], "a shopper");
  const hold = expectStatus(
    await act.hold(openEventOf(server.demo).ticket_type_ids[type], token, "hold", { quantity }),
    201,
  );
  const order = expectStatus(await act.checkOut(token, "order", [hold.id]), 201);
  expectStatus(await act.settle(order.id, "confirm", owner), 200);
  const { body } = await act.read<{ data: { id: string }[] }>(`/v1/orders/${order.id}/tickets`, owner);
  const codes = body.data.map(async ({ id }) =>
    expectStatus(await act.read<Codes>(`/v1/tickets/${id}/code`, owner), 200),
  );
  return Promise.all(codes);
}

const gate = (index: 0 | 1 | 2) => server.demo.gate_ids[index];
const at = (index: 0 | 1 | 2, ...more: string[]) => ["--event", eventId, "--gate", gate(index), ...more];

function start(args: readonly string[], env: Record<string, string> = {}) {
  return runScript("src/cli/scan.ts", args, { STATE_DIR: stateDir, API_KEY: "", ...env });
}
async function scan(args: readonly string[], env: Record<string, string> = {}) {
  const run = start(args, env);
  const status = await run.ended;
  return { status, out: run.stdout(), said: run.stderr() };
}

test("[D6] [D7] [D15] a ticket goes in, is refused elsewhere, out, and in again by a supervisor alone", async () => {
  const { ticket_code: code, serial } = must((await buy(0))[0], "a ticket");
  const named = `General ${serial}: `;
  expect(await scan([code, ...at(0)])).toEqual({
    status: 0,
    out: `ADMITTED  ${named}1 person in. 1 inside.\n`,
    said: "",
  });
  const inside = await scan([code, ...at(1)]);
  expect(inside.status).toBe(1);
  expect(inside.out).toMatch(
    new RegExp(
      `^REFUSED  ${named}Already inside: came in at \\d\\d:\\d\\d:\\d\\d at Gate 1\\.\n {9}A supervisor .*\n$`,
    ),
  );
  expect(await scan([code, ...at(1, "--out")])).toMatchObject({ status: 0, out: `OUT  ${named}1 person out.\n` });
  const used = await scan([code, ...at(0)]);
  expect([used.status, used.out]).toEqual([1, expect.stringMatching(/Used: .* at Gate 1, left at [\d:]+ at Gate 2\./)]);
  const override = await scan([code, ...at(0, "--override", "lost her band")]);
  expect([override.status, override.out]).toEqual([0, expect.stringContaining("against “used”")]);
});

test("[D5] the same scanner sees at once that it just passed, since the verdict has surely arrived", async () => {
  const { ticket_code: code } = must((await buy(0))[0], "a ticket");
  expect((await scan([code, ...at(0)])).status).toBe(0);
  const again = await scan([code, ...at(0)]);
  expect([again.status, again.out]).toEqual([1, expect.stringMatching(/^REPEAT /)]);
});

test("[D8] VIP has its own gate, and Free goes out and in again; a typed code does as well", async () => {
  const [vip, free] = [must((await buy(1))[0], "a ticket"), must((await buy(2))[0], "a ticket")];
  const wrong = await scan([vip.ticket_code, ...at(0)]);
  expect([wrong.status, wrong.out]).toEqual([1, expect.stringContaining("It lets in at VIP gate.")]);
  expect((await scan([vip.typed_code, ...at(2, "--typed")])).out).toMatch(/^ADMITTED {2}VIP /);
  for (const [index, more, status] of [
    [0, [], 0],
    [1, [], 1],
    [0, ["--out"], 0],
    [1, [], 0],
  ] as const)
    expect((await scan([free.ticket_code, ...at(index, ...more)])).status).toBe(status);
});

test("[D3] `-` takes a code a line, as a reader types them, one verdict a line until the end", async () => {
  const [first, second] = await buy(0, 2);
  const run = start(["-", ...at(1)]);
  run.child.stdin?.write(`${first?.ticket_code}\r\n\n`);
  await run.untilStdout(/^ADMITTED .*\n/);
  run.child.stdin?.write(`${first?.ticket_code}\nno code\n`);
  run.child.stdin?.end(second?.ticket_code);
  expect(await run.ended, run.stderr()).toBe(0);
  expect(run.stdout().match(/^[A-Z ]+(?= {2})/gm)).toEqual(["ADMITTED", "REPEAT", "REFUSED", "ADMITTED"]);
  expect(run.stdout()).not.toContain("\u001b");
});

/** A proxy before the server that loses the first response to a scan. */
async function losingFirst() {
  let lost = 0;
  const pass = (incoming: IncomingMessage, answer: ServerResponse) => {
    const { method, url = "", headers } = incoming;
    const onward = request(server.baseUrl + url, { method, headers }, (come) => {
      const isScan = method === "POST" && url.endsWith("/scans");
      if (isScan && lost++ === 0) answer.destroy();
      else come.pipe(answer.writeHead(come.statusCode ?? 0, come.headers));
    });
    incoming.pipe(onward);
  };
  const proxy = createServer(pass);
  await new Promise<void>((settle) => proxy.listen(0, "127.0.0.1", settle));
  const address = proxy.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, close: () => proxy.close() };
}

test("[D4] a request whose response was lost is repeated under the same id: green, one row, and once", async () => {
  const { ticket_code: code } = must((await buy(0))[0], "a ticket");
  const proxy = await losingFirst();
  const { staff } = server.demo.api_keys;
  const first = await scan([code, ...at(1, "--url", proxy.url)], { API_KEY: staff });
  proxy.close();
  expect(first).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^ADMITTED /),
    said: "No reply yet; trying again ...\n",
  });
  const elsewhere = await scan([code, ...at(0)]);
  expect([elsewhere.status, elsewhere.out]).toEqual([1, expect.stringContaining("Already inside")]);
});

describe("a scan that could not be requested ends with 2, and says why:", () => {
  const code = `VG1${"0".repeat(128)}`;
  test.each<[string, () => string[], Record<string, string>, RegExp]>([
    ["no such gate", () => [code, "--event", eventId, "--gate", "gate_x"], {}, /^NO VERDICT .*404 not_found/],
    ["no such key", () => [code, ...at(0)], { API_KEY: "vgk_none" }, /^NO VERDICT .*401 unauthenticated/],
    ["another's gate", () => [code, ...at(1)], { API_KEY: "device" }, /^NO VERDICT .*403 forbidden/],
    [
      "no server",
      () => [code, ...at(0, "--url", "http://127.0.0.1:1")],
      { API_KEY: "x" },
      /^NO VERDICT {2}Nothing answers/,
    ],
  ])("%s", async (_, args, env, said) => {
    const isDevice = env["API_KEY"] === "device";
    const run = await scan(args(), isDevice ? { API_KEY: server.demo.device_token } : env);
    expect([run.status, run.out]).toEqual([2, expect.stringMatching(said)]);
  });

  test.each<[string, () => string[]]>([
    ["no code", () => at(0)],
    ["two codes", () => [code, code, ...at(0)]],
    ["no gate", () => [code, "--event", eventId]],
    ["an override of an exit", () => [code, ...at(0, "--out", "--override", "why")]],
    ["an unknown option", () => [code, ...at(0, "--nonsense")]],
    ["an event that is not the demonstration's, without a key", () => [code, "--event", "evt_x", "--gate", "gate_x"]],
    ["another server, without a key", () => [code, ...at(0, "--url", server.baseUrl)]],
  ])("%s, and how it is used", async (_, args) => {
    const run = await scan(args());
    expect([run.status, run.out, run.said]).toEqual([2, "", expect.stringMatching(/Usage: npm run scan/)]);
  });
});

test("[D1] `ledger:verify --door` finds the log of all this whole, and compares a row that was noted", async () => {
  const quiet = { STATE_DIR: stateDir, API_KEY: "", NODE_OPTIONS: "--disable-warning=ExperimentalWarning" };
  const verify = async (args: readonly string[], env = {}) => {
    const run = runScript("src/cli/ledger-verify.ts", args, { ...quiet, ...env });
    return { status: await run.ended, out: run.stdout(), said: run.stderr() };
  };
  const whole = await verify(["--door", eventId]);
  expect(whole).toMatchObject({ status: 0, said: "" });
  const [, last, hash] = /^Rows 1 to (\d+) hold: \d+ inside, \d+ admitted, hash (\w{64})\n$/.exec(whole.out) ?? [];
  const { owner, viewer } = server.demo.api_keys;
  const url = ["--door", eventId, "--url", server.baseUrl];
  const noted = await verify([...url, "--head", `${last}:${hash}`], { API_KEY: owner });
  expect(noted).toEqual({ status: 0, out: whole.out, said: `Row ${last} has the hash that was noted.\n` });
  const other = await verify([...url, "--head", `3:${hash}`], { API_KEY: owner });
  expect(other).toMatchObject({
    status: 1,
    out: "",
    said: expect.stringMatching(/^The door's log breaks at row 3: another/),
  });
  const beyond = await verify([...url, "--head", `${Number(last) + 1}:${hash}`], { API_KEY: owner });
  expect(beyond).toMatchObject({ status: 1, said: expect.stringContaining("its last rows are missing") });
  expect(await verify(url, { API_KEY: viewer })).toMatchObject({ status: 1, said: expect.stringContaining("403") });
  // The first call to a door makes it read its terms, which are its first row.
  const untouched = await verify(["--door", server.demo.event_id]);
  expect(untouched.out).toMatch(/^Rows 1 to 1 hold: 0 inside, 0 admitted, hash /);
  expect(await verify(url)).toMatchObject({ status: 1, said: "API_KEY must hold an API key of the organisation.\n" });
  for (const args of [
    ["--door", "evt_x"],
    ["--door", eventId, "--file", "x"],
    ["--door", eventId, "--export", "x"],
  ])
    expect(await verify(args), args.join(" ")).toMatchObject({ status: 2, said: expect.stringContaining("Usage: ") });
});
