// Checks whether a command to a door has the shape that its decision relies on (rule X8).

import { EVENT_STATUSES } from "../events/event.ts";
import { type GateId, parseHash, parseId } from "../ids.ts";
import {
  type Check,
  commandChecker,
  id,
  isBoolean,
  isCount,
  isInteger,
  isString,
  listOf,
  oneOf,
  optional,
  orNull,
  type Shape,
  shaped,
  tagged,
} from "../shape.ts";
import { ENTRY_KINDS, type Admission, type Window } from "./admission.ts";
import { KEY_STATUSES, type PublicKey } from "./tickets/code.ts";
import type {
  ChangedTicket,
  CorrectCommand,
  DoorActor,
  DoorCommand,
  DoorDevice,
  ScanCommand,
  TicketChange,
  VerdictName,
} from "./command.ts";
import { CODE_SOURCES, SOURCES } from "./rows/door-log.ts";
import type { EventTerms, NearbyEvent } from "./event-terms.ts";
import type { LeaseReport } from "./leases/lease.ts";
import type { OtherEvent, ScannerId } from "./scan.ts";
import type { DoorGate, DoorTerms, DoorType } from "./terms.ts";

const isEventId = id((text) => parseId("evt", text));
const isGateId = id((text) => parseId("gate", text));
const isOrganizationId = id((text) => parseId("org", text));
const isVenueId = id((text) => parseId("ven", text));
const isTicketTypeId = id((text) => parseId("tt", text));
const isDeviceId = id((text) => parseId("dev", text));
const isScanId = id((text) => parseId("scn", text));
const isScannerId = id<ScannerId>((text) => parseId("dev", text) ?? parseId("usr", text) ?? parseId("key", text));

const isActor = shaped<DoorActor>({
  id: isScannerId,
  organizationId: isOrganizationId,
  device: orNull(
    shaped<DoorDevice>({ venueId: isVenueId, gateId: orNull(isGateId), eventId: optional(orNull(isEventId)) }),
  ),
});

const OTHER: Shape<OtherEvent> = { eventId: isEventId, name: isString, startsAt: isInteger };
const isCode = tagged<"kind", ScanCommand["code"]>("kind", {
  unreadable: {},
  code: {
    key: oneOf([...KEY_STATUSES, "unknown"]),
    signed: isBoolean,
    other: orNull(shaped(OTHER)),
    ...{ serial: isInteger, typeNumber: isInteger, generation: isInteger },
  },
  typed_unchecked: { serial: isInteger, check: isString, typeNumber: orNull(isInteger) },
  party: { serial: isInteger, typeNumber: orNull(isInteger), beside: listOf(isInteger) },
});

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
/** Checks the terms of an event as D1 delivers them. */
export const isEventTerms = shaped<EventTerms>({
  ...{ eventId: isEventId, organizationId: isOrganizationId, venueId: isVenueId },
  ...{ version: isInteger, epoch: isInteger, hash: isString },
  rules: isRules,
  typeIds: listOf(shaped<EventTerms["typeIds"][number]>({ number: isInteger, id: isTicketTypeId })),
  keys: isKeys,
  nearby: listOf(shaped<NearbyEvent>({ ...OTHER, keys: isKeys })),
  nearbyAt: isInteger,
  formerGates: optional(listOf(isGateId)),
});

const isSet = shaped<Exclude<CorrectCommand["to"], "sweep">>({
  gates: listOf(shaped<{ readonly id: GateId; readonly insideBy: number }>({ id: isGateId, insideBy: isInteger })),
});

type VoidGroup = Extract<TicketChange, { action: "void" }>["groups"][number];
const isTicket = shaped<ChangedTicket>({ number: isInteger, serial: isInteger, ticketTypeId: isTicketTypeId });
const isText = orNull(isString);
const isChange = tagged<"action", TicketChange>("action", {
  void: {
    groups: listOf(shaped<VoidGroup>({ from: listOf(isTicket), take: isCount })),
    ...{ force: isBoolean, note: isText },
  },
  block: { ticket: isTicket, note: isText },
  unblock: { ticket: isTicket },
  attention: { ticket: isTicket, text: isText },
  reissue: { ticket: isTicket, generation: isInteger },
});

/** Counter 0 marks a row that the door decided. */
const isCounter: Check<number> = (value): value is number => isInteger(value) && value >= 1;
/** A later release may have more verdicts; one that is unknown here lets nobody pass. */
const isVerdict: Check<VerdictName> = (value): value is VerdictName => isString(value);

const BY = { by: isActor, requestId: isString, scanId: isScanId };

type CommandShapes = {
  readonly [Kind in DoorCommand["kind"]]: Shape<Omit<Extract<DoorCommand, { kind: Kind }>, "kind">>;
};

const SHAPES: CommandShapes = {
  scan: {
    ...BY,
    ...{ code: isCode, direction: oneOf(["in", "out"]) },
    ...{ gateId: isGateId, source: oneOf(SOURCES), override: orNull(isString), acked: listOf(isScanId) },
    fromLease: optional(isCount),
  },
  upload: {
    ...BY,
    ...{ serial: orNull(isInteger), typeNumber: orNull(isInteger), generation: orNull(isInteger) },
    ...{ direction: oneOf(["in", "out"]), gateId: isGateId, source: oneOf(CODE_SOURCES), at: isInteger },
    ...{ clockUnsure: isBoolean, counter: isCounter, verdict: isVerdict, override: orNull(isString) },
    after: orNull(isScanId),
    fromLease: optional(isCount),
  },
  undo: { ...BY, ref: isScanId },
  click: { ...BY, gateId: isGateId, count: isInteger },
  correct: {
    ...BY,
    to: (value): value is CorrectCommand["to"] => value === "sweep" || isSet(value),
    reason: isString,
  },
  judge: {
    changeId: id(parseHash),
    change: isChange,
    actor: isString,
    requestId: isString,
    until: optional(isInteger),
  },
  terms: { terms: isEventTerms, requestId: isString },
  lease: {
    ...{ by: isActor, requestId: isString, wants: isBoolean },
    report: shaped<LeaseReport>({ returned: isCount, calls: isCount }),
  },
  write_off: { ...BY, deviceId: isDeviceId, reason: isString },
  counts: { by: isActor },
};

/** Names the part of a command that is wrong, such as `scan.gateId`; null when its decision may rely on the command. */
export const malformedPart: (command: DoorCommand) => string | null = commandChecker(SHAPES);
