// Shows gates and ticket types by the names that the phone has read, and times in the venue's zone.

import type { Naming } from "../../../domain/door/verdict-text.ts";
import { showClock, showDateParts, showDay } from "../../shared/time/time.ts";
import type { Stage } from "../stage.ts";

function placeOf({ locale, names }: Stage) {
  return { locale, zone: names.value.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone };
}

/** `19:42`; `at` in epoch ms. */
export function clockOf(stage: Stage, at: number): string {
  return showClock(placeOf(stage), at);
}

export function namingOf(stage: Stage): Naming {
  const place = placeOf(stage);
  return {
    gate: (id) => stage.names.value.gates.find((gate) => gate.id === id)?.name ?? id,
    time(iso) {
      const at = Date.parse(iso);
      if (showDay(place, at) === showDay(place, Date.now())) return showClock(place, at);
      // The text is short, since it is read at arm's length and in a hurry.
      const { weekday, day, month } = showDateParts(place, at);
      return `${weekday} ${day} ${month}, ${showClock(place, at)}`;
    },
  };
}

export function typeName({ names }: Stage, id: string | null): string {
  return names.value.types.find((type) => type.id === id)?.name ?? "";
}
