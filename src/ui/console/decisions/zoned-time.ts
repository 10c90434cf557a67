// Times as a form has them, by the clocks of a venue, and as the API has them. Pure: the zone's rules are those of `Intl`.

/** What the clocks of `zone` show at `at`, as `<input type="datetime-local">` takes it. */
export function localTime(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/**
 * When the clocks of `zone` show `local`, epoch ms; null when it is no time. In the hour that a change of the clocks
 * shows twice the first is taken, and one that it leaves out is as much later.
 */
export function instantOf(zone: string, local: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return null;
  const asUtc = Date.parse(`${local}:00.000Z`);
  if (Number.isNaN(asUtc)) return null;
  const offsetAt = (at: number) => Date.parse(`${localTime(zone, at)}:00.000Z`) - Math.floor(at / 60_000) * 60_000;
  const candidates = [offsetAt(asUtc - 86_400_000), offsetAt(asUtc + 86_400_000)].map((offset) => asUtc - offset);
  return candidates.find((at) => localTime(zone, at) === local) ?? candidates[0] ?? null;
}
