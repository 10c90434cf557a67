// The way in that deployed requests take and local ones do not: through the platform's router of assets, as
// wrangler.toml sets it. The request id of a response shows whether the Worker was called.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Miniflare } from "miniflare";
import { bundleModules } from "../../../src/cli/build/bundle.ts";
import { CONFIG_PATH, loadMiniflare, loadWrangler } from "../../../src/cli/d1/wrangler.ts";
import { must } from "../../../src/domain/result.ts";
import { assetPath } from "../../../src/http/pages/assets.ts";

let platform: Miniflare;
let entry: URL;

beforeAll(async () => {
  const bundle = must(process.env["SERVE_BUNDLE"], "the bundle is built first");
  const { modulesRules: _, ...worker } = loadWrangler().unstable_getMiniflareWorkerOptions(CONFIG_PATH).workerOptions;
  const { Miniflare, convertV4MiniflareOptions } = loadMiniflare();
  const options = { ...worker, modulesRoot: bundle, modules: bundleModules(bundle) };
  platform = new Miniflare(convertV4MiniflareOptions({ host: "127.0.0.1", port: 0, ...options }));
  entry = await platform.ready;
});
afterAll(() => platform.dispose());

const ask = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(new URL(path, entry), init);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, byWorker: answer.headers.has("X-Request-Id") };
};

test("a file whose name says what is in it costs no request of the Worker, and is kept for a year", async () => {
  const { status, headers, byWorker } = await ask(assetPath("sheet.css"));
  expect([status, byWorker]).toEqual([200, false]);
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-type": "text/css; charset=utf-8",
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  });
});

test("the scanner's worker alone may compile WebAssembly, by the policy of its own file", async () => {
  const policies = ["zxing-worker.js", "scanner.js"] as const;
  const [worker, page] = await Promise.all(policies.map(async (name) => (await ask(assetPath(name))).headers));
  const wanted = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'";
  expect(worker?.get("Content-Security-Policy")).toBe(`${wanted}; form-action 'none'; frame-ancestors 'none'`);
  expect(page?.get("Content-Security-Policy")).not.toContain("wasm");
});

test.each(["/ui/sheet-00000000.css", "/ui/", "/_headers", "/ui-paths.json", "/sheet.css"])(
  "%s is no file: the Worker replies, as an API does",
  async (path) => {
    const { status, headers, byWorker, text } = await ask(path);
    expect([status, byWorker]).toEqual([404, true]);
    expect(headers.get("Cache-Control"), "after the next deploy it may be there").toBe("no-store");
    expect(text).toContain(`"code":"not_found"`);
  },
);

test.each(["/t", "/account", "/docs", "/healthz", "/v1/me"])("%s is the Worker's", async (path) => {
  const { byWorker, status } = await ask(path, { redirect: "manual" });
  expect([byWorker, [200, 401].includes(status)]).toEqual([true, true]);
});
