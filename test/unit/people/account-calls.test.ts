// What the account page makes of a refusal, in both languages.

import { describe, expect, test } from "vitest";
import type { LOCALES } from "../../../src/domain/orders/contact.ts";
import { meaningOf, type Refused, wrongFields } from "../../../src/ui/console/account-calls.ts";
import { accountTexts } from "../../../src/ui/shared/texts/account-texts.ts";

const en = accountTexts("en");
const refused = (code: string, parts: Partial<Refused> = {}): Refused => ({
  ...{ code, fields: [], retryAfterSeconds: null },
  ...parts,
});

describe("a refusal", () => {
  test.each([
    ["INVALID_EMAIL_OR_PASSWORD", en.wrong.credentials],
    ["INVALID_TOKEN", en.wrong.link],
    ["not_found", en.wrong.invitation],
    ["organization_suspended", en.wrong.suspended],
    ["temporarily_unavailable", en.wrong.away],
    ["unreachable", en.wrong.unreachable],
    ["what nobody knows", en.wrong.other],
  ])("%s is said in a sentence of its own", (code, text) => {
    expect(meaningOf(en, refused(code))).toBe(text);
  });

  test.each([
    [null, "a minute"],
    [1, "a minute"],
    [60, "a minute"],
    [61, "2 minutes"],
    [540, "9 minutes"],
  ])("of too many tries, to be tried again in %s s, says so in whole minutes", (retryAfterSeconds, text) => {
    expect(meaningOf(en, refused("rate_limited", { retryAfterSeconds }))).toContain(` in ${text}.`);
  });

  test("of fields is said beside each of them once; what is no field of the page is left to the whole", () => {
    const fields = ["newPassword", "newPassword", "token", "email"];
    expect(wrongFields(en, refused("invalid_request", { fields }))).toEqual([
      ["newPassword", en.wrong.field.newPassword],
      ["email", en.wrong.field.email],
    ]);
  });
});

test("no sentence of one language is in another", () => {
  const sentences = (locale: (typeof LOCALES)[number]) =>
    JSON.stringify(accountTexts(locale), (_, value: unknown) =>
      typeof value === "function" ? (value as (given: string) => string)("5") : value,
    ).match(/"[^"]{12,}"(?!:)/g) ?? [];
  const english = new Set(sentences("en"));
  expect(english.size).toBeGreaterThan(20);
  expect(sentences("af").filter((each) => english.has(each))).toEqual([]);
});
