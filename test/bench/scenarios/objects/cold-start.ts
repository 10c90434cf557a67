// Measures the first requests of a Worker that has just started, for which a visitor waits.

import { rmSync } from "node:fs";
import { openClient } from "../../../support/server/client.ts";
import { startServer } from "../../../support/server/server.ts";
import { putOffChecks } from "../../rig/fill.ts";
import { progress } from "../../progress.ts";
import { newStateDir, openSide, sideEnv, withSides } from "../../rig/rig.ts";
import { median } from "../../report/rounds.ts";
import type { Scenario } from "../../scenario.ts";
import { holdsPath, setStage, typeAt } from "../../rig/stage.ts";

export const coldStart: Scenario = {
  name: "cold-start",
  describe: "the first storefront read and the first hold after a start of the server, and the second of each",
  run: async ({ rounds }) => {
    const stateDir = newStateDir();
    try {
      const { path, reading, token } = await withSides(
        [() => openSide("inventory", "real", { stateDir })],
        async ([side]) => {
          const { eventId, typeId } = typeAt(await setStage(side, 1), 0);
          return { path: holdsPath(typeId), reading: `/v1/public/events/${eventId}`, token: side.tokens[0] ?? "" };
        },
      );
      const taken = new Map<string, number[]>();
      for (let round = 0; round < rounds; round++) {
        putOffChecks(stateDir);
        const server = await startServer({ stateDir, env: await sideEnv("real") });
        const client = openClient(server.baseUrl, 1);
        const time = async (what: string, ask: () => Promise<{ readonly status: number }>, wanted: number) => {
          const begun = performance.now();
          const { status } = await ask();
          taken.set(what, [...(taken.get(what) ?? []), performance.now() - begun]);
          if (status !== wanted) throw new Error(`${what} was answered with ${status}`);
        };
        const hold = (key: string) => () => client.ask("POST", path, { token, key, json: { quantity: 1 } });
        await time("first published event", () => client.ask("GET", reading), 200);
        await time("second published event", () => client.ask("GET", reading), 200);
        await time("first hold", hold(`first-${round}`), 201);
        await time("second hold", hold(`second-${round}`), 201);
        client.close();
        await server.stop();
        progress(`cold start, round ${round + 1} of ${rounds}`);
      }
      const rows = [...taken].map(([what, each]) => [what, median(each).toFixed(1), Math.max(...each).toFixed(1)]);
      const ms = (what: string) => median(taken.get(what) ?? []);
      return {
        tables: [{ head: ["request", "median ms", "most ms"], rows }],
        figures: { first_read_ms: ms("first published event"), first_hold_ms: ms("first hold") },
        notes: [
          "The start itself has answered GET /healthz before, as the platform evaluates a Worker before it serves.",
        ],
      };
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  },
};
