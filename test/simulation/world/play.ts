// Plays one world from its seed: people act while things go wrong, then all faults end, every deadline passes, and the
// rules that hold at rest are checked.

import { createHash } from "node:crypto";
import { type Catalogue, seedCatalogue } from "./catalogue/on-sale.ts";
import { checkAtRest, ordersOf } from "../watchers/checks-at-rest.ts";
import { askForgotten, runCron } from "./cron.ts";
import { crowd } from "../people/crowd.ts";
import { checkDoors } from "../watchers/door/at-rest.ts";
import { lastRowOf } from "../watchers/door/watch.ts";
import { attendDoors, sayLastWord } from "../people/door/desk.ts";
import { seedDoor } from "./catalogue/door.ts";
import { closeDoors, knockLate } from "../people/door/closing.ts";
import { type GateStage, openCrew, reportAll, scanTickets, type Scanner } from "../people/door/gate-crew.ts";
import { superviseDoor } from "../people/door/gate-staff.ts";
import { comeToBuy } from "../people/door/guests.ts";
import { liveOn } from "./days.ts";
import { deleteSpares } from "../people/deletions.ts";
import type { SimulatedD1 } from "../platform/d1.ts";
import { inWorld } from "../platform/globals.ts";
import { type Journal, openJournal } from "../watchers/journal.ts";
import { organise } from "../people/organiser.ts";
import type { Loaded } from "./load-product.ts";
import { openOperator } from "./restores.ts";
import { checkReader, followFeeds, revokeSome } from "../watchers/feed-readers.ts";
import { shop } from "../people/shoppers.ts";
import { releaseForOthers, setTerms } from "../people/staff.ts";
import { checkNeighbours, type Neighbours, seedNeighbours, THEIR_ORGANISER } from "./catalogue/neighbours.ts";
import { mixBoth, pry } from "../people/strangers.ts";
import { SMALL_VALUE_BYTES } from "./small-sizes.ts";
import { drawThemes } from "./themes.ts";
import { follow } from "../watchers/viewers.ts";
import { openWorld, type Shopper, START, type World } from "./world.ts";

export type Played = {
  /** The first breach of a rule, or null. */
  readonly failure: string | null;
  readonly steps: number;
  /** What happened in it, and how often. */
  readonly reached: ReadonlyMap<string, number>;
  /** The same for every run of the same seed and product. */
  readonly digest: string;
};

const MINUTE = 60_000;
/** How long there are faults, and how long people may go on without any until they are done. */
const MAX_MINUTES = 45;
/** When the cron runs at rest, minutes: it compares projections at the latest ten minutes after the last comparison.
 * An order ends at the latest 23 into the calm: a minute of a slow message, its fifteen, and the 400 seconds that the
 * clock by which it was made may have been ahead. */
const CRON_AT_REST = [2, 13, 24];
const REST_MINUTES = 25;
/** Where a clock may have been an hour ahead, all of this comes an hour later. */
const CRON_AFTER_AN_HOUR = [...CRON_AT_REST, 62, 73, 84];
const REST_AFTER_AN_HOUR = 85;

export async function play(
  seed: number,
  loaded: Loaded,
  d1: SimulatedD1,
  tell: ((line: string) => void) | null = null,
): Promise<Played> {
  const isSmall = drawThemes(seed).has("small");
  d1.reset(isSmall ? SMALL_VALUE_BYTES : undefined);
  const product = isSmall ? await loaded.small() : loaded;
  const world = openWorld({ seed, product, d1, tell });
  try {
    await inWorld(world, () => run(world));
  } catch (fault) {
    world.fail(fault instanceof Error ? String(fault.stack) : String(fault));
  }
  const heads = [...world.hosts.keys()].map((id) => world.checks.watchOf(id).head.hash);
  heads.push(...[...world.doorHosts.values()].map((host) => lastRowOf(host)?.hash ?? ""));
  for (const host of [...world.hosts.values(), ...world.feedHosts.values(), ...world.deskHosts.values()])
    host.storage.close();
  for (const { storage } of world.doorHosts.values()) storage.close();
  // A world receives no events from outside, but a process that plays many must handle them now and then.
  await new Promise((resolve) => void setImmediate(resolve));
  const steps = world.scheduler.steps();
  const digest = createHash("sha256").update(`${steps} ${heads.join()}`).digest("hex").slice(0, 16);
  return { failure: world.failure(), steps, reached: world.reached(), digest };
}

