// Whether a command to a door has the shape that its decision relies on (rule X8).

import { EVENT_STATUSES } from "../event.ts";
import { parseId } from "../ids.ts";
import {
  type Check,
  commandChecker,
  id,
  isBoolean,
  isInteger,
  isString,
  listOf,
  oneOf,
  orNull,
  type Shape,
  shaped,
} from "../shape.ts";
import { ENTRY_KINDS, type Admission, type Window } from "./admission.ts";
import { KEY_STATUSES, type PublicKey } from "./code.ts";
import type { DoorActor, DoorCommand, ScanCommand } from "./command.ts";
import { SOURCES } from "./door-log.ts";
import type { EventTerms, NearbyEvent } from "./event-terms.ts";
import type { OtherEvent, ScannerId } from "./scan.ts";
import type { DoorGate, DoorTerms, DoorType } from "./terms.ts";

const isEventId = id((text) => parseId("evt", text));
const isGateId = id((text) => parseId("gate", text));
const isOrganizationId = id((text) => parseId("org", text));
const isVenueId = id((text) => parseId("ven", text));
const isTicketTypeId = id((text) => parseId("tt", text));
const isScanId = id((text) => parseId("scn", text));
const isScannerId = id<ScannerId>((text) => parseId("dev", text) ?? parseId("usr", text) ?? parseId("key", text));

const isActor = shaped<DoorActor>({
  id: isScannerId,
  organizationId: isOrganizationId,
  device: orNull(shaped<NonNullable<DoorActor["device"]>>({ venueId: isVenueId, gateId: isGateId })),
});

const OTHER: Shape<OtherEvent> = { eventId: isEventId, name: isString, startsAt: isInteger };
const CODES = {
  unreadable: shaped<object>({}),
  code: shaped<object>({
    key: oneOf([...KEY_STATUSES, "unknown"]),
    signed: isBoolean,
    other: orNull(shaped(OTHER)),
    ...{ serial: isInteger, typeNumber: isInteger, generation: isInteger },
  }),
  typed_unchecked: shaped<object>({
    ...{ serial: isInteger, check: isString, typeNumber: orNull(isInteger) },
  }),
} satisfies Record<ScanCommand["code"]["kind"], Check<object>>;
const isCode: Check<ScanCommand["code"]> = (value): value is ScanCommand["code"] => {
  const kind = typeof value === "object" && value !== null && "kind" in value ? String(value.kind) : "";
  return Object.hasOwn(CODES, kind) && CODES[kind as keyof typeof CODES](value);
};

const isAdmission = shaped<Admission>({
  entry: oneOf(ENTRY_KINDS),
  gates: orNull(listOf(isGateId)),
  windows: orNull(listOf(shaped<Window>({ from: isInteger, until: isInteger }))),
  per_day: orNull(isInteger),
  max_entries: orNull(isInteger),
  gap_minutes: orNull(isInteger),
  admits: isInteger,
});
const isRules = shaped<DoorTerms>({
  eventStatus: oneOf(EVENT_STATUSES),
  doorsOpen: isInteger,
  endTime: isInteger,
  endedAt: orNull(isInteger),
  archivedAt: orNull(isInteger),
  softCapacity: isInteger,
  hardCapacity: isInteger,
  gates: listOf(shaped<DoorGate>({ id: isGateId, status: oneOf(["open", "closed"]), capacity: orNull(isInteger) })),
  types: listOf(shaped<DoorType>({ number: isInteger, admission: isAdmission })),
  days: listOf(isInteger),
});
const isKeys = listOf(shaped<PublicKey>({ n: isInteger, publicKey: isString, status: oneOf(KEY_STATUSES) }));
const isTerms = shaped<EventTerms>({
  ...{ eventId: isEventId, organizationId: isOrganizationId, venueId: isVenueId },
  ...{ version: isInteger, epoch: isInteger, hash: isString },
  rules: isRules,
  typeIds: listOf(shaped<EventTerms["typeIds"][number]>({ number: isInteger, id: isTicketTypeId })),
  keys: isKeys,
  nearby: listOf(shaped<NearbyEvent>({ ...OTHER, keys: isKeys })),
  nearbyAt: isInteger,
});

type CommandShapes = {
  readonly [Kind in DoorCommand["kind"]]: Shape<Omit<Extract<DoorCommand, { kind: Kind }>, "kind">>;
};

const SHAPES: CommandShapes = {
  scan: {
    ...{ by: isActor, requestId: isString, scanId: isScanId, code: isCode, direction: oneOf(["in", "out"]) },
    ...{ gateId: isGateId, source: oneOf(SOURCES), override: orNull(isString), acked: listOf(isScanId) },
  },
  terms: { terms: isTerms, requestId: isString },
  counts: { by: isActor },
};

/** What is wrong with a command, such as `scan.gateId`; null when its decision may rely on it. */
export const malformedPart: (command: DoorCommand) => string | null = commandChecker(SHAPES);
