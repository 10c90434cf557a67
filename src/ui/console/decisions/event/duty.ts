// Decides which devices of a door are on duty and in which order they are listed, and which were paired and are silent.

/** How long a device may be silent and still count as on duty, ms (docs/api.md). */
const ON_DUTY_MS = 45_000;

type Reporting = { readonly id: string; readonly last_heartbeat_at: string };

export function onDuty<D extends Reporting>(devices: readonly D[], now: number): D[] {
  return devices.filter(({ last_heartbeat_at }) => now - Date.parse(last_heartbeat_at) < ON_DUTY_MS);
}

/**
 * Sorts devices by name as people count, phone 9 before phone 10, so that a report of one moves no other. Devices
 * without a name come last.
 */
export function byName<D extends Reporting>(devices: readonly D[], nameOf: (id: string) => string | undefined): D[] {
  const named = devices.map((device) => ({ device, name: nameOf(device.id) }));
  named.sort((a, b) => {
    if (a.name === undefined || b.name === undefined)
      return Number(a.name === undefined) - Number(b.name === undefined);
    return a.name.localeCompare(b.name, undefined, { numeric: true }) || (a.device.id < b.device.id ? -1 : 1);
  });
  return named.map(({ device }) => device);
}

type Paired = {
  readonly id: string;
  readonly event_id: string | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
};
type Door = { readonly eventId: string; readonly reporting: readonly { readonly id: string }[]; readonly now: number };

/** The devices of this event that could scan but do not report: one of them may be lost. */
export function silentOnes<D extends Paired>(devices: readonly D[], { eventId, reporting, now }: Door): D[] {
  const reportingIds = new Set(reporting.map(({ id }) => id));
  return devices.filter(
    ({ id, event_id, expires_at, revoked_at }) =>
      event_id === eventId &&
      revoked_at === null &&
      (expires_at === null || Date.parse(expires_at) > now) &&
      !reportingIds.has(id),
  );
}