async function run(world: World): Promise<void> {
  const { dice, scheduler, d1, checks } = world;
  const catalogue = seedCatalogue(d1, dice, START, world.themes);
  seedDoor(world, catalogue);
  const crew = world.themes.has("door") ? openCrew(world, catalogue) : [];
  const journal = openJournal();
  const neighbours = seedNeighbours(world, catalogue);
  const shoppers = Array.from(
    { length: dice.between(1, 4) },
    (): Shopper => ({ kind: "shopper", id: world.newId("shp") }),
  );
  const viewers = Array.from({ length: dice.between(0, 2) }, () => follow(world, dice.pick(catalogue.typeIds)));
  const readers = world.themes.has("feeds") ? followFeeds(world, catalogue) : [];
  for (const theme of world.themes) world.note(`theme: ${theme}`);
  world.trace(() => `themes: ${[...world.themes].join()}; faults: ${JSON.stringify(world.faults())}`);

  const afterStep = (): boolean => {
    checks.afterStep();
    world.doorWatch.afterStep();
    return world.failure() !== null;
  };
  const operator = openOperator(world, catalogue, journal);
  const people = { busy: true };
  const acting = [
    ...shoppers.map((shopper) => shop({ world, catalogue, journal, shopper }, dice.between(2, 8))),
    organise(world, catalogue, dice.pick([0, 1, 2, 4]), operator.isRestoring),
    operator.work(),
    ...actsOfThemes(world, catalogue, journal, operator.isRestoring),
    ...actsOfDoor(world, catalogue, journal, crew, operator.isRestoring),
    ...(neighbours ? actsOfNeighbours(world, catalogue, journal, neighbours, shoppers) : []),
  ];
  void untilDone(world, acting).finally(() => {
    people.busy = false;
  });
  for (let minute = 1; people.busy && minute <= 2 * MAX_MINUTES && !world.failure(); minute++) {
    if (world.themes.has("clock") || dice.chance(0.1)) void runCron(world);
    await scheduler.runUntil(START + minute * MINUTE, afterStep);
    if (minute === MAX_MINUTES) world.calm();
  }
  if (people.busy && !world.failure()) world.fail("somebody is never done");
  world.calm();
  const calmSince = scheduler.now();
  if (world.themes.has("feeds") && dice.chance(0.5)) void sayLastWord(world, catalogue);
  void untilDone(world, [reportAll({ world, catalogue, crew })]);
  const isLong = world.themes.has("hours");
  const restsAt = calmSince + (isLong ? REST_AFTER_AN_HOUR : REST_MINUTES) * MINUTE;
  for (const at of isLong ? CRON_AFTER_AN_HOUR : CRON_AT_REST) {
    if (world.failure()) return;
    await scheduler.runUntil(calmSince + at * MINUTE, afterStep);
    void runCron(world).then(() => askForgotten(world, restsAt));
  }
  await scheduler.runUntil(restsAt, afterStep);
  if (world.failure()) return;
  checkAtRest(world, catalogue, neighbours ? [journal, neighbours.journal] : [journal], viewers);
  checkNeighbours(world);
  checkDoors(world);
  await afterTheEvening({ world, catalogue, crew }, afterStep);
  for (const reader of readers) checkReader(world, catalogue, reader);
  if (world.themes.has("days") && !world.failure()) await liveOn(world, catalogue, journal, viewers, afterStep);
  if (crew.length > 0 && world.themes.has("days") && !world.failure())
    await knockLate({ world, catalogue, crew }, afterStep);
  for (const [id, { storage }] of world.hosts) {
    for (const { status } of ordersOf(world, id)) world.note(`order: ${status}`);
    if (storage.isEmpty()) continue;
    for (const _ of storage.rows.sql.exec("SELECT attempt FROM voids").toArray()) world.note("an attempt is void");
  }
}

/** What else is done in it, by the themes that it has drawn. */
function actsOfThemes(
  world: World,
  catalogue: Catalogue,
  journal: Journal,
  isRestoring: () => boolean,
): readonly Promise<void>[] {
  const { themes, dice } = world;
  const seller = { world, catalogue, journal, shopper: catalogue.organiser };
  return [
    ...(themes.has("doors") ? [shop(seller, dice.between(3, 8)), releaseForOthers(world, catalogue, journal, 3)] : []),
    ...(themes.has("terms") ? [setTerms(world, catalogue, journal, dice.between(2, 8), isRestoring)] : []),
    ...(themes.has("strangers") ? [pry({ world, catalogue, journal }, THEIR_ORGANISER, dice.between(4, 12))] : []),
    ...(themes.has("feeds") ? [revokeSome(world, catalogue), attendDoors(world, catalogue, 8, isRestoring)] : []),
    ...(themes.has("small") ? [crowd({ world, catalogue, journal })] : []),
    ...(themes.has("deletions") ? [deleteSpares({ world, catalogue, journal }, isRestoring)] : []),
  ];
}

/** A world that goes on for days archives its event by itself. */
async function afterTheEvening(stage: GateStage, afterStep: () => boolean): Promise<void> {
  const { world, crew } = stage;
  if (crew.length === 0 || world.themes.has("days") || world.failure() || world.dice.chance(0.5)) return;
  await closeDoors(stage, afterStep);
  if (!world.failure()) checkDoors(world);
}

/** Who scans, and who sees to that. */
function actsOfDoor(
  world: World,
  catalogue: Catalogue,
  journal: Journal,
  crew: readonly Scanner[],
  isRestoring: () => boolean,
): readonly Promise<void>[] {
  const stage = { world, catalogue, crew };
  if (crew.length === 0) return [];
  return [
    ...crew.map((scanner) => scanTickets(stage, scanner, world.dice.between(6, 18))),
    comeToBuy({ world, catalogue, journal }),
    superviseDoor({ ...stage, journal, isRestoring }, world.dice.between(4, 14)),
  ];
}

/** Shoppers of both organisations, shoppers of the other one, and our organiser who tries what is not ours. */
function actsOfNeighbours(
  world: World,
  ours: Catalogue,
  journal: Journal,
  { catalogue, journal: theirs }: Neighbours,
  shoppers: readonly Shopper[],
): readonly Promise<void>[] {
  const { dice } = world;
  const newcomer: Shopper = { kind: "shopper", id: world.newId("shp") };
  const stage = { world, catalogue, journal: theirs };
  return [
    ...[dice.pick(shoppers), newcomer].map((shopper) => shop({ ...stage, shopper }, dice.between(2, 5))),
    pry(stage, ours.organiser, dice.between(2, 6)),
    mixBoth({ world, catalogue: ours, journal }, theirs, 3),
  ];
}

async function untilDone(world: World, acting: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.all(acting);
  } catch (fault) {
    world.fail(`a person of the simulation: ${fault instanceof Error ? fault.stack : "?"}`);
  }
}
