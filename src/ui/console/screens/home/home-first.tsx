// Welcomes somebody without an event (rule C12): what there is to do, and the one next step.

import { texts } from "../../language.ts";
import { may } from "../../data/session.ts";
import { checklist, nextTask } from "../../decisions/event/setup-steps.ts";
import { Checklist } from "../../parts/marks/checklist.tsx";

export function FirstEvent({ venues }: { readonly venues: number }) {
  const { home } = texts();
  const items = checklist({ venues, event: null });
  return (
    <section class="card stack first" aria-labelledby="first">
      <h2 id="first">{home.first}</h2>
      <p class="muted">{home.firstLead}</p>
      <Checklist items={items.map(({ task, isDone }) => ({ text: home.task[task], isDone }))} />
      {may("event.write") && (
        <div>
          <a class="button" href="/console/new">
            {nextTask(items) === "venue" ? home.begin : home.goOn}
          </a>
        </div>
      )}
    </section>
  );
}
