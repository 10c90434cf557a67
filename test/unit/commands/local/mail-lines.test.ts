// Proves that a local server that is being stopped reports no fault of its outbox, and any other server does.

import { afterEach, expect, test, vi } from "vitest";
import { printMails } from "../../../../src/cli/local/mail-lines.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("an outbox that cannot be read is reported, but not while the server is being stopped", async () => {
  vi.useFakeTimers();
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  let isStopping = false;
  let reads = 0;
  const read = () => (reads++ === 0 ? Promise.resolve([]) : Promise.reject(new Error("it is gone")));
  await printMails({ read, write: () => Promise.resolve() }, () => isStopping);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written.mock.calls).toEqual([["The outbox cannot be read: Error: it is gone\n"]]);
  isStopping = true;
  await vi.advanceTimersByTimeAsync(5_000);
  expect([reads, written.mock.calls.length]).toEqual([7, 1]);
});
