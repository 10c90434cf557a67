// `npm run ui`: builds what browsers load, if it has changed.

import { buildUi } from "./build-ui.ts";
import { fail, helpOn, say } from "../terminal/terminal.ts";

helpOn(
  "Usage: npm run ui\nBuilds what browsers load into dist/ui, if it has changed. Checks, tests and servers do it first.",
);
try {
  say((await buildUi()) ? "dist/ui is built." : "dist/ui is up to date.");
} catch (fault) {
  fail(`The pages do not build:\n${String(fault)}`);
}
