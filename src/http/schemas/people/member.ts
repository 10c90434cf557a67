// Defines members and invitations on the wire (rule P1).

import { z } from "@hono/zod-openapi";
import type { Invitation as InvitationRow } from "../../../db/members/invitations.ts";
import type { MadeCredentials, Member as MemberRow } from "../../../db/members/members.ts";
import type { Membership as MembershipRow } from "../../../db/members/membership.ts";
import { ORGANIZATION_STATUSES } from "../../../db/organizations/organizations.ts";
import { ROLES } from "../../../domain/people/policy.ts";
import { renderStamps, stamps } from "../catalogue/catalogue.ts";
import { email, idText, instantText, toIso } from "../common.ts";
import { ApiKey, Device, renderApiKey, renderDevice } from "./credential.ts";
import { CrewCode, renderCrewCode } from "./crew.ts";

const role = z.enum(ROLES);
const emailText = z.string().openapi({ example: "member@example.com" });

export const MemberChange = z.strictObject({ role: role.openapi({ example: "staff" }) }).openapi("MemberChange");

export const Member = z
  .object({
    id: idText("mem"),
    organization_id: idText("org"),
    user_id: idText("usr"),
    name: z.string(),
    email: emailText,
    role,
    ...stamps,
  })
  .openapi("Member");

export const InvitationInput = z
  .strictObject({
    email: email.openapi({ type: "string", format: "email", example: "member@example.com" }),
    role: role.openapi({ example: "staff" }),
  })
  .openapi("InvitationInput");

export const Invitation = z
  .object({
    id: idText("inv"),
    organization_id: idText("org"),
    email: emailText,
    role,
    inviter_id: idText("usr"),
    expires_at: instantText,
    created_at: instantText,
  })
  .openapi("Invitation");

export const Revoked = z
  .object({
    api_keys: z.array(ApiKey),
    devices: z.array(Device),
    crew_codes: z.array(CrewCode).openapi({ description: "Each with all devices that were paired by it." }),
  })
  .openapi("RevokedWithMember");

export const Acceptance = z.strictObject({ invitation_id: idText("inv") }).openapi("Acceptance");
export const Choice = z.strictObject({ organization_id: idText("org") }).openapi("ActiveOrganizationInput");

export const Membership = z
  .object({
    organization: z.object({
      id: idText("org"),
      name: z.string(),
      slug: z.string(),
      status: z.enum(ORGANIZATION_STATUSES),
    }),
    role,
    active: z.boolean().openapi({ description: "Whether this session acts in it." }),
  })
  .openapi("Membership");

export function renderMember(row: MemberRow): z.infer<typeof Member> {
  const { id, organization_id, user_id, name, role } = row;
  return { id, organization_id, user_id, name, email: row.email, role, ...renderStamps(row) };
}

export function renderInvitation(row: InvitationRow): z.infer<typeof Invitation> {
  const { id, organization_id, role, inviter_id } = row;
  return {
    id,
    organization_id,
    email: row.email,
    role,
    inviter_id,
    expires_at: toIso(row.expires_at),
    created_at: toIso(row.created_at),
  };
}

export function renderRevoked({ keys, devices, crewCodes }: MadeCredentials): z.infer<typeof Revoked> {
  return {
    api_keys: keys.map(renderApiKey),
    devices: devices.map(renderDevice),
    crew_codes: crewCodes.map(renderCrewCode),
  };
}

/** `active`: the organisation in which the session acts. */
export function renderMembership(
  { role, ...organization }: MembershipRow,
  active: string | null,
): z.infer<typeof Membership> {
  return { organization, role, active: organization.id === active };
}
