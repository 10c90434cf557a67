// Finds what is wrong between the fields of a form before it is sent: the server's own rules (E1, K1), by the names of fields.

import { eventFaults, ticketTypeFaults } from "../../../domain/events/catalogue.ts";
import { type FieldName, fieldsNamed, type Spec } from "./form-fields.ts";
import type { Fields } from "./merge.ts";

const at = (value: unknown): number | undefined => (typeof value === "string" ? Date.parse(value) : undefined);
const whole = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

export function eventWrong(specs: readonly Spec[], values: Fields): FieldName[] {
  const faults = eventFaults({
    start_time: at(values["start_time"]),
    end_time: at(values["end_time"]),
    sale_start: at(values["sale_start"]),
    sale_end: at(values["sale_end"]),
    doors_open: at(values["doors_open"]),
  });
  return fieldsNamed(
    specs,
    faults.map(({ path }) => path),
  );
}

export function typeWrong(specs: readonly Spec[], values: Fields): FieldName[] {
  const faults = ticketTypeFaults({
    total_quantity: whole(values["total_quantity"]),
    min_per_order: whole(values["min_per_order"]),
    max_per_order: whole(values["max_per_order"]),
    sale_start: at(values["sale_start"]),
    sale_end: at(values["sale_end"]),
  });
  return fieldsNamed(
    specs,
    faults.map(({ path }) => path),
  );
}
