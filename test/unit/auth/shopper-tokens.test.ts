// The shopper's token, from both sides: what is accepted, and every way in which it is not.

import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { canMint, mintShopperToken, verifyShopperToken } from "../../../src/auth/links/shopper-tokens.ts";
import { must } from "../../../src/domain/result.ts";

const NOW = Date.parse("2026-12-05T18:00:00.000Z");
const WEEK = 7 * 24 * 60 * 60 * 1_000;
const RANDOM = Uint8Array.from({ length: 16 }, (_, index) => index * 7 + 1);
const SECRETS = { SHOPPER_TOKEN_SECRET: "the secret of today" };

const minted = (secrets: { SHOPPER_TOKEN_SECRET?: string } = SECRETS, now = NOW) =>
  must(mintShopperToken(secrets, RANDOM, now), "there is a secret");

describe("a shopper's token", () => {
  it("names the shopper that it was made for, and lasts 7 days", () => {
    const { shopperId, token, expiresAt } = minted();
    expect(shopperId).toMatch(/^shp_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(token).toMatch(/^vgs_[A-Za-z0-9_-]{79}$/);
    expect(expiresAt).toBe(NOW + WEEK);
    expect(verifyShopperToken(SECRETS, token, NOW)).toBe(shopperId);
  });

  it("is what another implementation of its layout makes, the label of its kind included", () => {
    expect(minted().token).toBe("vgs_AU4sg5QBCA8WHSQrMjlAR05VXGNqAaJraWkAS8MzRzSRSW6ZzYodu5VuQV4Rza_XaK3vEoiSpO7c2I4");
  });

  it("is accepted up to the last millisecond and refused from its expiry on", () => {
    const { shopperId, token, expiresAt } = minted();
    expect(verifyShopperToken(SECRETS, token, expiresAt - 1)).toBe(shopperId);
    expect(verifyShopperToken(SECRETS, token, expiresAt)).toBeNull();
    expect(verifyShopperToken(SECRETS, token, expiresAt + 1)).toBeNull();
  });

  it("is refused when it would last longer than one that is minted now, but for a minute between clocks", () => {
    const ahead = (ms: number) => must(mintShopperToken(SECRETS, RANDOM, NOW + ms), "there is a secret");
    expect(verifyShopperToken(SECRETS, ahead(60_000).token, NOW)).toBe(minted().shopperId);
    expect(verifyShopperToken(SECRETS, ahead(60_001).token, NOW)).toBeNull();
    expect(verifyShopperToken(SECRETS, ahead(8_000 * 365 * 24 * 3_600_000).token, NOW)).toBeNull();
  });

  it("is refused when any one bit of it is changed", () => {
    const { token } = minted();
    const bytes = Buffer.from(token.slice(4), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = must(bytes[bit >> 3], "inside") ^ (1 << (bit & 7));
      expect(verifyShopperToken(SECRETS, `vgs_${changed.toString("base64url")}`, NOW)).toBeNull();
    }
  });

  it("has one spelling: the two spare bits of its last character do not make another token", () => {
    const { token } = minted();
    const spellings = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].filter(
      (last) => verifyShopperToken(SECRETS, token.slice(0, -1) + last, NOW) !== null,
    );
    expect(spellings).toEqual([token.at(-1)]);
  });

  it.each(["", "vgs_", "vgs_AAAA", `vgs_${"A".repeat(79)}`, `vgs_${"A".repeat(80)}`, `vgk_${"A".repeat(79)}`])(
    "is refused when malformed: %s",
    (text) => {
      expect(verifyShopperToken(SECRETS, text, NOW)).toBeNull();
    },
  );

  it("is refused when another secret signed it", () => {
    expect(verifyShopperToken({ SHOPPER_TOKEN_SECRET: "another" }, minted().token, NOW)).toBeNull();
  });

  it("is accepted if made before a rotation or after it, but not once its old secret is gone", () => {
    const before = minted();
    const rotated = { SHOPPER_TOKEN_SECRET: "tomorrow's", SHOPPER_TOKEN_SECRET_PREVIOUS: SECRETS.SHOPPER_TOKEN_SECRET };
    expect(verifyShopperToken(rotated, before.token, NOW)).toBe(before.shopperId);
    const after = minted(rotated);
    expect(verifyShopperToken(rotated, after.token, NOW)).toBe(after.shopperId);
    expect(verifyShopperToken(SECRETS, after.token, NOW)).toBeNull();
    expect(verifyShopperToken({ SHOPPER_TOKEN_SECRET: "tomorrow's" }, before.token, NOW)).toBeNull();
  });

  it.each([{}, { SHOPPER_TOKEN_SECRET: "" }])("is neither minted nor accepted without a secret: %j", (none) => {
    expect(canMint(none)).toBe(false);
    expect(mintShopperToken(none, RANDOM, NOW)).toBeNull();
    expect(verifyShopperToken(none, minted().token, NOW)).toBeNull();
    expect(verifyShopperToken({ ...none, SHOPPER_TOKEN_SECRET_PREVIOUS: "" }, minted().token, NOW)).toBeNull();
  });
});
