// Table P of docs/rules.md, cell by cell, for the actions that are served.

import { describe, expect, test } from "vitest";
import {
  type Action,
  type Actor,
  can,
  keyPermissions,
  parsePermission,
  type Permission,
  PERMISSIONS,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
} from "../../src/domain/policy.ts";
import { BOX_OFFICE, idOf, ORGANIZATION, SHOPPER } from "../support/builders.ts";

const ROLE_TABLE: Readonly<Record<Role, string>> = {
  owner:
    "manage_tenant_users manage_events_and_venues manage_ticketing_and_pricing manage_financials manage_devices view_orders view_full_analytics",
  admin:
    "manage_tenant_users manage_events_and_venues manage_ticketing_and_pricing view_financials manage_devices view_orders view_full_analytics",
  staff: "manage_ticketing_and_pricing view_orders view_limited_analytics",
  viewer: "view_read_only",
  scanner_only: "perform_scans",
};

/** Who may, in the order of the table: owner, admin, staff, viewer, scanner_only. */
const ACTION_TABLE: Readonly<Record<Action, readonly [boolean, boolean, boolean, boolean, boolean]>> = {
  "catalogue.read": [true, true, true, true, false],
  "venue.write": [true, true, false, false, false],
  "gate.write": [true, true, false, false, false],
  "event.write": [true, true, true, false, false],
  "event.transition": [true, true, false, false, false],
  "ticket_type.write": [true, true, true, false, false],
  "hold.list": [true, true, true, true, false],
  "hold.release": [true, true, true, false, false],
  "hold.door_sale": [true, true, true, false, false],
  "order.settle": [true, true, true, false, false],
  "order.read": [true, true, true, false, false],
};
const ACTIONS = Object.keys(ACTION_TABLE).filter((name): name is Action => name in ACTION_TABLE);
const CELLS = ACTIONS.flatMap((action) =>
  ROLES.map((role, column): [Role, Action, boolean] => [role, action, ACTION_TABLE[action][column] ?? false]),
);

function keyWith(permissions: readonly Permission[]): Actor {
  return { kind: "api_key", id: BOX_OFFICE, organizationId: ORGANIZATION, permissions };
}

describe("table P", () => {
  test.each(ROLES)("gives the role %s its permissions and no others", (role) => {
    expect([...ROLE_PERMISSIONS[role]].sort()).toEqual(ROLE_TABLE[role].split(" ").sort());
  });

  test.each(CELLS)("says of the permissions of %s and the action %s: %s", (role, action, expected) => {
    expect(can(keyWith(ROLE_PERMISSIONS[role]), action)).toBe(expected);
  });

  test.each(CELLS)("[P2] says the same of a key named after %s and the action %s: %s", (role, action, expected) => {
    expect(can(keyWith(keyPermissions(role)), action)).toBe(expected);
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

  test("reading the catalogue needs any permission but perform_scans alone", () => {
    const readers = PERMISSIONS.filter((permission) => can(keyWith([permission]), "catalogue.read"));
    expect(readers).toEqual(PERMISSIONS.filter((permission) => permission !== "perform_scans"));
    expect(can(keyWith(["perform_scans", "view_orders"]), "catalogue.read")).toBe(true);
  });
});

describe("what is not known is refused", () => {
  const all = keyWith(PERMISSIONS);
  const others: Actor[] = [
    { kind: "device", id: idOf("dev", "scanner"), organizationId: ORGANIZATION, gateId: idOf("gate", "north") },
    { kind: "shopper", id: SHOPPER },
    { kind: "system", id: "system" },
  ];

  test.each(others)("[P2] every action of an organiser, to a $kind", (actor) => {
    expect(ACTIONS.filter((action) => can(actor, action))).toEqual([]);
  });

  test("[P2] every action to a key without permissions", () => {
    expect(ACTIONS.filter((action) => can(keyWith([]), action))).toEqual([]);
  });

  test("an unknown action, to a key with every permission", () => {
    // Why the cast: only what comes past the types can be unknown.
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
