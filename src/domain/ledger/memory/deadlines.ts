// A binary min-heap of deadlines. An entry stays after its hold or order has gone: readers of the top drop stale entries
// there, and `dropStale` drops the others once they are many.

export type Deadline<Id> = { readonly at: number; readonly id: Id };

export function pushDeadline<Id>(heap: Deadline<Id>[], entry: Deadline<Id>): void {
  let child = heap.length;
  heap.push(entry);
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.at <= entry.at) break;
    heap[child] = above;
    child = parent;
  }
  heap[child] = entry;
}

function popDeadline<Id>(heap: Deadline<Id>[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let parent = 0;
  for (;;) {
    const left = heap[2 * parent + 1];
    const right = heap[2 * parent + 2];
    if (left === undefined) break;
    const [child, index] = right !== undefined && right.at < left.at ? [right, 2 * parent + 2] : [left, 2 * parent + 1];
    if (child.at >= last.at) break;
    heap[parent] = child;
    parent = index;
  }
  heap[parent] = last;
}

/** The earliest entry that is still `live`, or null; drops the stale ones before it. */
export function firstDeadline<Id>(heap: Deadline<Id>[], live: (entry: Deadline<Id>) => boolean): Deadline<Id> | null {
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    if (live(top)) return top;
    popDeadline(heap);
  }
  return null;
}

/** The entries at or before `now`, earliest first, stale ones included; the heap stays as it is. */
export function dueDeadlines<Id>(heap: readonly Deadline<Id>[], now: number): Deadline<Id>[] {
  const due: Deadline<Id>[] = [];
  const open = [0];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const entry = heap[index];
    if (entry === undefined || entry.at > now) continue;
    due.push(entry);
    open.push(2 * index + 1, 2 * index + 2);
  }
  return due.sort((a, b) => a.at - b.at);
}

/** How many entries beyond those of live ids are tolerated before `dropStale` goes through the heap. */
const STALE_ALLOWED = 1_000;

/**
 * Keeps the heap's size in proportion to what is live; otherwise the entry of a hold that was released at once would stay
 * for minutes. `live` returns true for one time of each id; `count` is how many ids are live.
 */
export function dropStale<Id>(heap: Deadline<Id>[], count: number, live: (entry: Deadline<Id>) => boolean): void {
  if (heap.length <= 2 * count + STALE_ALLOWED) return;
  const kept = new Map(heap.filter(live).map((entry) => [entry.id, entry]));
  heap.length = 0;
  for (const entry of kept.values()) pushDeadline(heap, entry);
}
