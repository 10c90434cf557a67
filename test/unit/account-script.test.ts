// The script of the account page, run over a page that has only what it touches: what a person is told and shown.

import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { ACCOUNT_SCRIPT } from "../../src/http/pages/account-script.ts";

type Answers = Readonly<Record<string, { status: number; body: unknown }>>;
type Listener = (event: { target: unknown; preventDefault(): void }) => void;
type Fields = Record<string, string>;

const FORMS = ["reset", "sign-in", "sign-up", "accept", "sign-out"];
const OUT: Answers = { "get-session": { status: 200, body: null } };
const IN: Answers = {
  "get-session": { status: 200, body: { user: { email: "a@example.com" } } },
  organizations: { status: 200, body: { data: [] } },
};

/** Opens the page at `place`, where /api/auth answers so. */
async function open(place: string, answers: Answers) {
  const parts = new Map<string, ReturnType<typeof part>>();
  const part = () => {
    const on = new Map<string, Listener>();
    const elements = { namedItem: () => ({ value: "a@example.com", reportValidity: () => true }) };
    const addEventListener = (name: string, does: Listener) => on.set(name, does);
    return {
      hidden: true,
      disabled: false,
      textContent: "",
      className: "",
      fields: {} as Fields,
      elements,
      on,
      addEventListener,
    };
  };
  const at = (id: string) => {
    const found = parts.get(id) ?? part();
    parts.set(id, found);
    return found;
  };
  const called: [string, unknown][] = [];
  const fetched = (path: string, { body }: { body?: string }) => {
    const name = path.replace("/api/auth/", "");
    called.push([name, body === undefined ? null : JSON.parse(body)]);
    const { status, body: answer } = answers[name] ?? { status: 200, body: {} };
    return Promise.resolve({ ok: status < 400, text: () => Promise.resolve(JSON.stringify(answer)) });
  };
  const location = new URL(place, "https://tickets.example");
  const entriesOf = ({ fields }: { fields: Fields }) => Object.entries(fields);
  const given = {
    document: { getElementById: at, querySelectorAll: () => [...parts.values()] },
    location,
    history: { replaceState: (_: null, __: string, to: string) => void (location.href = new URL(to, location).href) },
    fetch: fetched,
    // Why a function that returns: `new` then answers what it returns.
    FormData: function (form: { fields: Fields }) {
      return entriesOf(form);
    },
    addEventListener: () => undefined,
    URLSearchParams,
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  runInNewContext(ACCOUNT_SCRIPT, given);
  await settled();
  return {
    called,
    location,
    said: () => [at("said").textContent, at("said").className],
    shown: () => FORMS.filter((id) => !at(id).hidden),
    async press(id: string) {
      at(id).on.get("click")?.({ target: at(id), preventDefault: () => undefined });
      await settled();
    },
    async submit(id: string, fields: Fields = {}) {
      at(id).fields = fields;
      at(id).on.get("submit")?.({ target: at(id), preventDefault: () => undefined });
      await settled();
    },
  };
}

const refused = (code: string, message = "No") => ({ status: 400, body: { code, message } });

describe("who comes by the link of a mail", () => {
  test.each([
    ["/account", "", "", []],
    ["/account#invitation=inv_1", "Sign in, or make an account, with the address that was invited.", "", []],
  ])("%s is told so, once, and may sign in", async (place, text, kind) => {
    const page = await open(place, OUT);
    expect(page.said()).toEqual([expect.stringContaining(text), kind]);
    expect(page.said()[0] === "").toBe(text === "");
    expect(page.shown()).toEqual(["sign-in"]);
  });

  test("sets a password by it, and is told when the link is no longer good and what to do", async () => {
    const page = await open("/account#reset=secret", OUT);
    expect([page.shown(), page.called]).toEqual([["reset"], []]);
    await page.submit("reset", { newPassword: "a long password" });
    expect(page.called[0]).toEqual(["reset-password", { token: "secret", newPassword: "a long password" }]);
    expect([page.said()[0], page.location.hash]).toEqual(["The password is set. Sign in with it.", ""]);

    const late = await open("/account#reset=secret", { ...OUT, "reset-password": refused("INVALID_TOKEN") });
    await late.submit("reset", { newPassword: "a long password" });
    expect(late.said()).toEqual([expect.stringContaining("Ask for a new one"), "wrong"]);
    expect([late.shown(), late.location.hash]).toEqual([["sign-in"], ""]);

    const weak = await open("/account#reset=secret", {
      ...OUT,
      "reset-password": refused("PASSWORD_TOO_SHORT", "Short"),
    });
    await weak.submit("reset", { newPassword: "x" });
    expect([weak.said(), weak.shown(), weak.location.hash]).toEqual([["Short", "wrong"], ["reset"], "#reset=secret"]);
  });

  test("accepts an invitation, or is told why it cannot", async () => {
    const page = await open("/account#invitation=inv_1", IN);
    expect(page.shown()).toEqual(["accept", "sign-out"]);
    await page.submit("accept");
    expect(page.called).toContainEqual(["accept-invitation", { invitation_id: "inv_1" }]);
    expect([page.shown(), page.location.hash]).toEqual([["sign-out"], ""]);

    const used = await open("/account#invitation=inv_1", { ...IN, "accept-invitation": refused("not_found") });
    await used.submit("accept");
    expect(used.said()).toEqual([expect.stringContaining("accepted already"), "wrong"]);
  });
});

describe("who signs in", () => {
  test("is told of a wrong password, and nothing is sent", async () => {
    const wrong = await open("/account", { ...OUT, "sign-in/email": refused("INVALID_EMAIL_OR_PASSWORD", "Wrong") });
    await wrong.submit("sign-in", { email: "a@example.com", password: "p" });
    expect([wrong.said(), wrong.shown()]).toEqual([["Wrong", "wrong"], ["sign-in"]]);
    expect(wrong.called.map(([name]) => name)).toEqual(["get-session", "sign-in/email"]);
  });

  test("goes to the making of an account and back, and asks for a new password", async () => {
    const page = await open("/account", OUT);
    await page.press("new-here");
    expect(page.shown()).toEqual(["sign-up"]);
    await page.press("known-here");
    expect(page.shown()).toEqual(["sign-in"]);
    await page.press("forgot");
    expect(page.called.at(-1)).toEqual(["request-password-reset", { email: "a@example.com" }]);
    await page.submit("sign-up", { name: "A", email: "a@example.com" });
    expect(page.called.at(-1)).toEqual(["sign-up/email", { name: "A", email: "a@example.com" }]);
    expect([page.said()[0], page.shown()]).toEqual([
      expect.stringMatching(/Open the link in the mail .* a@example.com, and set a password/),
      ["sign-in"],
    ]);
  });
});
