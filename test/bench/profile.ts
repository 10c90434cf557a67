// `npm run bench -- --profile FILE`: shows where the CPU time of the Worker and its objects goes while one hot ticket
// type is loaded. Writes a .cpuprofile (Chrome DevTools and speedscope open it) and prints the functions with the most
// self time.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuMsOf } from "./rig/cpu-time.ts";
import { profileWhile, withInspector } from "./rig/inspector.ts";
import { fileTimes, selfTimes, sourceNames } from "./report/profile-tables.ts";
import { progress } from "./progress.ts";
import { bundleOf, openSide, scratch, withSides } from "./rig/rig.ts";
import type { ScenarioOptions, Table } from "./scenario.ts";
import { playRound, setStage } from "./rig/stage.ts";

const CONNECTIONS = 128;
const SHOWN = 20;

export const PROFILED_LOADS = ["hold", "hold-release", "hold-order"] as const;
export type ProfiledLoad = (typeof PROFILED_LOADS)[number];

/** Also says what a request took of the process: what the profile does not see is in there, as the commits are. */
export async function profileHotType(
  file: string,
  kind: ProfiledLoad,
  { seconds }: ScenarioOptions,
): Promise<{ readonly tables: readonly Table[]; readonly note: string }> {
  const { port, env } = await withInspector(scratch());
  return withSides([() => openSide("inventory", "readable", { env })], async ([side]) => {
    const stage = await setStage(side, 2);
    const asked = { kind, connections: CONNECTIONS, seconds };
    progress("warming up");
    await playRound(stage, [0], asked);
    progress("profiling");
    const { workerdPid } = side.server;
    const cpuBefore = cpuMsOf(workerdPid);
    const { result, profile } = await profileWhile(port, () => playRound(stage, [1], asked));
    const cpuMs = cpuMsOf(workerdPid) - cpuBefore;
    writeFileSync(file, JSON.stringify(profile));
    const sourceOf = sourceNames(readFileSync(join(await bundleOf("readable"), "index.js"), "utf8"));
    const answers = result.answersPerSecond * seconds;
    return {
      tables: [selfTimes(profile, sourceOf, SHOWN), fileTimes(profile, sourceOf, SHOWN)],
      note:
        `${result.answersPerSecond.toFixed(0)} answers/s, ${result.perSecond.toFixed(0)} cycles/s; ` +
        `${(cpuMs / answers).toFixed(2)} ms of workerd's CPU a request, the projection after it and the profiler included.`,
    };
  });
}
