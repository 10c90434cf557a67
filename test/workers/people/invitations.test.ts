// Invitations: by e-mail, used once, open for 7 days, one for an address; and who may accept them.

import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { invitations, members, outbox, users } from "../../../src/db/schema/people.ts";
import { INVITATION_MS } from "../../../src/domain/limits.ts";
import { auditOf, openTenant, suspend, type Tenant } from "../support/catalogue.ts";
import { db } from "../support/fixture.ts";
import { ask, BASE, bodyOf, ISO, refusalOf, SESSION } from "../support/http.ts";
import {
  invitationOf,
  person,
  sessionOf,
  type SignedIn,
  type SignedInMember,
  signedInAs,
} from "../support/auth/people.ts";

let tenant: Tenant;
let owner: SignedInMember;
let guest: SignedIn;
beforeEach(async () => {
  tenant = await openTenant();
  owner = await signedInAs(tenant.organizationId, "owner");
  guest = await sessionOf(await person());
});

const invite = (email: string, role = "staff", by: SignedIn = owner, key?: string) =>
  ask("POST", "/v1/invitations", { token: by.token, json: { email, role }, ...(key !== undefined && { key }) });
const accept = (id: string, by: SignedIn = guest) =>
  ask("POST", "/api/auth/accept-invitation", { token: by.token, json: { invitation_id: id } });
const open = async () => {
  const { data } = await bodyOf(await ask("GET", "/v1/invitations", { token: owner.token }));
  return (data as { id: string }[]).map(({ id }) => id);
};
const mailsTo = (email: string) => db.select().from(outbox).where(eq(outbox.recipient, email));

