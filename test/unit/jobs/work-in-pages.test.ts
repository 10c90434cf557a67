// How the cron's jobs work through their pages (rules K6, X3): whatever hangs or fails keeps back its own page alone.

import { expect, test } from "vitest";
import { AT_ONCE, roundFrom, untilDone, workInPages } from "../../../src/app/jobs/work-in-pages.ts";

const pagesOf = (count: number, size: number) => {
  let page = 0;
  const read = { pages: 0 };
  const next = () => {
    if (page === count) return Promise.resolve(null);
    read.pages += 1;
    const first = page++ * size;
    return Promise.resolve(Array.from({ length: size }, (_, n) => first + n));
  };
  return { next, read };
};
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

test("[K6] [X3] an item that hangs delays no other page, and its own page settles once it has ended", async () => {
  const { next } = pagesOf(20, 10);
  const ends: (() => void)[] = [];
  const settled: number[] = [];
  const work = workInPages(
    {
      next,
      each: (item) => (item % 10 === 3 && item < 50 ? new Promise<void>((end) => ends.push(end)) : Promise.resolve()),
      settle: async (page) => void settled.push(page[0] ?? -1),
    },
    untilDone,
  );
  await turns(2_000);
  expect(ends).toHaveLength(5);
  expect([...settled].sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, n) => 50 + n * 10));
  for (const end of ends) end();
  await work;
  expect(settled).toHaveLength(20);
});

test("[K6] [X3] at most a hundred items are under way at one time, over all pages", async () => {
  const { next, read } = pagesOf(5, 70);
  let under = 0;
  let most = 0;
  const each = async () => {
    most = Math.max(most, ++under);
    await turns(50);
    under -= 1;
  };
  await workInPages({ next, each, settle: () => Promise.resolve() }, untilDone);
  expect({ most, pages: read.pages }).toEqual({ most: AT_ONCE, pages: 5 });
});

test("[X3] once its time is up a job begins no other page, and ends those that it has begun", async () => {
  const { next, read } = pagesOf(9, 1);
  const settled: number[] = [];
  const settle = async (page: readonly number[]) => void settled.push(...page);
  await workInPages({ next, each: () => Promise.resolve(), settle }, () => read.pages === 2);
  expect(settled).toEqual([0, 1]);
});

test("[X3] a page that cannot be settled fails the job, after the pages under way have been", async () => {
  const { next, read } = pagesOf(1_000, 1);
  const settled: number[] = [];
  const settle = async ([item = -1]: readonly number[]) => {
    if (item === 1) throw new Error("D1_ERROR: away");
    await turns(100);
    settled.push(item);
  };
  await expect(workInPages({ next, each: () => Promise.resolve(), settle }, untilDone)).rejects.toThrow("away");
  expect(read.pages).toBeLessThan(20);
  expect(settled).toHaveLength(read.pages - 1);
});

test.each(["", "a", "c", "cc", "f", "z"])("[K6] a round from '%s' has each row once", async (start) => {
  const rows = ["a", "b", "c", "d", "e", "f", "g"];
  const next = roundFrom<string, string>(
    start,
    (row) => row,
    async (after, until) => rows.filter((row) => row > after && (until === null || row <= until)).slice(0, 2),
  );
  const seen: string[] = [];
  for (let page = await next(); page !== null; page = await next()) seen.push(...page);
  expect([...seen].sort()).toEqual(rows);
});
