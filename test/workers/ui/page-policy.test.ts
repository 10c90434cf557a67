// The headers by which our responses restrict a browser, and where to report a weakness.

import { createHash } from "node:crypto";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { app } from "../../../src/http/app.ts";
import { ask, ISO, refusalOf, requestFor } from "../support/http.ts";

const PAGES = ["/", "/account", "/console", "/console/events/any", "/scan", "/docs", "/problems/sold_out"];
const htmlOf = (path: string) => ask("GET", path, { headers: { Accept: "text/html" } });

/** Their forms go to our own origin, which they name to it. */
const WITH_FORMS = ["/", "/nowhere", "/t"];

it.each([...PAGES, "/healthz", "/nowhere", "/t", "/v1/me", "/docs/page.js"])(
  "%s allows nothing that it does not name: no base, no form, no frame, no drawing into another page",
  async (path) => {
    const { headers } = await htmlOf(path);
    const policy = headers.get("Content-Security-Policy") ?? "";
    const forms = WITH_FORMS.includes(path) ? "form-action 'self'" : "form-action 'none'";
    for (const part of ["default-src 'none'", "base-uri 'none'", forms, "frame-ancestors 'none'"])
      expect(policy.split("; ")).toContain(part);
    expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*)/);
    expect(headers.get("Cross-Origin-Resource-Policy")).toBe("same-origin");
    expect(headers.get("Cross-Origin-Opener-Policy")).toBe(
      [...PAGES, ...WITH_FORMS].includes(path) ? "same-origin" : null,
    );
    expect(headers.get("Referrer-Policy")).toBe(WITH_FORMS.includes(path) ? "same-origin" : "no-referrer");
  },
);

it("[C1] every address of the console serves one shell, in which text never becomes markup or script", async () => {
  const [shell, deep] = await Promise.all(["/console", "/console/orders/x?q=y"].map(htmlOf));
  expect(await deep?.text()).toBe(await shell?.text());
  const policy = shell?.headers.get("Content-Security-Policy")?.split("; ");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).toContain("trusted-types 'none'");
});

it.each(["/problems/sold_out"])("%s has the one style that its policy names by its hash", async (path) => {
  const answer = await htmlOf(path);
  const style = /<style>([^]*)<\/style>/.exec(await answer.text())?.[1] ?? "none";
  const hash = createHash("sha256").update(style).digest("base64");
  expect(answer.headers.get("Content-Security-Policy")).toContain(`style-src 'sha256-${hash}';`);
});

it("/.well-known/security.txt names the contact that is configured, and is not there without one", async () => {
  const path = "/.well-known/security.txt";
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  const given = async (contact: string) =>
    app.fetch(requestFor("GET", path), { ...env, SECURITY_CONTACT: contact }, context);
  for (const none of [
    "",
    "security@example.com",
    "mailto:a@example.com\nContact: mailto:b@example.com",
    "javascript:1",
  ])
    expect(await refusalOf(given(none)), none).toBe("404 not_found");
  const answer = await given("mailto:security@example.com");
  expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "text/plain; charset=UTF-8"]);
  const fields = new Map(
    (await answer.text())
      .trim()
      .split("\n")
      .map((line) => line.split(": ") as [string, string]),
  );
  expect(fields.get("Contact")).toBe("mailto:security@example.com");
  expect(fields.get("Canonical")).toBe(`https://tickets.example${path}`);
  expect(fields.get("Expires")).toMatch(ISO);
  const left = Date.parse(fields.get("Expires") ?? "") - Date.now();
  expect([left > 0, left < 365 * 24 * 3_600_000], "less than a year, as RFC 9116 asks").toEqual([true, true]);
});
