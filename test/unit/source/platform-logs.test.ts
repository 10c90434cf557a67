// A browser offers its token in Sec-WebSocket-Protocol, which the platform's own log of invocations does not redact:
// only the lines that the product writes are kept.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

test("[P2] the platform keeps no log of invocations, where a device's token would be in clear", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../wrangler.toml"), "utf8");
  const section = /^\[observability\.logs\]\n((?:(?!\[).*\n?)*)/m.exec(text)?.[1] ?? "";
  expect(section.split("\n")).toContain("invocation_logs = false");
  expect(text).not.toContain("invocation_logs = true");
});
