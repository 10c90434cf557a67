// Table P of docs/rules.md, cell by cell.

import { describe, expect, test } from "vitest";
import {
  type Action,
  type Actor,
  can,
  DEVICE_PERMISSIONS,
  cutToCreator,
  grantable,
  keyPermissions,
  rolesManagedBy,
  rolesWith,
  memberOf,
  type Organiser,
  parsePermission,
  type Permission,
  PERMISSIONS,
  type Resource,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
} from "../../../src/domain/people/policy.ts";
import { EVENT_STATUSES } from "../../../src/domain/events/event.ts";
import { BOX_OFFICE, idOf, ORGANIZATION, SHOPPER } from "../../support/builders.ts";

const ROLE_TABLE: Readonly<Record<Role, string>> = {
  owner:
    "manage_tenant_users manage_events_and_venues manage_ticketing_and_pricing manage_financials manage_devices view_orders view_full_analytics",
  admin:
    "manage_tenant_users manage_events_and_venues manage_ticketing_and_pricing view_financials manage_devices view_orders view_full_analytics",
  staff: "manage_ticketing_and_pricing view_orders view_limited_analytics",
  viewer: "view_read_only",
  scanner_only: "perform_scans",
};

type Cells = readonly [owner: boolean, admin: boolean, staff: boolean, viewer: boolean, scanner: boolean];
const [YES, NO] = [true, false];
const MANAGERS: Cells = [YES, YES, NO, NO, NO];
const SELLERS: Cells = [YES, YES, YES, NO, NO];
const READERS: Cells = [YES, YES, YES, YES, NO];
const ALL: Cells = [YES, YES, YES, YES, YES];

/** Who may, in the order of the table: owner, admin, staff, viewer, scanner_only. */
const ACTION_TABLE: Readonly<Record<Action, Cells>> = {
  "organization.read": READERS,
  "organization.write": MANAGERS,
  "catalogue.read": READERS,
  "venue.write": MANAGERS,
  "gate.write": MANAGERS,
  "event.write": SELLERS,
  "event.transition": MANAGERS,
  "ticket_type.write": SELLERS,
  "hold.list": READERS,
  "hold.release": SELLERS,
  "hold.extend": SELLERS,
  "hold.door_sale": SELLERS,
  "order.settle": SELLERS,
  "order.read": SELLERS,
  "order.erase_contact": SELLERS,
  "ticket.show": SELLERS,
  "ticket.change": SELLERS,
  "member.list": MANAGERS,
  "member.manage": MANAGERS,
  "api_key.manage": MANAGERS,
  "device.manage": MANAGERS,
  "crew.manage": SELLERS,
  "crew_device.manage": SELLERS,
  "audit.read": MANAGERS,
  "scanner.follow": ALL,
  "desk.read": ALL,
  "desk.heartbeat": [NO, NO, NO, NO, YES],
  "desk.notice": SELLERS,
  "door.scan": SELLERS,
  "door.override": SELLERS,
  "door.read": READERS,
  "door.log": SELLERS,
};
/** What only a device does of its column, and no member or key that may scan: these have no gate (rule D21). */
const BY_DEVICE_ALONE: readonly Action[] = ["door.scan", "door.read"];
const ACTIONS = Object.keys(ACTION_TABLE).filter((name): name is Action => name in ACTION_TABLE);
const CELLS = ACTIONS.flatMap((action) =>
  ROLES.map((role, column): [Role, Action, boolean] => [role, action, ACTION_TABLE[action][column] ?? false]),
);
/** What needs manage_tenant_users, which no key carries. */
const NEVER_BY_KEY: readonly Action[] = ["organization.write", "member.list", "member.manage", "api_key.manage"];
const KEY_CELLS = CELLS.map(([role, action, expected]): [Role, Action, boolean] => [
  role,
  action,
  expected && !NEVER_BY_KEY.includes(action),
]);
const A_STAFF: Resource = { kind: "member", role: "staff" };
const USER = idOf("usr", "member");
const as = (role: Role) => memberOf(ORGANIZATION, USER, role, "session");

