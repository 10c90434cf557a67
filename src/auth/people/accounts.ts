// Configures better-auth for sign-in, sessions and the change of a password, on our own tables. Import it through
// load-accounts.ts alone, since evaluating it is slow. Accounts, the links that set their passwords, memberships and
// invitations are written by app/, not here.

import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth, type BetterAuthOptions } from "better-auth/minimal";
import type { Db } from "../../db/client.ts";
import { endLinks } from "../../db/accounts/password-links.ts";
import { accounts, sessions, users, verifications } from "../../db/schema/people.ts";
import { parseId, type UserId } from "../../domain/ids.ts";
import { must } from "../../domain/result.ts";
import { evaluated } from "./load-accounts.ts";
import { hashPassword, MAX_PASSWORD, MIN_PASSWORD, verifyPassword } from "./passwords.ts";
import { ACCOUNTS_PATH, cookiePrefixFor } from "./session-cookie.ts";

evaluated.accounts = true;

/** `origin` is where the Worker is called, such as `https://tickets.example`; cookies are for it. */
export type AccountPorts = {
  readonly db: Db;
  readonly origin: string;
  readonly secret: string;
  /** Called before sessions of this person end, once for all of them. */
  readonly sessionsEnd: (userId: UserId) => Promise<void>;
  /** Called when a password was replaced by another. */
  readonly passwordChanged: (userId: UserId) => void;
};

export type Accounts = ReturnType<typeof openAccounts>;

export function openAccounts(ports: AccountPorts) {
  const { db, origin, secret } = ports;
  return betterAuth({
    baseURL: origin,
    basePath: ACCOUNTS_PATH,
    secret,
    telemetry: { enabled: false },
    // better-auth's own log would contain e-mail addresses. What it throws reaches our log.
    logger: { disabled: true },
    onAPIError: { throw: true },
    database: drizzleAdapter(db, {
      provider: "sqlite",
      schema: { users, sessions, accounts, verifications },
    }),
    user: { modelName: "users", fields: { emailVerified: "email_verified", ...STAMPS } },
    session: {
      modelName: "sessions",
      fields: {
        userId: "user_id",
        expiresAt: "expires_at",
        ipAddress: "ip_address",
        userAgent: "user_agent",
        ...STAMPS,
      },
      additionalFields: {
        activeOrganizationId: { type: "string", required: false, input: false, fieldName: "active_organization_id" },
      },
      expiresIn: 7 * DAY_SECONDS,
      updateAge: DAY_SECONDS,
    },
    databaseHooks: hooksOf(ports),
    account: { modelName: "accounts", fields: ACCOUNT_FIELDS },
    // better-auth requires this table, although none of the routes that are open uses it; db/accounts/password-links.ts
    // does.
    verification: { modelName: "verifications", fields: { expiresAt: "expires_at", ...STAMPS } },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      requireEmailVerification: true,
      minPasswordLength: MIN_PASSWORD,
      maxPasswordLength: MAX_PASSWORD,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    advanced: {
      cookiePrefix: cookiePrefixFor(origin),
      useSecureCookies: false,
      defaultCookieAttributes: { secure: origin.startsWith("https:"), httpOnly: true, sameSite: "lax", path: "/" },
      disableCSRFCheck: false,
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
      database: { generateId: () => crypto.randomUUID() },
    },
    // Our own rate limit counts by e-mail too, and works before this module is loaded (http/routes/people/accounts.ts).
    rateLimit: { enabled: false },
  });
}

const DAY_SECONDS = 24 * 60 * 60;

function hooksOf({ db, sessionsEnd, passwordChanged }: AccountPorts): NonNullable<BetterAuthOptions["databaseHooks"]> {
  return {
    session: {
      // After a change of password, the new session goes on in the organisation of the old one.
      create: {
        before: async (_, context) => ({ data: { activeOrganizationId: chosenIn(context?.context.session) } }),
      },
      delete: { before: oncePerPerson(sessionsEnd) },
    },
    // A new password ends the links that were sent to set one.
    account: {
      update: {
        after: async ({ userId }) => {
          passwordChanged(personOf(userId));
          await endLinks(db, userId);
        },
      },
    },
  };
}

const personOf = (userId: string): UserId => must(parseId("usr", userId), "we make the ids of people");

/** The organisation that the former session had chosen; better-auth's type does not have the field. */
function chosenIn(before: { readonly session: object } | null | undefined): unknown {
  return before && "activeOrganizationId" in before.session ? before.session.activeOrganizationId : null;
}

/**
 * Calls `sessionsEnd` once for each person, since better-auth calls its hook for every session, and the sessions of a
 * request end together.
 */
function oncePerPerson(sessionsEnd: AccountPorts["sessionsEnd"]) {
  const ended = new Map<string, Promise<void>>();
  return ({ userId }: { readonly userId: string }): Promise<void> => {
    const ending = ended.get(userId) ?? sessionsEnd(personOf(userId));
    ended.set(userId, ending);
    return ending;
  };
}

const STAMPS = { createdAt: "created_at", updatedAt: "updated_at" };

const ACCOUNT_FIELDS = {
  userId: "user_id",
  accountId: "account_id",
  providerId: "provider_id",
  accessToken: "access_token",
  refreshToken: "refresh_token",
  idToken: "id_token",
  accessTokenExpiresAt: "access_token_expires_at",
  refreshTokenExpiresAt: "refresh_token_expires_at",
  ...STAMPS,
};
