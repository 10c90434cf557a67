// Sign-in, sessions and the change of a password by better-auth, over our own tables: its options and nothing else. To be
// imported by load-accounts.ts alone, since evaluating it is dear. Accounts, the links that set their passwords,
// memberships and invitations are written by app/, not here.

import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth, type BetterAuthOptions } from "better-auth/minimal";
import type { Db } from "../db/client.ts";
import { endLinks } from "../db/accounts/password-links.ts";
import { accounts, sessions, users, verifications } from "../db/schema/people.ts";
import { parseId, type UserId } from "../domain/ids.ts";
import { must } from "../domain/result.ts";
import { evaluated } from "./load-accounts.ts";
import { hashPassword, MAX_PASSWORD, MIN_PASSWORD, verifyPassword } from "./passwords.ts";
import { ACCOUNTS_PATH, cookiePrefixFor } from "./session-cookie.ts";

evaluated.accounts = true;

/** `origin`: where the Worker is called, such as `https://tickets.example`; cookies are for it. */
export type AccountPorts = {
  readonly db: Db;
  readonly origin: string;
  readonly secret: string;
  /** Before sessions of this person end, once for all of them. */
  readonly sessionsEnd: (userId: UserId) => Promise<void>;
  /** When a password took the place of another one. */
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
    // Why: its log repeats e-mail addresses. What it throws reaches our own log.
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
    // It insists on this table, which no open route of its own uses: db/accounts/password-links.ts does.
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
    // Ours counts by e-mail too, and before this is loaded (http/routes/accounts.ts).
    rateLimit: { enabled: false },
  });
}

const DAY_SECONDS = 24 * 60 * 60;

function hooksOf({ db, sessionsEnd, passwordChanged }: AccountPorts): NonNullable<BetterAuthOptions["databaseHooks"]> {
  return {
    session: {
      // The one that takes the place of another, after a change of the password, goes on in the same organisation.
      create: {
        before: async (_, context) => ({ data: { activeOrganizationId: chosenIn(context?.context.session) } }),
      },
      delete: { before: oncePerPerson(sessionsEnd) },
    },
    // A password that was changed ends the links that were sent to set one.
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

/** The organisation that a session of better-auth's has chosen, which its own type does not know of. */
function chosenIn(before: { readonly session: object } | null | undefined): unknown {
  return before && "activeOrganizationId" in before.session ? before.session.activeOrganizationId : null;
}

/** For the hook that is called for every session: those of a request end together. */
function oncePerPerson(sessionsEnd: AccountPorts["sessionsEnd"]) {
  const told = new Map<string, Promise<void>>();
  return ({ userId }: { readonly userId: string }): Promise<void> => {
    const word = told.get(userId) ?? sessionsEnd(personOf(userId));
    told.set(userId, word);
    return word;
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
