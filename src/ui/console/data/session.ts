// Who is signed in, and in which organisation this session acts.

import { signal } from "@preact/signals";
import type { Operations } from "../../../client/client.ts";
import type { Action } from "../../../domain/policy.ts";
import { callAccounts, fieldOf, type Refused } from "../account-calls.ts";
import { mayDo } from "../decisions/roles.ts";
import { ask, sessionEnded } from "./api.ts";
import { queries } from "./asking.ts";

export type Me = Operations["GET /v1/me"]["answer"];
export type Membership = Operations["GET /api/auth/organizations"]["answer"]["data"][number];

export type Standing =
  | { readonly kind: "loading" }
  | { readonly kind: "away" }
  | { readonly kind: "signed_out" }
  | { readonly kind: "nowhere"; readonly email: string }
  | { readonly kind: "choosing"; readonly email: string; readonly memberships: readonly Membership[] }
  | { readonly kind: "in"; readonly email: string; readonly me: Me; readonly memberships: readonly Membership[] };

export const standing = signal<Standing>({ kind: "loading" });

/** Asks who is here. What is shown stays until it is known. */
export async function readSession(): Promise<void> {
  standing.value = await standingNow();
}

async function standingNow(): Promise<Standing> {
  const session = await callAccounts("get-session");
  if (!session.ok) return { kind: "away" };
  const user = fieldOf(session.body, "user");
  if (user === undefined) return { kind: "signed_out" };
  const email = String(fieldOf(user, "email"));
  const listed = await ask("GET /api/auth/organizations", {});
  if (!listed.ok) return { kind: "away" };
  const memberships = listed.body.data;
  if (memberships.length === 0) return { kind: "nowhere", email };
  if (!memberships.some(({ active }) => active)) return { kind: "choosing", email, memberships };
  const me = await ask("GET /v1/me", {});
  if (me.ok) return { kind: "in", email, me: me.body, memberships };
  return me.problem.code === "forbidden" ? { kind: "choosing", email, memberships } : { kind: "away" };
}

/** Null once it is done. */
export async function signIn(fields: Readonly<Record<string, string>>): Promise<Refused | null> {
  const before = emailOf(standing.value);
  const signed = await callAccounts("sign-in/email", fields);
  if (!signed.ok) return signed.refused;
  await readSession();
  if (before !== null && before !== emailOf(standing.value)) {
    // Somebody else: nothing of the other's is for their eyes.
    forgetTyped();
    location.reload();
  }
  sessionEnded.value = false;
  await queries.invalidateQueries();
  return null;
}

const emailOf = (now: Standing): string | null => ("email" in now ? now.email : null);

export async function signOut(): Promise<boolean> {
  const out = await callAccounts("sign-out", {});
  if (!out.ok) return false;
  queries.clear();
  forgetTyped();
  standing.value = { kind: "signed_out" };
  return true;
}

/** Acts in another organisation from now on. Nothing of the other stays on the screen. */
export async function chooseOrganization(id: string): Promise<boolean> {
  const chosen = await ask("POST /api/auth/active-organization", { body: { organization_id: id } });
  if (!chosen.ok) return false;
  queries.clear();
  await readSession();
  return true;
}

/** Whether what is for `action` is shown (rule C2). */
export function may(action: Action): boolean {
  const now = standing.value;
  if (now.kind !== "in") return false;
  return mayDo({ id: now.me.id, organizationId: now.me.organization.id, role: now.me.role }, action);
}

/** What was typed into forms is of whoever typed it. */
function forgetTyped(): void {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith("voelgoed:")) sessionStorage.removeItem(name);
}
