import { describe, expect, test } from "vitest";
import { contactIn, ERASED, nameKeyOf, normalizeEmail } from "../../../src/domain/orders/contact.ts";
import { ContactInput } from "../../../src/http/schemas/sales/contact.ts";
import { CONTACT } from "../../support/builders.ts";

const given = { name: "A Buyer", email: "buyer@example.com", phone: "+27821234567" };
const issues = (change: object) =>
  ContactInput.safeParse({ ...given, ...change }).error?.issues.map(({ path }) => path.join("."));

describe("[O11] a contact", () => {
  test("is taken with name, e-mail address and phone number, and the phone number may be left out", () => {
    expect(ContactInput.parse(given)).toEqual(CONTACT);
    const { phone: _, ...without } = given;
    expect(ContactInput.parse(without)).toEqual({ ...CONTACT, phone: null });
  });

  test("has its address trimmed and in lower case, and its name trimmed", () => {
    const parsed = ContactInput.parse({ ...given, name: "  A Buyer ", email: "  Buyer@Example.COM\t" });
    expect(parsed).toEqual(CONTACT);
    expect(normalizeEmail(" A@B.Example ")).toBe("a@b.example");
  });

  test.each([
    [{ name: "" }, "name"],
    [{ name: "   " }, "name"],
    [{ name: "x".repeat(201) }, "name"],
    [{ name: "A\nBcc: all@example.com" }, "name"],
    [{ name: 7 }, "name"],
    [{ email: "" }, "email"],
    [{ email: "buyer" }, "email"],
    [{ email: "a b@example.com" }, "email"],
    [{ email: "a@example.com\nBcc: b@example.com" }, "email"],
    [{ email: `${"a".repeat(250)}@example.com` }, "email"],
    [{ phone: "0821234567" }, "phone"],
    [{ phone: "+0821234567" }, "phone"],
    [{ phone: "+27 82 123 4567" }, "phone"],
    [{ phone: `+${"1".repeat(16)}` }, "phone"],
    [{ phone: "" }, "phone"],
    // The Kelvin sign, which in lower case is the letter k.
    [{ email: "\u212a@example.com" }, "email"],
    [{ name: "A\u202ebuyer" }, "name"],
    [{ age: 30 }, ""],
  ])("is refused with %j", (change, path) => {
    expect(issues(change)).toEqual(expect.arrayContaining([path]));
  });

  test("may have a name of 200 characters and a number of fifteen digits, and not one more of either", () => {
    expect(issues({ name: "x".repeat(200), phone: `+${"1".repeat(15)}` })).toBeUndefined();
    expect(issues({ phone: "+1234567" })).toBeUndefined();
    expect(issues({ phone: "+123456" })).toEqual(["phone"]);
  });

  test("is not there when it was never given and when it was erased", () => {
    expect(contactIn(CONTACT)).toBe(CONTACT);
    expect(contactIn(null)).toBeNull();
    expect(contactIn(ERASED)).toBeNull();
  });
});

test.each([
  ["Zoë  van der MERWE", "zoe van der merwe"],
  ["ÉLODIE", "elodie"],
  ["  Straße ", "straße"],
  ["ﬁn", "fin"],
])("[O12] the name %j is searched as %j", (name, key) => {
  expect(nameKeyOf(name)).toBe(key);
});
