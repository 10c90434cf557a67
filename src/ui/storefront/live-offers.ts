// Keeps the offers on the event's page current, by its one socket or by polls (rule S11). The form remains the
// server's: what it sends, and who the shopper is, does not depend on this script.

import { openCaller } from "../../client/client.ts";
import { showOf, typesOf } from "../shared/catalogue.ts";
import { followCounts } from "../shared/live-counts.ts";
import type { BuyingWording } from "../shared/texts/buying-texts.ts";
import { buyView } from "../shared/views/event.ts";
import { writeElements } from "../shared/views/write-elements.ts";

export async function keepOffers(form: HTMLFormElement, wording: BuyingWording): Promise<void> {
  const id = form.dataset["event"] ?? "";
  const answer = await openCaller({ baseUrl: location.origin }).call("GET /v1/public/events/{id}", { id });
  const event = answer.ok ? answer.body : null;
  if (!event) return;
  const show = showOf(event);
  followCounts(location.origin, id, (counts) => {
    const types = typesOf(event, counts, Date.now());
    const { field, chosen } = fieldsIn(form);
    writeElements(form, buyView({ wording, show, types, action: form.action, field, chosen }).children);
  });
}

function fieldsIn(form: HTMLFormElement): { readonly field: string; readonly chosen: Record<string, number> } {
  const hidden = form.querySelector<HTMLInputElement>("input[name=field]");
  const amounts = [...form.querySelectorAll("select")].map(
    ({ name, value }) => [name.slice(2), Number(value)] as const,
  );
  return { field: hidden?.value ?? "", chosen: Object.fromEntries(amounts) };
}
