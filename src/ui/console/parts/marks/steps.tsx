// Draws the steps on the way to an event: which one is shown, and which may be opened.

import { texts } from "../../language.ts";
import { STEPS, type Step } from "../../decisions/event/setup-steps.ts";

export function Steps({ at, hrefs }: { readonly at: Step; readonly hrefs: Readonly<Partial<Record<Step, string>>> }) {
  const { setup } = texts().event;
  return (
    <nav aria-label={setup.steps}>
      <ol class="steps plain">
        {STEPS.map((step) => (
          <li key={step} aria-current={step === at ? "step" : undefined}>
            {hrefs[step] !== undefined && step !== at ? <a href={hrefs[step]}>{setup.step[step]}</a> : setup.step[step]}
          </li>
        ))}
      </ol>
    </nav>
  );
}
