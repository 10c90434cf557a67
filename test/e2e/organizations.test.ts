// The operator's command that suspends an organisation, on the data of a local server.

import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { makeStateDir, runScript } from "../support/commands.ts";
import { startServer } from "../support/server.ts";

const stateDir = makeStateDir();
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

async function command(...args: string[]) {
  const run = runScript("src/cli/organizations.ts", args, { STATE_DIR: stateDir });
  return { status: await run.ended, said: run.stderr() };
}

/** The answer to a hold of one ticket of the demonstration by a new shopper. */
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
  await expect.poll(after, { timeout: 45_000, interval: 500 }).toBe("403 organization_suspended");
  await second.stop();
});

test("says what is wrong: an unknown slug, no slug, a database that is not there", async () => {
  const [unknown, unsaid, remote] = await Promise.all([
    command("resume", "nobody"),
    command("suspend"),
    command("suspend", "x", "--remote"),
  ]);
  expect(unknown).toEqual({ status: 1, said: expect.stringContaining("no organisation with the slug nobody") });
  expect(unsaid).toEqual({ status: 1, said: expect.stringContaining("Usage: npm run organizations") });
  expect(remote).toEqual({ status: 1, said: expect.stringContaining("placeholder ids") });
});
