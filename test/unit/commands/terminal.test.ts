// What the commands write to a terminal of texts that others wrote (rule X9).

import { expect, test, vi } from "vitest";
import { describeFrame } from "../../../src/cli/terminal/live-lines.ts";
import { say } from "../../../src/cli/terminal/terminal.ts";

test("[X9] what a command says lets nothing through that a terminal acts on, and keeps its lines", () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  say("Mail to a@example.com: Evil\u001b[2J\u009b\u202e\nits text");
  expect(write.mock.calls).toEqual([["Mail to a@example.com: Evil\\u{1b}[2J\\u{9b}\\u{202e}\nits text\n"]]);
});

test("[X9] a frame that is shown as it came lets nothing through that JSON leaves as it is", () => {
  const frame = JSON.stringify({ type: "notice", notice: { text: "Gate 2\u009b2J\u202e" } });
  expect(describeFrame(frame)).toBe('{"type":"notice","notice":{"text":"Gate 2\\u{9b}2J\\u{202e}"}}');
});
