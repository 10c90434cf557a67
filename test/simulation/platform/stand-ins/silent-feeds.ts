// Stands for feeds that accept every push and show it to nobody: feeds are no part of a world, but its objects and
// verbs push to them.

import type { Desks } from "../../../../src/desk/client.ts";
import type { Feed, Feeds } from "../../../../src/feed/client.ts";

const taken = (): Promise<void> => Promise.resolve();
const FEED: Feed = {
  push: taken,
  door: taken,
  drop: taken,
  sync: () => Promise.resolve(true),
  desk: taken,
  watchForRevocation: taken,
  recheck: taken,
  follow: () => Promise.resolve(null),
  takeShardUpdate: () => Promise.resolve(0),
};

export const SILENT_FEEDS: Feeds = () => FEED;
/** The binding as an object has it. The one cast: of a namespace an object uses no more than this. */
export const SILENT_NAMESPACE = { getByName: () => FEED } as unknown as Env["EVENT_FEED"];
export const NO_DESKS: Desks = () => {
  throw new Error("nobody is on duty in a world");
};
