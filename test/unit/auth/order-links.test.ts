import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { canSignLinks } from "../../../src/auth/links/link-keys.ts";
import { signOrderLink, verifyOrderLink } from "../../../src/auth/links/order-links.ts";
import { parseOrderId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { orderIdOf, OTHER_SHOPPER, SHOPPER } from "../../support/builders.ts";

const ORDER = orderIdOf(SHOPPER, "link");
const OLD = "the secret of the first year";
const NEW = "the secret of the second year";
const SECRETS = { ORDER_LINK_SECRET: OLD };
const link = (secrets = SECRETS, order = ORDER) => must(signOrderLink(secrets, order), "there is a secret");

describe("[O13] an order link", () => {
  test("names its order, and is the same for it at any time", () => {
    expect(link()).toMatch(/^vgo_[A-Za-z0-9_-]{115}$/);
    expect(verifyOrderLink(SECRETS, link())).toBe(ORDER);
    expect(link()).toBe(link());
    expect(link(SECRETS, orderIdOf(OTHER_SHOPPER, "link"))).not.toBe(link());
  });

  test("is what another implementation of its layout makes, the label of its kind included", () => {
    const order = must(parseOrderId(`ord_${"4c9n0q2r8k3f7t5v1x6y0z9m2d".repeat(2)}`), "an order's id");
    expect(link({ ORDER_LINK_SECRET: "a secret of the tests" }, order)).toBe(
      "vgo_AQE0YzluMHEycjhrM2Y3dDV2MXg2eTB6OW0yZDRjOW4wcTJyOGszZjd0NXYxeDZ5MHo5bTJku3GtxVzGWrgd32uFkineq50CSLhHN0xXnJlknsQ1eYE",
    );
  });

  test("is of no use with any one bit of it changed", () => {
    const bytes = Buffer.from(link().slice(4), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(verifyOrderLink(SECRETS, `vgo_${changed.toString("base64url")}`)).toBeNull();
    }
  });

  test.each([
    "",
    "vgo_",
    link().slice(0, -1),
    `${link()}A`,
    link().replace("vgo_", "vgs_"),
    `vgo_${"A".repeat(115)}`,
    ` ${link()}`,
  ])("is not %j", (text) => {
    expect(verifyOrderLink(SECRETS, text)).toBeNull();
  });

  test("has one spelling: a last character with other spare bits is none", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const own = link();
    const good = [...alphabet].filter((last) => verifyOrderLink(SECRETS, own.slice(0, -1) + last) !== null);
    expect(good).toEqual([own.slice(-1)]);
  });

  test("goes on after a rotation, which the newest number signs, and ends when its secret is taken away", () => {
    const before = link();
    for (const both of [`2:${NEW},1:${OLD}`, `1:${OLD}, 2:${NEW}`]) {
      const rotated = { ORDER_LINK_SECRET: both };
      expect(verifyOrderLink(rotated, before)).toBe(ORDER);
      expect(link(rotated)).not.toBe(before);
      expect(verifyOrderLink({ ORDER_LINK_SECRET: `2:${NEW}` }, link(rotated))).toBe(ORDER);
      expect(verifyOrderLink({ ORDER_LINK_SECRET: `2:${NEW}` }, before)).toBeNull();
    }
    expect(verifyOrderLink({ ORDER_LINK_SECRET: `1:${NEW}` }, before), "another secret of its number").toBeNull();
    expect(verifyOrderLink({ ORDER_LINK_SECRET: `2:${OLD}` }, before), "its secret under another number").toBeNull();
  });

  test.each([undefined, "", "short", `0:${OLD}`, `256:${OLD}`, `1:${OLD},1:${NEW}`, `2:${NEW},`, `2:${NEW},1:short`])(
    "is neither signed nor accepted with %j in the place of secrets",
    (given) => {
      const secrets = given === undefined ? {} : { ORDER_LINK_SECRET: given };
      expect(canSignLinks(secrets)).toBe(false);
      expect(signOrderLink(secrets, ORDER)).toBeNull();
      expect(verifyOrderLink(secrets, link())).toBeNull();
    },
  );
});
