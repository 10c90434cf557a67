// `npx node test/bench/cold.ts`: the scenario of first requests by itself.

import { cold } from "./scenario-cold.ts";

const { tables, notes } = await cold.run({ rounds: 3, seconds: 0 });
for (const { head, rows } of tables)
  console.table(rows.map((row) => Object.fromEntries(row.map((cell, n) => [head[n], cell]))));
for (const note of notes) console.log(note);
