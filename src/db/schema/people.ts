// Declares the tables for people: accounts and sessions, which better-auth reads and writes, their memberships and
// invitations, which our own verbs write, and the mails and attempts that come with signing in.

import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { InvitationId, MemberId, OrganizationId, UserId } from "../../domain/ids.ts";
import { ROLES } from "../../domain/people/policy.ts";
import { organizations } from "./catalogue.ts";

/**
 * A Date and not a number as elsewhere, since better-auth writes and reads dates. At rest they are epoch ms like all
 * others.
 */
const instant = () => integer({ mode: "timestamp_ms" });
const userId = () =>
  text()
    .$type<UserId>()
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });
const organizationId = () =>
  text()
    .$type<OrganizationId>()
    .notNull()
    .references(() => organizations.id);

export const users = sqliteTable(
  "users",
  {
    id: text().$type<UserId>().primaryKey(),
    name: text().notNull(),
    /** Lower case. */
    email: text().notNull().unique(),
    /** Proving the mailbox sets the password (rule P4). Without that there is no password, and no session. */
    email_verified: integer({ mode: "boolean" }).notNull().default(false),
    image: text(),
    created_at: instant().notNull(),
    updated_at: instant().notNull(),
  },
  (table) => [index("users_unconfirmed").on(table.updated_at).where(sql`email_verified = 0`)],
);

export const sessions = sqliteTable(
  "sessions",
  {
    id: text().primaryKey(),
    user_id: userId(),
    /** Useless without the Worker's secret, which signs it into the cookie. */
    token: text().notNull().unique(),
    active_organization_id: text().$type<OrganizationId>(),
    /** When its person last gave the password again, epoch ms (rule P8); null: not since it began. */
    password_given_at: integer(),
    expires_at: instant().notNull(),
    ip_address: text(),
    user_agent: text(),
    created_at: instant().notNull(),
    updated_at: instant().notNull(),
  },
  (table) => [
    index("sessions_by_user").on(table.user_id),
    index("sessions_by_expiry").on(table.expires_at),
    index("sessions_by_creation").on(table.created_at),
  ],
);

/** How a person signs in: one row of provider `credential`, with the hash of the password. */
export const accounts = sqliteTable(
  "accounts",
  {
    id: text().primaryKey(),
    user_id: userId(),
    account_id: text().notNull(),
    provider_id: text().notNull(),
    password: text(),
    access_token: text(),
    refresh_token: text(),
    id_token: text(),
    access_token_expires_at: instant(),
    refresh_token_expires_at: instant(),
    scope: text(),
    created_at: instant().notNull(),
    updated_at: instant().notNull(),
  },
  (table) => [uniqueIndex("accounts_by_user").on(table.user_id, table.provider_id)],
);

/** The links that set a password, by the hash of their token: `value` is the id of the person, who has one at a time. */
export const verifications = sqliteTable(
  "verifications",
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expires_at: instant().notNull(),
    created_at: instant().notNull(),
    updated_at: instant().notNull(),
  },
  (table) => [
    index("verifications_by_identifier").on(table.identifier),
    index("verifications_by_value").on(table.value),
    index("verifications_by_expiry").on(table.expires_at),
  ],
);

export const members = sqliteTable(
  "members",
  {
    id: text().$type<MemberId>().primaryKey(),
    organization_id: organizationId(),
    user_id: userId(),
    role: text({ enum: ROLES }).notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    version: integer().notNull().default(1),
  },
  (table) => [
    uniqueIndex("members_once").on(table.organization_id, table.user_id),
    index("members_by_user").on(table.user_id),
    index("members_by_creation").on(table.organization_id, table.created_at, table.id),
  ],
);

/** Only open ones: one that is accepted or withdrawn is deleted, and the audit log has a row of it. */
export const invitations = sqliteTable(
  "invitations",
  {
    id: text().$type<InvitationId>().primaryKey(),
    organization_id: organizationId(),
    /** Lower case. */
    email: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    inviter_id: userId(),
    expires_at: integer().notNull(),
    created_at: integer().notNull(),
  },
  (table) => [
    uniqueIndex("invitations_once").on(table.organization_id, table.email),
    index("invitations_by_creation").on(table.organization_id, table.created_at, table.id),
    index("invitations_by_expiry").on(table.expires_at),
    index("invitations_by_inviter").on(table.inviter_id),
  ],
);

/** Attempts to sign in and their like, by the hash of who makes them, in the window that ends at `ends_at`. */
export const attempts = sqliteTable(
  "attempts",
  { key: text().primaryKey(), count: integer().notNull(), ends_at: integer().notNull() },
  (table) => [index("attempts_by_end").on(table.ends_at)],
);

/**
 * Mails that were not sent. `again_at` null: no binding for mail is configured, and the operator can read the mail here for
 * a day; mails of orders are among these. Else the binding did not accept a mail of an account (rule P9), and the cron
 * sends it again at `again_at`, while what it `rests_on` is valid: an invitation by its id, or a link by its hash.
 */
export const outbox = sqliteTable(
  "outbox",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    recipient: text().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    created_at: integer().notNull(),
    message_id: text(),
    rests_on: text(),
    failures: integer().notNull().default(0),
    again_at: integer(),
  },
  (table) => [
    index("outbox_by_age").on(table.created_at),
    uniqueIndex("outbox_by_message").on(table.message_id).where(sql`message_id IS NOT NULL`),
    index("outbox_by_again").on(table.again_at).where(sql`again_at IS NOT NULL`),
  ],
);
