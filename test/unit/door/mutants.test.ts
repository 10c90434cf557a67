// The harness proves itself: doors that are broken on purpose, each in one place, are caught by the random runs.

import { describe, expect, test } from "vitest";
import { loadDoor } from "../../support/door/model/broken-door.ts";
import { PROPERTIES, runThatCatches } from "../../support/door/model/harness.ts";
import { DOOR_MUTANTS } from "../../support/door/model/mutants.ts";

const SEED = 20_261_205;
/** The rarest bugs of verdicts show in one scan of a thousand. */
const MAX_RUNS = { verdicts: 4_000, tickets: 500, events: 300, uploads: 500, network: 300, evening: 300 } as const;

describe.each(PROPERTIES)("[D6] [D10] [D12] [D19] the random runs of %s", (property) => {
  test.each(Object.entries(DOOR_MUTANTS[property]))("catch a door that %s", async (name, bugs) => {
    const run = runThatCatches(await loadDoor([bugs].flat()), property, SEED, MAX_RUNS[property]);
    console.info(`a door that ${name}: caught by run ${run} of ${property}`);
    expect(run).not.toBeNull();
  });

  test("pass a door that is loaded like the broken ones and is not broken", async () => {
    expect(runThatCatches(await loadDoor([]), property, SEED, MAX_RUNS[property])).toBeNull();
  });
});
