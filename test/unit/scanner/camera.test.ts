// Tests which codes the scanner reads with its own decoder in drawn camera pictures of 640 × 480 pixels.

import { expect, test } from "vitest";
import vectors from "../../vectors/ticket-codes.json" with { type: "json" };
import type { Scene } from "../../support/pages/film.ts";
import { readScene } from "../../support/pages/read-qr.ts";

const CODE = vectors.codes[0]?.code ?? "";

test.each<readonly [string, Partial<Scene>]>([
  ["fills the picture", {}],
  ["is dim, at a third of the light", { light: 90 }],
  ["is dim, at a fifth of the light", { light: 45 }],
  ["is turned by 15°", { turned: 15, scale: 7 }],
  ["is turned by 45°", { turned: 45, scale: 6 }],
  ["is blurred by half a module", { blurred: 2 }],
  ["is small: 98 pixels wide, two a module", { scale: 2 }],
  ["is small, dim, turned and blurred at once", { scale: 4, light: 90, turned: 15, blurred: 1 }],
])("[W12] the camera reads a code that %s", async (_, drawn) => {
  expect(await readScene({ text: CODE, seconds: 1, ...drawn })).toBe(CODE);
});

test("[W12] the camera reads nothing without a code, or when the code is as dark as its paper", async () => {
  expect(await readScene({ text: null, seconds: 1 })).toBeNull();
  expect(await readScene({ text: CODE, seconds: 1, light: 17 })).toBeNull();
});
