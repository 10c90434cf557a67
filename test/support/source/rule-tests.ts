// `npm run rule-tests`: writes docs/rule-tests.md, the table of which test files cite which rule.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine } from "../../../src/cli/terminal/command-line.ts";
import { PROJECT } from "../server/commands.ts";
import { ruleTestsPage } from "./rule-tests-page.ts";

readCommandLine(
  "Usage: npm run rule-tests\nWrites docs/rule-tests.md: for each rule, the test files whose titles cite it.",
  {},
);
writeFileSync(join(PROJECT, "docs/rule-tests.md"), ruleTestsPage());
