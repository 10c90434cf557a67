// The two languages of the console beside each other.

import { expect, test } from "vitest";
import { af } from "../../../src/ui/console/texts/af.ts";
import { en } from "../../../src/ui/console/texts/en.ts";

type Leaf = readonly [path: string, value: unknown];

function leaves(value: unknown, path = ""): Leaf[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, each]) => leaves(each, `${path}.${name}`));
}

test("[C9] nothing is left in English, and nothing is empty that English says", () => {
  const english = new Map(leaves(en));
  const same = leaves(af).filter(
    ([path, value]) => typeof value === "string" && value.length > 12 && value === english.get(path),
  );
  expect(same.map(([path]) => path)).toEqual([]);
  const empty = leaves(af).filter(([path, value]) => value === "" && english.get(path) !== "");
  expect(empty.map(([path]) => path)).toEqual([]);
});

test("[C9] what takes numbers or names shows all of them, in both languages", () => {
  const silent = [...leaves(en), ...leaves(af)].filter(([, value]) => {
    if (typeof value !== "function") return false;
    const given = Array.from({ length: value.length }, (_, index) => String(index + 7_770));
    const said = (value as (...given: string[]) => string)(...given);
    return !given.every((each) => said.includes(each));
  });
  expect(silent.map(([path]) => path)).toEqual([]);
});
