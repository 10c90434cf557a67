// Compares the inventory with other designs of the same sale: a lock in Redis around a row in PostgreSQL, and
// PostgreSQL alone.

import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DESIGN_NAMES, type DesignName } from "../../peers/designs.ts";
import { type Peer, withPeers } from "../../peers/peers.ts";
import { DURABLE } from "../../peers/services.ts";
import { type Judged, results } from "../../report/report.ts";
import { openSide, scratch, type Side, withSides } from "../../rig/rig.ts";
import { inTurn, median, medianOf, ratesTable, ratioOf, type Series, seriesOf } from "../../report/rounds.ts";
import type { Scenario, ScenarioOptions, Table } from "../../scenario.ts";
import { playRound, setStage } from "../../rig/stage.ts";

const CONNECTIONS = [32, 128];
const SALE_CONNECTIONS = 64;
const FLUSHES = 500;
const INVENTORY = "inventory";
const NOTHING = "nothing";

/** What a figure must reach at the machine's own flush, and at a slower one. Of a design that is not named, nothing. */
type Reach = Partial<Record<DesignName, { readonly own: number; readonly slow: number }>>;
const OF_HOLDS: Reach = { "for-update": { own: 1.2, slow: 6 }, "one-statement": { own: 1.2, slow: 5 } };
const OF_SALES: Reach = { "for-update": { own: 1.2, slow: 4 }, "redis-lock": { own: 6, slow: 8 } };

export const peers: Scenario = {
  name: "peers",
  describe: "holds on one type, against the design that this one replaces and two of PostgreSQL alone, all durable",
  run: async (options) => {
    const types = CONNECTIONS.length * (options.rounds + 1);
    return withPeers(DESIGN_NAMES, types, (all) =>
      withSides([() => openSide(INVENTORY, "real"), () => openSide(NOTHING, "idle")], (sides) =>
        compareHolds(all, sides, options),
      ),
    );
  },
};

export const peersSale: Scenario = {
  name: "peers-sale",
  describe: `whole sales at ${SALE_CONNECTIONS} connections, against the same three steps in PostgreSQL, and in the design replaced`,
  run: (options) => {
    const { rounds, seconds, flushMs } = options;
    return withPeers(["redis-lock", "for-update"], rounds + 1, (all) =>
      withSides([() => openSide(INVENTORY, "real")], async ([side]) => {
        const stage = await setStage(side, rounds + 1);
        // Twice as long as other rounds: a sale is several requests, and one that has not ended does not count.
        const asked = { kind: "hold-order", connections: SALE_CONNECTIONS, seconds: 2 * seconds } as const;
        const series = await inTurn(
          "peers, sales",
          [
            { name: INVENTORY, run: (round) => playRound(stage, [round], asked) },
            ...all.map(({ name, play }) => ({ name, run: (round: number) => play(round, asked) })),
          ],
          rounds,
        );
        const { judged, figures } = compare(series, all, {
          what: `whole sales/s, ${SALE_CONNECTIONS} connections, one type`,
          reach: OF_SALES,
          flushMs,
        });
        return { tables: [ratesTable("sales", series), results(judged)], figures, notes: notesOf(options) };
      }),
    );
  },
};

async function compareHolds(all: readonly Peer[], sides: readonly [Side, Side], options: ScenarioOptions) {
  const { rounds, seconds, flushMs } = options;
  const types = CONNECTIONS.length * (rounds + 1);
  const [stage, idleStage] = [await setStage(sides[0], types), await setStage(sides[1], types)];
  const tables: Table[] = [];
  const judged: Judged[] = [];
  const figures: Record<string, number> = {};
  const limits: string[] = [];
  for (const [row, connections] of CONNECTIONS.entries()) {
    const of = (round: number) => row * (rounds + 1) + round;
    const asked = { kind: "hold", connections, seconds } as const;
    const series = await inTurn(
      `peers, ${connections} connections`,
      [
        { name: INVENTORY, run: (round) => playRound(stage, [of(round)], asked) },
        { name: NOTHING, run: (round) => playRound(idleStage, [of(round)], asked) },
        ...all.map(({ name, play }) => ({ name, run: (round: number) => play(of(round), asked) })),
      ],
      rounds,
    );
    tables.push(ratesTable(`${connections} connections`, series));
    const what = `holds/s on one type, ${connections} connections`;
    const compared = compare(series, all, { what, reach: OF_HOLDS, flushMs });
    judged.push(...compared.judged);
    for (const [name, figure] of Object.entries(compared.figures)) figures[`${name}_${connections}`] = figure;
    for (const { name } of all) {
      const most = ratioOf(seriesOf(series, NOTHING), seriesOf(series, name));
      limits.push(`${most.toFixed(1)} × ${name} at ${connections} connections`);
    }
  }
  const limit = `"nothing" is the same Worker over an object that only answers. No inventory behind it could be more than ${limits.join(", ")}.`;
  return { tables: [...tables, results(judged)], figures, notes: [...notesOf(options), limit] };
}

type Compared = { readonly what: string; readonly reach: Reach; readonly flushMs: number };

/** The inventory's ratio to each peer, and what it must reach. */
function compare(series: readonly Series[], all: readonly Peer[], { what, reach, flushMs }: Compared) {
  const inventory = seriesOf(series, INVENTORY);
  const figures: Record<string, number> = { inventory_per_second: medianOf(inventory) };
  const judged: Judged[] = [];
  for (const { design, name } of all) {
    const figure = ratioOf(inventory, seriesOf(series, name));
    figures[`to_${design}`] = figure;
    figures[`${design}_per_second`] = medianOf(seriesOf(series, name));
    const wanted = reach[design];
    if (wanted) judged.push({ what, against: name, figure, reach: flushMs > 0 ? wanted.slow : wanted.own, digits: 2 });
  }
  return { judged, figures };
}

function notesOf({ flushMs }: ScenarioOptions): string[] {
  const own = medianFlushMs(scratch()).toFixed(2);
  const slower = flushMs > 0 ? `, and ${flushMs} ms more are added to each of every server here` : "";
  return [
    DURABLE,
    "Each peer: a Node server in a process of its own, pooled connections, prepared statements.",
    `A flush takes ${own} ms on this disk${slower}: what waits for one a hold is slower by it, and what waits for one a batch is not.`,
  ];
}

/** What an acknowledged commit costs at least: the median of flushes of a page that was written. */
function medianFlushMs(folder: string): number {
  const file = openSync(join(folder, "flush"), "w");
  const page = Buffer.alloc(8_192);
  const times = Array.from({ length: FLUSHES }, () => {
    const begun = performance.now();
    writeSync(file, page, 0, page.length, 0);
    fdatasyncSync(file);
    return performance.now() - begun;
  });
  closeSync(file);
  return median(times);
}
