// The account page in a real browser, over a real server: what a person can do here, and what becomes of the link
// that brought them. How its states look: every-state.test.ts.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openPage } from "../../support/pages/chromium.ts";
import { openServerAndBrowser } from "../../support/pages/server-and-browser.ts";
import { answerWith, pressed, said, signIn } from "./states.ts";

const { server, browser } = await openServerAndBrowser();

/** Opens the page at `path`, where these routes of /api/auth respond so, and all others as the server does. */
async function open(path: string, answers: Readonly<Record<string, { status: number; body: unknown }>> = {}) {
  const called: [string, unknown][] = [];
  const { page, close } = await openPage(browser, server.baseUrl + path, undefined, async (page) => {
    for (const [name, { status, body }] of Object.entries(answers)) await answerWith(name, status, body)(page);
    page.on("request", (request) => {
      const name = new URL(request.url()).pathname.replace("/api/auth/", "");
      if (request.url().includes("/api/auth/")) called.push([name, request.postDataJSON()]);
    });
  });
  await page.locator("#main:not([aria-busy])").waitFor();
  const shown = () => page.evaluate<string[]>("[...document.forms].filter((each) => !each.hidden).map(({ id }) => id)");
  return { page, close, called, shown, hash: () => new URL(page.url()).hash };
}

const notice = (page: Page) => page.locator("#said").innerText();
const OK = { status: 200, body: { status: true } };
const NOBODY = { status: 200, body: null };
const PERSON = { status: 200, body: { user: { email: "person@example.com" } } };
const REFUSED = (code: string) => ({ status: 400, body: { code, message: "In English, for developers" } });

describe("who comes by the link of a mail", () => {
  test("sets a password by it, once, and is led to sign in: the link is in no address any more", async () => {
    const { page, close, called, shown, hash } = await open("/account#reset=secret", { "reset-password": OK });
    expect([await shown(), called]).toEqual([["reset"], []]);
    await page.locator("#new-password").fill("a long password");
    await pressed(page, "Set the password");
    await said(page, "Sign in with it");
    expect(called[0]).toEqual(["reset-password", { token: "secret", newPassword: "a long password" }]);
    expect([await shown(), hash()]).toEqual([["sign-in"], ""]);
    await close();
  });

  test("shows when it is no longer valid, and what to do; a password that is refused keeps it", async () => {
    const late = await open("/account#reset=secret", { "reset-password": REFUSED("INVALID_TOKEN") });
    await late.page.locator("#new-password").fill("a long password");
    await pressed(late.page, "Set the password");
    await said(late.page, "Ask for a new one");
    expect([await late.shown(), late.hash()]).toEqual([["sign-in"], ""]);
    await late.close();

    const weak = await open("/account#reset=secret");
    await weak.page.locator("#new-password").fill("password123");
    await pressed(weak.page, "Set the password");
    const field = weak.page.locator("#new-password");
    await expect.poll(() => field.getAttribute("aria-invalid")).toBe("true");
    expect(await weak.page.locator("#new-password-error").innerText()).toContain("everybody tries first");
    expect(await weak.page.evaluate("document.activeElement.id"), "the field has the focus").toBe("new-password");
    expect([await weak.shown(), weak.hash()]).toEqual([["reset"], "#reset=secret"]);
    await weak.close();
  });

  test("accepts an invitation, and is a member; or reads why not", async () => {
    const joined = { status: 200, body: { data: [{ organization: { name: "Bosveld Live" }, role: "staff" }] } };
    const signed = { "get-session": PERSON, organizations: joined };
    const good = await open("/account#invitation=inv_1", { ...signed, "accept-invitation": OK });
    expect(await good.shown()).toEqual(["accept"]);
    await pressed(good.page, "Accept the invitation");
    await said(good.page, "You are a member now");
    expect(good.called).toContainEqual(["accept-invitation", { invitation_id: "inv_1" }]);
    expect([await good.shown(), good.hash()]).toEqual([["signed-in"], ""]);
    expect(await good.page.locator("#organizations li").allInnerTexts()).toEqual(["Bosveld Live\nStaff"]);
    await good.close();

    const used = await open("/account#invitation=inv_1", { ...signed, "accept-invitation": REFUSED("not_found") });
    await pressed(used.page, "Accept the invitation");
    await said(used.page, "accepted already");
    expect([await used.shown(), used.hash()]).toEqual([["accept"], "#invitation=inv_1"]);
    const left = await used.page.locator("#accept").getByRole("button").allInnerTexts();
    expect(left, "what would be refused again is not offered").toEqual(["Use another account"]);
    expect(await used.page.evaluate("document.activeElement.id")).toBe("accept-heading");
    await used.close();
  });

  test("takes it along into the other language", async () => {
    const { page, close, shown } = await open("/account#reset=secret");
    await page.getByRole("link", { name: "Afrikaans" }).click();
    await page.getByRole("heading", { name: "Stel ’n wagwoord" }).waitFor();
    expect([new URL(page.url()).search + new URL(page.url()).hash, await shown()]).toEqual([
      "?lang=af#reset=secret",
      ["reset"],
    ]);
    await close();
  });

  test("may open another where the page is open already", async () => {
    const { page, close, shown } = await open("/account");
    expect(await shown()).toEqual(["sign-in"]);
    await page.evaluate("location.hash = 'reset=secret'");
    await page.getByRole("heading", { name: "Set a password" }).waitFor();
    await close();
  });
});

