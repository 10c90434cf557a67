// The time of the basket on our own page: when it is over the page is fetched again, however often that fails.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buyingTextsIn, type BuyingWording } from "../../../src/ui/shared/texts/buying-texts.ts";

type KeepTime = { readonly keepTime: (said: BuyingWording, tell: (text: string) => unknown) => void };
const said = await buyingTextsIn("en");
// By an address, and so with a cast: tests have not the types of a browser, which are that file's.
const { keepTime } = (await import(
  new URL("../../../src/ui/storefront/held-time.ts", import.meta.url).href
)) as KeepTime;

/** A page that holds for so many seconds; null: nothing. */
const pageOf = (seconds: number | null) => ({
  title: "",
  querySelector: (selector: string) => {
    if (selector === "main") return { contains: () => false, replaceWith: () => undefined };
    if (selector !== "[data-seconds]" || seconds === null) return null;
    return { dataset: { seconds: String(seconds), extension: "never" } };
  },
  querySelectorAll: () => [],
});

const ANSWER = { ok: true, text: () => Promise.resolve("") };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("PerformanceNavigationTiming", Date);
  vi.stubGlobal("location", { href: "https://tickets.example/b/evt_one" });
});
afterEach(() => {
  vi.useRealTimers();
});

test("[S10] a page that does not come is requested again, until it shows what has run out", async () => {
  let requests = 0;
  vi.stubGlobal("document", pageOf(2));
  vi.stubGlobal("fetch", () => {
    requests += 1;
    if (requests < 3) return Promise.reject(new Error("no network"));
    vi.stubGlobal("document", pageOf(null));
    return Promise.resolve(ANSWER);
  });
  vi.stubGlobal(
    "DOMParser",
    class {
      parseFromString = () => pageOf(null);
    },
  );
  keepTime(said, () => undefined);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([requests, vi.getTimerCount()]).toEqual([3, 0]);
});

test("[S6] where the server has some time left, it is counted on, by one clock", async () => {
  let requests = 0;
  const told: string[] = [];
  vi.stubGlobal("document", pageOf(2));
  vi.stubGlobal("fetch", () => {
    requests += 1;
    vi.stubGlobal("document", pageOf(30));
    return Promise.resolve(ANSWER);
  });
  vi.stubGlobal(
    "DOMParser",
    class {
      parseFromString = () => pageOf(30);
    },
  );
  keepTime(said, (text) => told.push(text));
  await vi.advanceTimersByTimeAsync(20_000);
  expect([requests, vi.getTimerCount()]).toEqual([1, 1]);
  expect(told).toHaveLength(3);
});
