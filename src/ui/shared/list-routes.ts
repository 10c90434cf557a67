// Types the routes that reply with a page of a list, for what reads lists page after page.

import type { Operations } from "../../client/client.ts";

export type ListRoute = {
  [R in keyof Operations]: Operations[R]["answer"] extends {
    readonly data: readonly unknown[];
    readonly next_cursor: string | null;
  }
    ? R
    : never;
}[keyof Operations];
export type RowOf<R extends ListRoute> = Operations[R]["answer"]["data"][number];

/**
 * The most rows that are read without a request of a person: as many devices as a door knows at once, and far more gates
 * than a venue has.
 */
export const MOST_READ_ON = 500;