describe("who signs in", () => {
  test("is in, also after loading the page once more, and out again", async () => {
    const { page, close, shown } = await open("/account");
    await signIn(page, server.demo.owner.email, server.demo.owner.password);
    await page.getByText("Bosveld Live").waitFor();
    expect(await page.evaluate("document.activeElement.id"), "the focus is at what came").toBe("signed-in-heading");
    await page.reload();
    await page.getByText(`Signed in as ${server.demo.owner.email}`).last().waitFor();
    expect(await shown()).toEqual(["signed-in"]);
    await pressed(page, "Sign out");
    await said(page, "You are signed out");
    expect(await shown()).toEqual(["sign-in"]);
    await close();
  });

  test("reads of a wrong password in our own text, and an unknown error is not shown as it came", async () => {
    for (const [code, text] of [
      ["INVALID_EMAIL_OR_PASSWORD", /is wrong/],
      ["SOMETHING_NEW", /did not work/],
    ] as const) {
      const { page, close, shown } = await open("/account", { "get-session": NOBODY, "sign-in/email": REFUSED(code) });
      await signIn(page, "a@example.com", "a password");
      await said(page, text);
      expect([await notice(page), await shown()]).toEqual([expect.not.stringContaining("English"), ["sign-in"]]);
      const focused = await page.evaluate("document.activeElement.textContent");
      expect(focused, "a keyboard is where it was").toBe("Sign in");
      await close();
    }
  });

  test("sends a form once, however often it is pressed", async () => {
    const { page, close, called } = await open("/account");
    await page.locator("#sign-in-email").fill("a@example.com");
    await page.locator("#password").fill("a password");
    await page.getByRole("button", { name: "Sign in", exact: true }).dblclick();
    await said(page, "is wrong");
    expect(called.filter(([name]) => name === "sign-in/email")).toHaveLength(1);
    await close();
  });

  test("requests a new password by the address that is there, which must be one", async () => {
    const { page, close, called } = await open("/account", { "request-password-reset": OK });
    await pressed(page, "Forgot the password?");
    expect(called.map(([name]) => name)).toEqual(["get-session"]);
    await page.locator("#sign-in-email").fill("a@example.com");
    await pressed(page, "Forgot the password?");
    await said(page, "If there is an account");
    expect(called.at(-1)).toEqual(["request-password-reset", { email: "a@example.com" }]);
    await close();
  });

  test("goes to the making of an account and back", async () => {
    const { page, close, called, shown } = await open("/account", { "sign-up/email": OK });
    await pressed(page, "New here? Make an account");
    expect(await shown()).toEqual(["sign-up"]);
    await pressed(page, "I have an account");
    await pressed(page, "New here? Make an account");
    await page.locator("#name").fill("A");
    await page.locator("#sign-up-email").fill("a@example.com");
    await pressed(page, "Make the account");
    await said(page, "on its way to a@example.com");
    expect(called.at(-1)).toEqual(["sign-up/email", { name: "A", email: "a@example.com" }]);
    expect(await shown()).toEqual(["sign-in"]);
    await close();
  });
});