describe("an invitation", () => {
  it("[T6] is sent by mail with a link, accepted once by its address, and makes a member with its role", async () => {
    const answer = await invite(guest.email.toUpperCase());
    expect(answer.status).toBe(201);
    const invitation = await bodyOf(answer);
    expect(invitation).toMatchObject({ email: guest.email, role: "staff", inviter_id: owner.id });
    const { created_at: from, expires_at: until } = invitation as { created_at: string; expires_at: string };
    expect(Date.parse(until) - Date.parse(from)).toBe(INVITATION_MS);
    const id = String(invitation["id"]);
    expect(await open()).toEqual([id]);
    await expect.poll(async () => (await mailsTo(guest.email)).length).toBe(1);
    const [mail] = await mailsTo(guest.email);
    expect(mail?.subject, "no text of others").toBe("An invitation to VoelgoedEvents");
    expect(mail?.body).toContain('The organisation "Organisation" invites you');
    expect(mail?.body).toContain(`${BASE}/account#invitation=${id}\n`);
    const accepted = await accept(id);
    expect(accepted.status).toBe(201);
    const member = await bodyOf(accepted);
    expect(member).toMatchObject({
      user_id: guest.id,
      role: "staff",
      version: 1,
      created_at: expect.stringMatching(ISO),
    });
    expect(await bodyOf(await ask("GET", "/v1/me", { token: guest.token }))).toMatchObject({
      role: "staff",
      organization: { id: tenant.organizationId },
    });
    expect(await refusalOf(accept(id))).toBe("404 not_found");
    expect(await open()).toEqual([]);
    expect(await auditOf(tenant, guest.email)).toMatchObject([
      { action: "invitation.create", actor_id: owner.id, resource_kind: "invitation" },
    ]);
    expect(await auditOf(tenant, String(member["id"]))).toMatchObject([
      {
        action: "member.create",
        actor_kind: "user",
        actor_id: guest.id,
        changes: { user_id: guest.id, email: guest.email, role: "staff" },
      },
    ]);
  });

  it("[P4] [T6] is in the audit log by its address; its id, in the mail, is for who manages members", async () => {
    const accepted = String((await bodyOf(await invite(guest.email)))["id"]);
    expect((await accept(accepted)).status).toBe(201);
    const withdrawn = String((await bodyOf(await invite("w@example.com")))["id"]);
    await ask("DELETE", `/v1/invitations/${withdrawn}`, { token: owner.token });
    const open = String((await bodyOf(await invite("o@example.com", "admin")))["id"]);
    // A key of the organisation with view_full_analytics.
    const { data } = await bodyOf(await ask("GET", "/v1/audit-log?limit=100", { token: tenant.token }));
    const rows = data as { action: string; resource_id: string }[];
    expect(rows.map(({ action, resource_id: on }) => `${action} ${on}`).sort()).toEqual([
      `invitation.create o@example.com`,
      `invitation.create ${guest.email}`,
      `invitation.create w@example.com`,
      `invitation.withdraw w@example.com`,
      expect.stringMatching(/^member\.create mem_/),
    ]);
    for (const id of [accepted, withdrawn, open]) expect(JSON.stringify(rows)).not.toContain(id);
    expect(await refusalOf(ask("GET", "/v1/invitations", { token: tenant.token }))).toBe("403 forbidden");
    const of = await bodyOf(await ask("GET", "/v1/audit-log?resource_id=w@example.com", { token: tenant.token }));
    expect((of["data"] as object[]).length).toBe(2);
  });

  it("makes one member when it is accepted 20 times at once", async () => {
    const id = await invitationOf(owner, guest.email);
    const answers = await Promise.all(Array.from({ length: 20 }, () => accept(id)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(19);
    expect(await db.select().from(members).where(eq(members.user_id, guest.id))).toHaveLength(1);
  });

  it("is open to its last millisecond, and then makes way for another", async () => {
    const now = Date.now();
    const [last, over] = [await sessionOf(await person()), guest];
    const ids = [
      await invitationOf(owner, last.email, "staff", now + 1),
      await invitationOf(owner, over.email, "staff", now),
    ];
    vi.spyOn(Date, "now").mockReturnValue(now);
    expect(await open()).toEqual([ids[0]]);
    expect(await refusalOf(invite(last.email))).toBe("409 already_invited");
    expect(await refusalOf(accept(String(ids[1]), over))).toBe("404 not_found");
    expect((await accept(String(ids[0]), last)).status).toBe(201);
    expect((await invite(over.email)).status).toBe(201);
  });

  it("[T3] is unknown to a person with another address, or has not shown that it is theirs", async () => {
    const id = await invitationOf(owner, guest.email);
    const other = await sessionOf(await person());
    expect(await refusalOf(accept(id, other))).toBe("404 not_found");
    await db.update(users).set({ email_verified: false }).where(eq(users.id, guest.id));
    expect(await refusalOf(accept(id))).toBe("404 not_found");
    for (const unknown of ["nonsense", `inv_${"0".repeat(26)}`])
      expect(await refusalOf(accept(unknown))).toBe("404 not_found");
    await db.update(users).set({ email_verified: true }).where(eq(users.id, guest.id));
    expect((await accept(id)).status).toBe(201);
  });

  it("is one for an address, also of two that come at once, and none for a member", async () => {
    const answers = await Promise.all([invite("a@example.com"), invite("A@Example.com")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await refusalOf(invite("a@example.com"))).toBe("409 already_invited");
    expect(await refusalOf(invite(owner.email))).toBe("409 already_member");
    const elsewhere = await openTenant();
    const theirs = await signedInAs(elsewhere.organizationId, "owner");
    expect((await invite("a@example.com", "staff", theirs)).status, "another organisation's is its own").toBe(201);
  });

  it("that is repeated under its key is the same one, with one mail", async () => {
    const first = await bodyOf(await invite(guest.email, "staff", owner, "once"));
    const again = await invite(guest.email, "staff", owner, "once");
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
    expect(await bodyOf(again)).toEqual(first);
    await expect.poll(async () => (await mailsTo(guest.email)).length).toBe(1);
  });

  it("[P1] by an admin is for everybody but owners, and an owner's is not an admin's to withdraw", async () => {
    const admin = await signedInAs(tenant.organizationId, "admin");
    const ofOwner = await invitationOf(owner, guest.email, "owner");
    expect(await refusalOf(invite("b@example.com", "owner", admin))).toBe("403 forbidden");
    const withdraw = (by: SignedIn, id: string) => ask("DELETE", `/v1/invitations/${id}`, { token: by.token });
    expect(await refusalOf(withdraw(admin, ofOwner))).toBe("403 forbidden");
    const ofAdmin = String((await bodyOf(await invite("b@example.com", "admin", admin)))["id"]);
    expect((await withdraw(admin, ofAdmin)).status).toBe(204);
    expect(await refusalOf(withdraw(admin, ofAdmin))).toBe("404 not_found");
    expect((await withdraw(owner, ofOwner)).status).toBe(204);
    expect(await refusalOf(accept(ofOwner))).toBe("404 not_found");
    expect((await auditOf(tenant, guest.email)).map(({ action }) => action)).toEqual(["invitation.withdraw"]);
  });

  it("[T4] is not accepted while the organisation is suspended, and stays open", async () => {
    const id = await invitationOf(owner, guest.email);
    await suspend(tenant);
    expect(await refusalOf(accept(id))).toBe("403 organization_suspended");
    expect(await db.select().from(invitations).where(eq(invitations.id, id))).toHaveLength(1);
  });

  it("is accepted by a session alone, and from our own pages alone", async () => {
    const id = await invitationOf(owner, guest.email);
    const json = { invitation_id: id };
    for (const asked of [{}, { token: tenant.token }, { token: `${guest.token}x` }])
      expect(await refusalOf(ask("POST", "/api/auth/accept-invitation", { json, ...asked }))).toBe(
        "401 unauthenticated",
      );
    const headers = { Cookie: guest.token.slice(SESSION.length), Origin: "https://evil.example" };
    expect(await refusalOf(ask("POST", "/api/auth/accept-invitation", { json, headers }))).toBe(
      "403 origin_not_allowed",
    );
    expect((await accept(id)).status).toBe(201);
  });
});
