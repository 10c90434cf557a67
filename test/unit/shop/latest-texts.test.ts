import { expect, test } from "vitest";
import type { Locale } from "../../../src/domain/orders/contact.ts";
import { buyingTextsIn, latestTexts, type BuyingWording } from "../../../src/ui/shared/texts/buying-texts.ts";

/** Words that come when the test says so. */
function slowly() {
  const asked: { readonly locale: Locale; readonly come: (said: BuyingWording) => void }[] = [];
  const textsIn = (locale: Locale) => new Promise<BuyingWording>((come) => asked.push({ locale, come }));
  const come = async (index: number) => {
    const each = asked[index];
    each?.come(await buyingTextsIn(each.locale));
  };
  return { asked, textsIn, come };
}

test("[S15] texts are shown in the language that is wanted when they load, not when they were requested", async () => {
  const { asked, textsIn, come } = slowly();
  let wanted: Locale = "en";
  const said = latestTexts(() => wanted, textsIn);
  wanted = "af";
  await come(0);
  await expect.poll(() => asked.map(({ locale }) => locale)).toEqual(["en", "af"]);
  await come(1);
  expect((await said).locale).toBe("af");
});

test("[S15] a language that changes there and back takes what came first for it", async () => {
  const { asked, textsIn, come } = slowly();
  let wanted: Locale = "en";
  const said = [latestTexts(() => wanted, textsIn)];
  wanted = "af";
  said.push(latestTexts(() => wanted, textsIn));
  wanted = "en";
  // The words of Afrikaans come last, and are no longer wanted.
  await come(0);
  expect((await said[0])?.locale).toBe("en");
  await come(1);
  await expect.poll(() => asked.map(({ locale }) => locale)).toEqual(["en", "af", "en"]);
  await come(2);
  expect((await said[1])?.locale).toBe("en");
});

test("[S3] words that cannot be had are a rejection, which leaves the host's own link", async () => {
  await expect(
    latestTexts(
      () => "af",
      () => Promise.reject(new Error("offline")),
    ),
  ).rejects.toThrow("offline");
});
