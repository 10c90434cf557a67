// The operator's command that lists organisations, gives them owners and suspends them, on the data of a local server.
// @module-tag slow

import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { makeStateDir, runScript } from "../../support/server/commands.ts";
import { startServer } from "../../support/server/server.ts";

const stateDir = makeStateDir();
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

async function run(script: string, args: readonly string[], folder: string) {
  const run = runScript(`src/cli/${script}.ts`, args, { STATE_DIR: folder });
  return { status: await run.ended, said: run.stderr(), printed: run.stdout() };
}

async function command(...args: string[]) {
  const { status, said } = await run("organizations", args, stateDir);
  return { status, said };
}

/** The response to a hold of one ticket of the demonstration by a new shopper. */
async function tryHold(baseUrl: string, typeId: string): Promise<string> {
  const shopper = (await (await fetch(`${baseUrl}/v1/shoppers`, { method: "POST" })).json()) as { token: string };
  const answer = await fetch(`${baseUrl}/v1/ticket-types/${typeId}/holds`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${shopper.token}`,
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
    },
    body: JSON.stringify({ quantity: 1 }),
  });
  const { code } = (await answer.json()) as { code?: string };
  return `${answer.status} ${code ?? ""}`.trim();
}

test("[T4] suspends an organisation with its open sales, and not beside a running server", async () => {
  const first = await startServer({ stateDir });
  const { slug } = first.demo.organization;
  const [typeId] = first.demo.ticket_type_ids;
  expect(await tryHold(first.baseUrl, typeId)).toBe("201");
  expect(await command("suspend", slug)).toEqual({
    status: 1,
    said: expect.stringContaining("Stop that server first"),
  });
  await first.stop();

  expect(await command("suspend", slug)).toEqual({ status: 0, said: expect.stringContaining("is suspended.") });
  const second = await startServer({ stateDir });
  const after = () => tryHold(second.baseUrl, typeId);
  await expect.poll(after, { interval: 500 }).toBe("403 organization_suspended");
  await second.stop();
});

const OWNER = "owner@festival.example";
const linkIn = (printed: string) => (JSON.parse(printed) as { owner: { set_password: string } }).owner.set_password;

test("[P4] lists organisations, and gives one that was made without an owner an owner", async () => {
  const folder = makeStateDir();
  const organizations = (...args: string[]) => run("organizations", args, folder);
  const empty = await organizations("list");
  expect(empty).toMatchObject({ status: 0, printed: "" });
  expect(empty.said).toContain(
    'no organisation yet. To create one:\n  npm run -s bootstrap -- --local --name "Your Name"',
  );

  const made = await run("bootstrap", ["--local", "--name", "Noord", "--slug", "noord"], folder);
  expect(made.said).toContain("npm run organizations -- add-owner noord --email you@example.com");
  const added = await organizations("add-owner", "noord", "--email", " Owner@Festival.example ");
  expect(added, added.said).toMatchObject({ status: 0 });
  expect(added.said).toContain(`${OWNER} is now an owner of Noord (noord).`);
  const { organization } = JSON.parse(added.printed) as { organization: { id: string } };
  const listed = JSON.parse((await organizations("list", "--json")).printed) as unknown;
  expect(listed).toEqual([
    {
      ...{ id: organization.id, slug: "noord", name: "Noord", status: "active" },
      ...{ created_at: expect.stringMatching(/^\d{4}-.*Z$/), owners: [{ email: OWNER, has_password: false }] },
    },
  ]);

  const again = await organizations("add-owner", "noord", "--email", OWNER);
  expect(again.said).toContain(`${OWNER} is an owner of Noord (noord) already.`);
  const [first, second] = [added, again].map(({ printed }) => new URL(linkIn(printed)));
  expect(second?.pathname).toBe("/account");
  expect(second?.hash).toMatch(/^#reset=[\w-]{43}$/);
  expect(second?.hash, "the link is shown once: a new one takes its place").not.toBe(first?.hash);
  const table = (await organizations("list")).printed.trimEnd().split("\n");
  expect(table).toHaveLength(2);
  const cells = [organization.id, "noord", "Noord", "\\d{4}-\\d\\d-\\d\\d", "active"].join(" +");
  expect(table[1]).toMatch(new RegExp(`^${cells} +${OWNER} \\(no password yet\\)$`));
  rmSync(folder, { recursive: true });
});

test("[P4] an owner is added to what is there, by what is an address; else one line says what is wrong", async () => {
  const add = (slug: string, email: string) => command("add-owner", slug, "--email", email);
  const [unknown, address, missing, both] = await Promise.all([
    add("nobody", OWNER),
    add("nobody", "not an address"),
    command("add-owner", "nobody"),
    command("list", "somebody"),
  ]);
  expect(unknown.status).toBe(1);
  expect(unknown.said.trim().split("\n").at(-1)).toBe(
    "There is no organisation with the slug nobody. To see all: npm run organizations -- list",
  );
  expect(address).toEqual({ status: 1, said: "--email not an address is not an e-mail address.\n" });
  expect(missing).toEqual({ status: 2, said: expect.stringMatching(/^--email is missing\.\nUsage: /) });
  expect(both).toEqual({ status: 2, said: expect.stringMatching(/^Unexpected argument 'somebody'\.\nUsage: /) });
});

test("says what is wrong: an unknown slug, no slug, a database that is not there", async () => {
  const [unknown, unsaid, remote] = await Promise.all([
    command("resume", "nobody"),
    command("suspend"),
    command("suspend", "x", "--remote"),
  ]);
  expect(unknown).toEqual({ status: 1, said: expect.stringContaining("no organisation with the slug nobody") });
  expect(unsaid).toEqual({
    status: 2,
    said: expect.stringContaining("SLUG is missing.\nUsage: npm run organizations"),
  });
  expect(remote).toEqual({ status: 1, said: expect.stringContaining("placeholder ids") });
});
