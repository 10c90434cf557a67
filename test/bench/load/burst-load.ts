// Generates the load of the burst in a process of its own: shoppers arrive at the trace's times, whether or not earlier
// ones were served.

import { openClient } from "../../support/server/client.ts";
import { randomFrom } from "../../support/random.ts";
import { type Burst, type Note, shop, type Taken } from "./burst-shopper.ts";

export type BurstLoad = {
  readonly baseUrl: string;
  /** Arrivals in each second. */
  readonly arrivals: readonly number[];
  readonly seed: number;
  readonly eventId: string;
  readonly typeIds: readonly [string, string];
  readonly staffKey: string;
};
/** `seconds`: from the first arrival to the last response. */
export type BurstMeasured = { readonly notes: readonly Note[]; readonly taken: Taken; readonly seconds: number };

/** Browsers are many, and a machine's ports are not: who finds no connection free waits, and that is measured too. */
const CONNECTIONS = 1_000;

process.once("message", (load: BurstLoad) => {
  void replay(load).then((measured) => process.send?.(measured, () => process.exit(0)));
});

async function replay({ baseUrl, arrivals, seed, ...show }: BurstLoad): Promise<BurstMeasured> {
  const client = openClient(baseUrl, CONNECTIONS);
  const random = randomFrom(seed);
  const taken: Taken = { held: {}, unsure: {}, confirmed: {}, doubled: 0, gaveUp: 0 };
  const burst: Burst = { client, random, ...show, notes: [], taken };
  const begun = performance.now();
  const at = arrivals.flatMap((count, second) =>
    Array.from({ length: count }, (_, n) => (second + (n + random()) / count) * 1_000),
  );
  const shoppers = at.map(async (ms, index) => {
    await new Promise((settle) => setTimeout(settle, ms));
    await shop(burst, `burst-${index}`);
  });
  await Promise.all(shoppers);
  client.close();
  return { notes: burst.notes, taken, seconds: (performance.now() - begun) / 1_000 };
}