function keyWith(permissions: readonly Permission[]): Actor {
  return { kind: "api_key", id: BOX_OFFICE, organizationId: ORGANIZATION, permissions };
}

describe("table P", () => {
  test.each(ROLES)("gives the role %s its permissions and no others", (role) => {
    expect([...ROLE_PERMISSIONS[role]].sort()).toEqual(ROLE_TABLE[role].split(" ").sort());
  });

  test.each(CELLS)("says of a member who is %s and the action %s: %s", (role, action, expected) => {
    expect(can(as(role), action, A_STAFF)).toBe(expected);
  });

  test.each(KEY_CELLS)("[P2] says the same of a key named after %s and the action %s: %s", (role, action, expected) => {
    expect(can(keyWith(keyPermissions(role)), action, A_STAFF)).toBe(expected);
  });

  test.each(ROLES.flatMap((target) => ROLES.map((role): [Role, Role] => [role, target])))(
    "lets %s manage a member who is %s: owners everybody, admins all but owners",
    (role, target) => {
      const expected = role === "owner" || (role === "admin" && target !== "owner");
      expect(can(as(role), "member.manage", { kind: "member", role: target })).toBe(expected);
    },
  );

  test("[D9] [D21] a device has the rights of scanner_only, and reads its gate and the venue's open events", () => {
    const [gateId, venueId, elsewhere] = [idOf("gate", "north"), idOf("ven", "here"), idOf("ven", "elsewhere")];
    const [eventId, another] = [idOf("evt", "evening"), idOf("evt", "morning")];
    const at = { kind: "device", id: idOf("dev", "d"), organizationId: ORGANIZATION, venueId } as const;
    const device: Actor = { ...at, gateId, eventId: null };
    const own = ACTIONS.filter((action) => ACTION_TABLE[action][4] || BY_DEVICE_ALONE.includes(action));
    expect(ACTIONS.filter((action) => can(device, action))).toEqual(own);
    expect(DEVICE_PERMISSIONS).toEqual(["perform_scans"]);
    const may = (resource: Resource) => can(device, "catalogue.read", resource);
    const south = { kind: "gate", id: idOf("gate", "south"), venueId } as const;
    expect(may({ kind: "gate", id: gateId, venueId })).toBe(true);
    expect(may(south)).toBe(false);
    const week = 7 * 24 * 60 * 60_000;
    const shown = (venue: typeof venueId, now: number) =>
      EVENT_STATUSES.filter((status) =>
        may({ kind: "event", id: eventId, venueId: venue, status, endTime: 1_000, now }),
      );
    expect(shown(venueId, 1_000 + week - 1)).toEqual(["published", "live", "ended", "archived"]);
    expect(shown(venueId, 1_000 + week)).toEqual(["published", "live", "ended"]);
    expect(shown(elsewhere, 0)).toEqual([]);
    expect(can(device, "gate.write", { kind: "gate", id: gateId, venueId })).toBe(false);
    const crew: Actor = { ...at, gateId: null, eventId };
    expect(can(crew, "catalogue.read", south), "without a gate of its own, all of its venue").toBe(true);
    expect(can(crew, "catalogue.read", { ...south, venueId: elsewhere })).toBe(false);
    const seen = (id: typeof eventId, venue: typeof venueId) =>
      can(crew, "catalogue.read", { kind: "event", id, venueId: venue, status: "live", endTime: 1_000, now: 0 });
    expect([seen(eventId, venueId), seen(another, venueId), seen(eventId, elsewhere)]).toEqual([true, false, false]);
  });

  test("[P2] an organiser grants a key its own permissions but those two; a user manager three more", () => {
    const lesser = ["view_limited_analytics", "view_read_only", "perform_scans"];
    for (const role of ROLES) {
      const more = role === "owner" || role === "admin" ? lesser : [];
      expect(grantable(as(role)).sort()).toEqual([...keyPermissions(role), ...more].sort());
    }
    expect(grantable(keyWith(["view_orders"]) as Organiser)).toEqual(["view_orders"]);
  });

  test("[P2] a key is cut to what its creator may still give", () => {
    const given: Permission[] = ["manage_devices", "manage_ticketing_and_pricing", "view_read_only", "perform_scans"];
    expect(ROLES.map((role) => cutToCreator(given, role))).toEqual([
      given,
      given,
      ["manage_ticketing_and_pricing"],
      ["view_read_only"],
      ["perform_scans"],
    ]);
  });

  test("[P1] [P2] owners manage members and invitations of any role, admins all but owners, others none", () => {
    expect(ROLES.map(rolesManagedBy)).toEqual([[...ROLES], ROLES.filter((role) => role !== "owner"), [], [], []]);
    expect(rolesWith("manage_devices")).toEqual(["owner", "admin"]);
  });

  test("[P2] a key never carries manage_tenant_users or manage_financials, and never more than its role", () => {
    for (const role of ROLES) {
      const permissions = keyPermissions(role);
      expect(
        permissions.filter((permission) => ["manage_tenant_users", "manage_financials"].includes(permission)),
      ).toEqual([]);
      expect(permissions.filter((permission) => !ROLE_PERMISSIONS[role].includes(permission))).toEqual([]);
    }
    expect(keyPermissions("owner")).toHaveLength(5);
  });

  test("[D21] scanning at a door or overriding it needs manage_ticketing_and_pricing, not perform_scans", () => {
    for (const action of ["door.scan", "door.override"] as const) {
      const scanners = PERMISSIONS.filter((permission) => can(keyWith([permission]), action));
      expect(scanners).toEqual(["manage_ticketing_and_pricing"]);
    }
    const log = PERMISSIONS.filter((permission) => can(keyWith([permission]), "door.log"));
    expect(log).toEqual(["view_orders"]);
  });

  test("reading the catalogue needs any permission but perform_scans alone", () => {
    const readers = PERMISSIONS.filter((permission) => can(keyWith([permission]), "catalogue.read"));
    expect(readers).toEqual(PERMISSIONS.filter((permission) => permission !== "perform_scans"));
    expect(can(keyWith(["perform_scans", "view_orders"]), "catalogue.read")).toBe(true);
  });
});

