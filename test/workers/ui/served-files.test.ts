// The files that pages load, requested from the Worker, as a local server does it: they are what the platform would
// have served.

import { expect, it } from "vitest";
import { assetPath } from "../../../src/http/pages/assets.ts";
import { ask, refusalOf } from "../support/http.ts";

it("a file is served with the headers of the platform, to be kept for a year", async () => {
  const answer = await ask("GET", assetPath("sheet.css"));
  expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "text/css; charset=utf-8"]);
  expect(answer.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
  expect(await answer.text()).toContain("--vg-accent");
});

it.each(["element.js", "element.css"] as const)(
  "[S2] %s may be read by any origin, and is kept for minutes",
  async (name) => {
    const { status, headers } = await ask("GET", assetPath(name), { headers: { Origin: "https://a-band.example" } });
    expect([status, headers.get("Access-Control-Allow-Origin")]).toEqual([200, "*"]);
    expect(headers.get("Cache-Control")).toBe("public, max-age=300");
    expect(headers.get("Cross-Origin-Resource-Policy")).toBe("cross-origin");
  },
);

it("a file that is known is not sent again, and HEAD sends none", async () => {
  const known = (await ask("HEAD", assetPath("sheet.css"))).headers.get("ETag");
  expect(known).toMatch(/^"\w+"$/);
  const answer = await ask("GET", assetPath("sheet.css"), { headers: { "If-None-Match": known ?? "" } });
  expect([answer.status, await answer.text()]).toEqual([304, ""]);
});

it.each(["/ui/sheet-00000000.css", "/ui/_headers", "/element/v2.js", "/ui/..%2f_headers"])(
  "%s is not found",
  async (path) => {
    expect(await refusalOf(ask("GET", path))).toBe("404 not_found");
  },
);
