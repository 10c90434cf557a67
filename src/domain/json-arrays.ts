// Lists as JSON arrays that one bound value can hold: a longer list is cut by its bytes, never by its count.

import { MAX_BOUND_BYTES } from "./limits.ts";

/** A UTF-16 unit takes at most so many bytes in UTF-8. */
const UNIT_MAX_BYTES = 3;
/** So few rows are first written as one text: that is the quickest way, and nearly always fits. */
const FEW = 1_000;

/**
 * `items` in their order, in groups whose texts fit into one bound JSON array. A group has at least one item, since a
 * single one always fits. Lazy: an item's text is not looked at before its group is asked for.
 */
export function* groupsThatFit<T>(items: Iterable<T>, textOf: (item: T) => string): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = maxBytesOf(textOf(item)) + 1;
    if (group.length > 0 && bytes + more > MAX_BOUND_BYTES) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += more;
  }
  if (group.length > 0) yield group;
}

/** The rows of `items` in their order, as JSON arrays that can each be bound; none when there are no items. */
export function* jsonArraysOf<T>(items: readonly T[], rowOf: (item: T) => unknown): Generator<string> {
  if (items.length === 0) return;
  if (items.length <= FEW) {
    const whole = JSON.stringify(items.map(rowOf));
    if (maxBytesOf(whole) <= MAX_BOUND_BYTES) {
      yield whole;
      return;
    }
  }
  for (const texts of groupsThatFit(textsOf(items, rowOf), (text) => text)) yield `[${texts.join(",")}]`;
}

function* textsOf<T>(items: readonly T[], rowOf: (item: T) => unknown): Generator<string> {
  for (const item of items) yield JSON.stringify(rowOf(item));
}

/** Never less than the text takes, and counted without a look at it. */
function maxBytesOf(text: string): number {
  return UNIT_MAX_BYTES * text.length;
}
