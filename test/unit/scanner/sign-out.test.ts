// Tests that the phone knows whether a supervisor's session has ended.

import { expect, test, vi } from "vitest";
import { signOut } from "../../../src/ui/scanner/door/sign-out.ts";

test("[D21] a supervisor is signed out of a phone only once the server has confirmed it", async () => {
  const replies = [
    () => Promise.resolve(new Response(null, { status: 200 })),
    () => Promise.resolve(new Response(null, { status: 503 })),
    () => Promise.reject(new TypeError("no network")),
  ];
  const results: boolean[] = [];
  for (const reply of replies) {
    vi.stubGlobal("fetch", reply);
    results.push(await signOut());
  }
  expect(results).toEqual([true, false, false]);
});
