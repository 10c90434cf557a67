// What browsers load is built when it has changed, and the Worker names what is there.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildUi, UI, UI_PATHS } from "../../../src/cli/build/build-ui.ts";

const paths = Object.values(JSON.parse(readFileSync(UI_PATHS, "utf8")) as Record<string, string>);

test("what is built already is not built again: these tests were begun by a build", async () => {
  expect(await buildUi()).toBe(false);
});

test("every name leads to a file that is there, whose name changes with what is in it", () => {
  expect(paths.length).toBeGreaterThan(1);
  for (const path of paths) {
    // Sites of others name the element's by an address that stays.
    expect(path).toMatch(/^\/ui\/[a-z-]+-[\w-]{8}\.(?:js|css)$|^\/element\/v1\.(?:js|css)$/);
    expect(readFileSync(join(UI, path)).length).toBeGreaterThan(100);
  }
});

test("nothing else is served than what pages load: no manifest, no source, no map", () => {
  const files = readdirSync(UI, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(
    files
      .map(({ name }) => name)
      .filter(
        (name) =>
          !/^(?:_headers|scan-icon-\d+\.png|[a-zA-Z_-]+-[\w-]{8}\.(?:js|css|wasm)|v1\.css|v1(?:-[a-z-]+)?\.js)$/.test(
            name,
          ),
      ),
  ).toEqual([]);
});

const isPreact = (path: string) => /^\/ui\/(?:scanner|console)-/.test(path);

test("a script has nothing that the policy of a page refuses", () => {
  for (const path of paths.filter((each) => each.endsWith(".js"))) {
    // Preact can set markup that is marked as trusted; the linter finds code that does so.
    const text = readFileSync(join(UI, path), "utf8").replaceAll(/\w+\.innerHTML\b|dangerouslySetInnerHTML/g, (use) =>
      isPreact(path) ? "" : use,
    );
    expect(/\beval\(|new Function\(|innerHTML|document\.write/.exec(text)?.[0], path).toBeUndefined();
  }
});
