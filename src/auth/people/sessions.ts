// Makes an actor of a session's cookie: better-auth finds the person, our own tables the membership. Both are cached for at
// most 5 s, so that a role that is taken away works no longer than that (rule T5).

import type { Db } from "../../db/client.ts";
import { D1_LIMIT_MS } from "../../db/client.ts";
import { withDeadline } from "../../shared/deadline.ts";
import { deleteSession, findMembership } from "../../db/members/membership.ts";
import { type OrganizationId, parseId, type UserId } from "../../domain/ids.ts";
import { SESSION_MS } from "../../domain/limits.ts";
import type { Actor } from "../../domain/people/policy.ts";
import { must } from "../../domain/result.ts";
import type { AccountPorts } from "./accounts.ts";
import { newCredentialCache } from "../credential-cache.ts";
import { loadAccounts } from "./load-accounts.ts";
import { hashSecret } from "../secrets.ts";

type UserActor = Extract<Actor, { kind: "user" }>;

/** A person who is signed in, whatever organisations they belong to. */
export type Person = {
  readonly id: UserId;
  /** Lower case. */
  readonly email: string;
  readonly emailVerified: boolean;
  readonly sessionId: string;
  readonly sessionToken: string;
  /** The organisation that this session has chosen; null when none yet. */
  readonly organizationId: OrganizationId | null;
};

const cache = newCredentialCache<UserActor>();

/** The person who is signed in with this cookie; null when the session is unknown, ended or forged. Queries D1. */
export async function findPerson(ports: AccountPorts, cookie: string): Promise<Person | null> {
  const accounts = await loadAccounts(ports);
  const request = { headers: new Headers({ cookie }), query: { disableRefresh: true } };
  const found = await withDeadline(accounts.api.getSession(request), D1_LIMIT_MS);
  if (!found) return null;
  const { session, user } = found;
  // A session ends after this time however often it was renewed (rule P7). The cron deletes it.
  if (Date.now() >= session.createdAt.getTime() + SESSION_MS) return null;
  return {
    id: must(parseId("usr", user.id), "we make the ids of people"),
    email: user.email,
    emailVerified: user.emailVerified,
    sessionId: session.id,
    sessionToken: session.token,
    organizationId: parseId("org", session.activeOrganizationId ?? ""),
  };
}

/** The member of the cookie; `stranger` is somebody who is signed in but no member of the organisation. */
export async function verifySession(
  ports: AccountPorts,
  cookie: string,
  now: number,
): Promise<UserActor | "stranger" | null> {
  let person: Person | null = null;
  const member = await cache.read(hashSecret(cookie), now, async () => {
    person = await findPerson(ports, cookie);
    return person && memberFor(ports.db, person);
  });
  return member ?? (person ? "stranger" : null);
}

function memberFor(db: Db, person: Person): Promise<UserActor | null> {
  return findMembership(db, person);
}

/** Ends the session of this cookie, if there is one, and closes the sockets that it has opened. */
export async function endSession(ports: AccountPorts, cookie: string): Promise<void> {
  const person = await findPerson(ports, cookie);
  if (person === null) return;
  await ports.sessionsEnd(person.id);
  await deleteSession(ports.db, person.sessionToken);
}

/** To be called after sessions were ended or changed here: this isolate queries D1 again at once, others within 5 s. */
export function forgetSessions(): void {
  cache.clear();
}
