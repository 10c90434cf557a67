// `bootstrap --email` for an address that has an account already: one that somebody only typed, and one whose owner has
// set the password. Mails are read where a local server prints them.

import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { must } from "../../../src/domain/result.ts";
import { openBrowser } from "../../support/server/browser.ts";
import { makeStateDir, runScript } from "../../support/server/commands.ts";
import { startServer } from "../../support/server/server.ts";

const OWN = "what the owner alone knows";
const TYPED = "typed@festival.example";
const CONFIRMED = "confirmed@festival.example";

const NAME = `Festival's; "?" -- 100 %`;

const stateDir = makeStateDir();
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

async function bootstrap(slug: string, email: string) {
  const args = ["--local", "--name", NAME, "--slug", slug, "--email", email];
  const run = runScript("src/cli/bootstrap.ts", args, { STATE_DIR: stateDir });
  expect(await run.ended, run.stderr()).toBe(0);
  const { owner } = JSON.parse(run.stdout()) as { owner: { set_password: string | null } };
  return { link: owner.set_password, said: run.stderr() };
}

test("[P4] makes nobody an owner who only typed the address, and says truly how the owner signs in", async () => {
  const first = await startServer({ stateDir });
  const stranger = openBrowser(first.baseUrl);
  for (const email of [TYPED, CONFIRMED])
    expect((await stranger.ask("POST", "/api/auth/sign-up/email", { name: "V", email })).status).toBe(200);
  const mailTo = (email: string) => new RegExp(`Mail to ${email}:[^#]*#reset=(\\S+)`).exec(first.command.stderr())?.[1];
  await expect.poll(() => mailTo(TYPED)).toBeDefined();
  await expect.poll(() => mailTo(CONFIRMED)).toBeDefined();
  const mailed = must(mailTo(TYPED), "it was printed");
  const used = { token: mailTo(CONFIRMED), newPassword: OWN };
  expect((await openBrowser(first.baseUrl).ask("POST", "/api/auth/reset-password", used)).status).toBe(200);
  expect(await first.stop()).toBe(0);

  const typed = await bootstrap("typed", TYPED);
  expect(typed.said).toMatch(/Preparing the local database[^]*Writing the organisation[^]*was created/);
  expect(typed.said).toContain("sets a password by the link");
  expect(typed.said).not.toContain("signs in with");
  const confirmed = await bootstrap("confirmed", CONFIRMED);
  expect(confirmed.link).toBeNull();
  expect(confirmed.said).toContain(
    `${CONFIRMED} has a confirmed account already, and its owner signs in with the password.`,
  );

  const second = await startServer({ stateDir });
  const link = new URL(must(typed.link, "the account was not confirmed"));
  const owners = openBrowser(second.baseUrl);
  const set = (token: string) => owners.ask("POST", "/api/auth/reset-password", { token, newPassword: OWN });
  expect((await set(mailed)).status, "the link of before is replaced").toBe(400);
  expect((await set(link.hash.replace("#reset=", ""))).status).toBe(200);
  for (const [slug, email] of [
    ["typed", TYPED],
    ["confirmed", CONFIRMED],
  ] as const) {
    const browser = openBrowser(second.baseUrl);
    expect((await browser.ask("POST", "/api/auth/sign-in/email", { email, password: OWN })).status, email).toBe(200);
    expect((await browser.ask("GET", "/v1/me")).body).toMatchObject({
      role: "owner",
      organization: { slug, name: NAME },
    });
  }
  expect(await second.stop()).toBe(0);
});
