// A new deployment without a key and without access to the database: from `bootstrap --email` to a colleague who comes
// and goes. Mails are read where a local server prints them.

import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { must } from "../../../src/domain/result.ts";
import { openBrowser } from "../../support/server/browser.ts";
import { makeStateDir, runScript } from "../../support/server/commands.ts";
import { startServer } from "../../support/server/server.ts";
import { eventBody, ticketTypeBody, venueBody } from "../../support/server/catalogue/bodies.ts";
import type { Viewer } from "../../support/server/sockets/viewer.ts";

const PASSWORD = "a long and private phrase";

const stateDir = makeStateDir();
const { organization, owner } = await bootstrap("noord");
const server = await startServer({ stateDir });
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  rmSync(stateDir, { recursive: true, force: true });
});

async function bootstrap(slug: string) {
  const args = ["--local", "--name", "Noord", "--slug", slug, "--email", "Owner@Example.com"];
  const run = runScript("src/cli/bootstrap.ts", args, { STATE_DIR: stateDir });
  expect(await run.ended, run.stderr()).toBe(0);
  return JSON.parse(run.stdout()) as {
    organization: { id: string };
    owner: { email: string; set_password: string | null };
  };
}

/**
 * Rule T5: closed within 5 s. The runtime ends the connection of a socket that it has closed only when the object
 * sleeps.
 */
async function goodbyeTo({ socket, closed }: Viewer) {
  await expect.poll(() => socket.readyState).toBeGreaterThanOrEqual(WebSocket.CLOSING);
  socket.terminate();
  return closed;
}

