// `npm run ui`: builds what browsers load, if it has changed.

import { buildUi } from "./build-ui.ts";
import { readCommandLine } from "../terminal/command-line.ts";
import { fail, say } from "../terminal/terminal.ts";

readCommandLine(
  "Usage: npm run ui\nBuilds what browsers load into dist/ui, if it has changed. Checks, tests and servers do it first.",
  {},
);
try {
  say((await buildUi()) ? "dist/ui is built." : "dist/ui is up to date.");
} catch (fault) {
  fail(`The pages do not build:\n${String(fault)}`);
}