describe("what is not known is refused", () => {
  const all = keyWith(PERMISSIONS);
  const others: Actor[] = [
    { kind: "shopper", id: SHOPPER },
    { kind: "system", id: "system" },
  ];

  test.each(others)("[P2] every action of an organiser, to a $kind", (actor) => {
    expect(ACTIONS.filter((action) => can(actor, action, A_STAFF))).toEqual([]);
  });

  test("managing members to a key with every permission, without a member, and of a role that is none", () => {
    expect(can(all, "member.manage", A_STAFF)).toBe(false);
    expect(can(as("owner"), "member.manage")).toBe(false);
    expect(
      can(as("owner"), "member.manage", { kind: "gate", id: idOf("gate", "north"), venueId: idOf("ven", "here") }),
    ).toBe(false);
    expect(can(as("owner"), "member.manage", { kind: "member", role: "king" as Role })).toBe(false);
  });

  test("[P2] every action to a key without permissions", () => {
    expect(ACTIONS.filter((action) => can(keyWith([]), action))).toEqual([]);
  });

  test("an unknown action, to a key with every permission", () => {
    // The cast: only a value that gets past the types can be unknown.
    for (const action of ["venue.destroy", "", "toString"]) expect(can(all, action as Action)).toBe(false);
  });

  test("an unknown kind of actor, whatever permissions it claims", () => {
    expect(can({ ...all, kind: "robot" } as unknown as Actor, "catalogue.read")).toBe(false);
  });

  test("an unknown permission", () => {
    expect(PERMISSIONS.map(parsePermission)).toEqual(PERMISSIONS);
    for (const text of ["", "owner", "manage_everything", "VIEW_ORDERS", "view_orders "])
      expect(parsePermission(text)).toBeNull();
  });
});