test("[P1] [P4] [T5] a first owner sets a password, sells, invites staff and withdraws the role again", async () => {
  expect(owner.email).toBe("owner@example.com");
  const link = new URL(must(owner.set_password, "the account is new"));
  const printed = (pattern: RegExp) => expect.poll(() => pattern.exec(server.command.stderr())?.[1] ?? null);
  const read = async (pattern: RegExp) => {
    await printed(pattern).not.toBeNull();
    return must(pattern.exec(server.command.stderr())?.[1], "it was printed");
  };
  expect((await fetch(server.baseUrl + link.pathname)).status, "the link leads to a page").toBe(200);

  const ownersBrowser = openBrowser(server.baseUrl);
  const reset = { token: link.hash.replace("#reset=", ""), newPassword: PASSWORD };
  expect((await ownersBrowser.ask("POST", "/api/auth/reset-password", reset)).status).toBe(200);
  expect((await ownersBrowser.ask("POST", "/api/auth/reset-password", reset)).status, "once").toBe(400);
  expect((await ownersBrowser.ask("GET", "/v1/me")).status).toBe(401);
  expect(
    (await ownersBrowser.ask("POST", "/api/auth/sign-in/email", { email: owner.email, password: PASSWORD })).status,
  ).toBe(200);
  expect((await ownersBrowser.ask("GET", "/v1/me")).body).toMatchObject({
    role: "owner",
    organization: { id: organization.id },
  });

  type Made = { id: string };
  const make = async (path: string, json: object) => {
    const made = await ownersBrowser.ask<Made>("POST", path, json);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body.id;
  };
  const venueId = await make("/v1/venues", venueBody());
  const eventId = await make("/v1/events", eventBody(venueId));
  const typeId = await make(`/v1/events/${eventId}/ticket-types`, ticketTypeBody());
  expect((await ownersBrowser.ask("POST", `/v1/events/${eventId}/publish`)).status).toBe(200);

  await make("/v1/invitations", { email: "colleague@example.com", role: "staff" });
  const invitation = await read(/#invitation=(inv_\w+)/);
  const colleague = openBrowser(server.baseUrl);
  const account = { email: "colleague@example.com", password: PASSWORD };
  const signUp = { email: account.email, name: "A colleague" };
  expect((await colleague.ask("POST", "/api/auth/sign-up/email", { ...signUp, password: PASSWORD })).status).toBe(400);
  expect((await colleague.ask("POST", "/api/auth/sign-up/email", signUp)).status).toBe(200);
  expect(
    (await colleague.ask("POST", "/api/auth/sign-in/email", account)).status,
    "not before the mail's link has set the password",
  ).toBe(401);
  const token = await read(/#reset=(\S+)/);
  const set = { token, newPassword: PASSWORD };
  expect((await colleague.ask("POST", "/api/auth/reset-password", set)).status).toBe(200);
  expect((await colleague.ask("POST", "/api/auth/sign-in/email", account)).status).toBe(200);
  expect((await colleague.ask("GET", "/v1/me")).status, "no member yet").toBe(403);
  const joined = await colleague.ask<Made>("POST", "/api/auth/accept-invitation", { invitation_id: invitation });
  expect(joined).toMatchObject({ status: 201, body: { role: "staff", organization_id: organization.id } });

  const draft = await make("/v1/events", eventBody(venueId));
  expect((await colleague.ask("POST", `/v1/events/${draft}/publish`)).body).toMatchObject({
    status: 403,
    code: "forbidden",
  });
  const held = await colleague.ask<Made>("GET", `/v1/ticket-types/${typeId}/holds`);
  expect(held.body).toMatchObject({ data: [] });
  const shopper = (await (await fetch(`${server.baseUrl}/v1/shoppers`, { method: "POST" })).json()) as {
    token: string;
  };
  const hold = await fetch(`${server.baseUrl}/v1/ticket-types/${typeId}/holds`, {
    method: "POST",
    headers: { Authorization: `Bearer ${shopper.token}`, "Idempotency-Key": "one", "Content-Type": "application/json" },
    body: JSON.stringify({ quantity: 2 }),
  });
  const { id: holdId } = (await hold.json()) as Made;
  expect(await colleague.ask("DELETE", `/v1/holds/${holdId}`)).toMatchObject({
    status: 200,
    body: { status: "cancelled" },
  });

  const scanner = `/v1/events/${eventId}/scanner`;
  const [doors, ownersDoors] = [await colleague.follow(scanner), await ownersBrowser.follow(scanner)];
  const outside = await colleague.follow(`/v1/events/${eventId}/live`);
  await doors.until(({ type }) => type === "snapshot");
  expect((await ownersBrowser.ask("DELETE", `/v1/members/${joined.body.id}`)).status).toBe(200);
  expect(await goodbyeTo(doors)).toEqual({ code: 4403, reason: "no longer a member" });
  const next = async () => (await colleague.ask("GET", "/v1/me")).status;
  await expect.poll(next).toBe(403);
  expect((await colleague.ask("DELETE", `/v1/holds/${holdId}`)).status).toBe(403);
  await expect(colleague.follow(scanner)).rejects.toThrow("403");
  expect((await ownersBrowser.ask("GET", "/v1/me")).status).toBe(200);
  expect([outside, ownersDoors].map(({ socket }) => socket.readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN]);

  expect((await ownersBrowser.ask("POST", "/api/auth/sign-out", {})).status).toBe(200);
  expect(await goodbyeTo(ownersDoors)).toEqual({ code: 4401, reason: "the session has ended" });
  expect((await ownersBrowser.ask("GET", "/v1/me")).status).toBe(401);
  expect(outside.socket.readyState, "which is everybody's").toBe(WebSocket.OPEN);
});

test("[P2] every account of the demonstration signs in, with its role, and no password is a default", async () => {
  const { owner, accounts } = server.demo;
  const roles = { owner, ...accounts };
  const passwords = Object.values(roles).map(({ password }) => password);
  expect(new Set(passwords).size).toBe(5);
  for (const [role, account] of Object.entries(roles)) {
    const browser = openBrowser(server.baseUrl);
    expect((await browser.ask("POST", "/api/auth/sign-in/email", account)).status, role).toBe(200);
    expect((await browser.ask("GET", "/v1/me")).body).toMatchObject({ role });
  }
});
