// A supervisor who leaves a phone is told whether their session has ended.

import { expect, test, vi } from "vitest";
import { signOut } from "../../../src/ui/scanner/door/sign-out.ts";

test("[D21] a supervisor is signed out of a phone only once the server has said so", async () => {
  const answers = [
    () => Promise.resolve(new Response(null, { status: 200 })),
    () => Promise.resolve(new Response(null, { status: 503 })),
    () => Promise.reject(new TypeError("no network")),
  ];
  const results: boolean[] = [];
  for (const answer of answers) {
    vi.stubGlobal("fetch", answer);
    results.push(await signOut());
  }
  expect(results).toEqual([true, false, false]);
});
