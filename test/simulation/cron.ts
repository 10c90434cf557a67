// The cron of a world: a Worker of its own that does the product's jobs.

import type { World } from "./world.ts";

export async function runCron(world: World): Promise<void> {
  const { runJobs, cronJobs } = world.product;
  await world.request({ kind: "system", id: "system" }, (context) => runJobs(cronJobs, context));
}
