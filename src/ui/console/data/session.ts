// Reads who is signed in, and in which organisation this session acts.

import { signal } from "@preact/signals";
import type { Operations } from "../../../client/client.ts";
import type { Action } from "../../../domain/people/policy.ts";
import { callAccounts, fieldOf, type Refused } from "../account-calls.ts";
import { mayDo } from "../decisions/roles.ts";
import { isAnother, whoseOf } from "../decisions/session-owner.ts";
import { callApi, sessionEnded } from "./api.ts";
import { queries } from "./queries.ts";
import { forgetAll, keepFor } from "./form-storage.ts";
import * as onDevice from "./device-storage.ts";

export type Me = Operations["GET /v1/me"]["answer"];
export type Membership = Operations["GET /api/auth/organizations"]["answer"]["data"][number];

export type SessionState =
  | { readonly kind: "loading" }
  | { readonly kind: "away" }
  | { readonly kind: "signed_out" }
  | { readonly kind: "nowhere"; readonly email: string }
  | { readonly kind: "choosing"; readonly email: string; readonly memberships: readonly Membership[] }
  | { readonly kind: "in"; readonly email: string; readonly me: Me; readonly memberships: readonly Membership[] };

export const sessionState = signal<SessionState>({ kind: "loading" });

/** Reads who is signed in. The screen stays as it is until the reply. */
export async function readSession(): Promise<void> {
  const now = await readSessionState();
  if (now.kind === "in") keepFor(whoseOf(now.me));
  sessionState.value = now;
}

/** All tabs share the session, so this checks that it still belongs to the same member in the same organisation. */
export async function checkSession(): Promise<void> {
  const now = sessionState.value;
  if (now.kind !== "in") return;
  const me = await callApi("GET /v1/me", {});
  if (!me.ok) return;
  if (whoseOf(me.body) !== whoseOf(now.me)) return reload();
  sessionState.value = { ...now, me: me.body };
  if (sessionEnded.value) await goOn();
}

/** Written whenever the session changes: the browser notifies all tabs but the one that wrote. */
const SESSION = "voelgoed:session";
const notifyOtherTabs = (): void => onDevice.write(SESSION, crypto.randomUUID());

/** When another tab has changed the session, and when this one is visible again. */
export function watchOtherTabs(): void {
  addEventListener("storage", ({ key }) => {
    if (key === SESSION) void checkSession();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void checkSession();
  });
}

/** Reloads the page, so that nothing of the session before is in its memory or on its screen. */
function reload(): void {
  location.assign("/console");
}

async function readSessionState(): Promise<SessionState> {
  const session = await callAccounts("get-session");
  if (!session.ok) return { kind: "away" };
  const user = fieldOf(session.body, "user");
  if (user === undefined) return { kind: "signed_out" };
  const email = String(fieldOf(user, "email"));
  const listed = await callApi("GET /api/auth/organizations", {});
  if (!listed.ok) return { kind: "away" };
  const memberships = listed.body.data;
  if (memberships.length === 0) return { kind: "nowhere", email };
  if (!memberships.some(({ active }) => active)) return { kind: "choosing", email, memberships };
  const me = await callApi("GET /v1/me", {});
  if (me.ok) return { kind: "in", email, me: me.body, memberships };
  return me.problem.code === "forbidden" ? { kind: "choosing", email, memberships } : { kind: "away" };
}

/** Has a mail with a link sent that sets a new password. Resolves with the refusal, or null, also when nobody has the address. */
export async function sendPasswordLink(email: string): Promise<Refused | null> {
  const sent = await callAccounts("request-password-reset", { email });
  return sent.ok ? null : sent.refused;
}

/** Resolves with the refusal, or null. */
export async function signIn(fields: Readonly<Record<string, string>>): Promise<Refused | null> {
  const before = sessionState.value;
  const signed = await callAccounts("sign-in/email", fields);
  if (!signed.ok) return signed.refused;
  notifyOtherTabs();
  await readSession();
  if (isAnother(before, sessionState.value)) {
    // Somebody else signed in, who must not see the screens of the person before.
    forgetAll();
    reload();
    return null;
  }
  await goOn();
  return null;
}

async function goOn(): Promise<void> {
  sessionEnded.value = false;
  await queries.invalidateQueries();
}

export async function signOut(): Promise<boolean> {
  const out = await callAccounts("sign-out", {});
  if (!out.ok) return false;
  notifyOtherTabs();
  forgetAll();
  reload();
  return true;
}

/** Acts in another organisation from now on. Nothing of the previous one stays, here or in another tab. */
export async function chooseOrganization(id: string): Promise<boolean> {
  const chosen = await callApi("POST /api/auth/active-organization", { body: { organization_id: id } });
  if (!chosen.ok) return false;
  notifyOtherTabs();
  if (sessionState.value.kind === "in") {
    reload();
    return true;
  }
  queries.clear();
  await readSession();
  return true;
}

/** Whether controls for `action` are shown (rule C2). */
export function may(action: Action): boolean {
  const now = sessionState.value;
  if (now.kind !== "in") return false;
  return mayDo({ id: now.me.id, organizationId: now.me.organization.id, role: now.me.role }, action);
}
