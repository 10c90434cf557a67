// Runs the cron of a world: a Worker of its own with the product's jobs.

import type { World } from "./world.ts";

const SYSTEM = { kind: "system", id: "system" } as const;

export async function runCron(world: World): Promise<void> {
  const { themes, product } = world;
  const all = themes.has("clock") || themes.has("deletions");
  const jobs = { ...(all && product.furtherJobs), ...product.cronJobs };
  await world.request(SYSTEM, (context) => product.runJobs(jobs, { ...context, sendMail: null }));
}

/**
 * Stands for the command that finds a dropped alarm where the cron does not before `until`: of what D1 knows nothing, as
 * if the alarm that would have projected it was dropped, the cron compares once a day.
 */
export async function askForgotten({ hosts, d1, request }: World, until: number): Promise<void> {
  const forgotten = [...hosts.values()].filter(({ id, hasLostAlarm }) => {
    const [type] = d1.look("SELECT look_at FROM ticket_types WHERE id = ?", id);
    return hasLostAlarm() && Number(type?.["look_at"]) > until;
  });
  await Promise.all(forgotten.map(({ id }) => request(SYSTEM, ({ inventories }) => inventories(id).counts())));
}
