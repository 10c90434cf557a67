// Decides what a member is shown (rule C2), by the server's own table, which is loaded in the browser.

import { parseId } from "../../../domain/ids.ts";
import { type Action, can, memberOf, type Role, ROLES, rolesManagedBy } from "../../../domain/people/policy.ts";

export type Who = { readonly id: string; readonly organizationId: string; readonly role: string | null };

/** Whether the server would let this member try it. A member without a known role may do nothing. */
export function mayDo({ id, organizationId, role }: Who, action: Action): boolean {
  const named = roleNamed(role);
  const user = parseId("usr", id);
  const organization = parseId("org", organizationId);
  if (named === null || user === null || organization === null) return false;
  return can(memberOf(organization, user, named, ""), action);
}

/** The roles that they may give to others and take from them. */
export function rolesToGive({ role }: Who): Role[] {
  const named = roleNamed(role);
  return named === null ? [] : rolesManagedBy(named);
}

function roleNamed(role: string | null): Role | null {
  return ROLES.find((each) => each === role) ?? null;
}
