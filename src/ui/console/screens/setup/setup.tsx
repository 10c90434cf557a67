// Leads through the making of an event: place, what and when, tickets, preview, publish. It has no state of its own (rule C5):
// after the second step there is a draft, and each step shows what exists of it, on any machine.

import { useRoute } from "preact-iso";
import { Nothing } from "../../parts/screen.tsx";
import { texts } from "../../language.ts";
import { STEPS, type Step } from "../../decisions/event/setup-steps.ts";
import { DraftSteps } from "./setup-draft.tsx";
import { VenueStep } from "./setup-venue.tsx";
import { NewTimes } from "./setup-times.tsx";

export function Setup() {
  const { params } = useRoute();
  const { lost } = texts();
  const { id, venue, step } = params;
  if (venue !== undefined) return <NewTimes venueId={venue} />;
  if (id === undefined) return <VenueStep />;
  if (step === undefined) return <DraftSteps id={id} asked={null} />;
  const requested: Step | undefined = STEPS.find((each) => each === step);
  return requested ? <DraftSteps id={id} asked={requested} /> : <Nothing title={lost.title} lead={lost.lead} />;
}
