// Checks who may call an endpoint: the credential, its kind and its permission, before any row is read (docs/api.md).

import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { authenticate } from "../../auth/authenticate.ts";
import { verifySession } from "../../auth/people/sessions.ts";
import { isRestoring } from "../../cache/restoring.ts";
import { type Code, type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import {
  type Action,
  type Actor,
  can,
  type CatalogueReader,
  changesCatalogue,
  type Device,
  isForMembersAlone,
  isOrganiser,
  lacking,
  type OrderLink,
  type Organiser,
  type TicketLink,
} from "../../domain/people/policy.ts";
import { addressOf, type RateLimited, rateLimit, limitHolds, limitReads } from "./limits/rate-limit.ts";
import { dbOf } from "../db.ts";
import type { Documented } from "../openapi/documentation.ts";
import { problem } from "../problems/problem.ts";
import type { HonoEnv } from "../routing.ts";
import { accountPortsOf, foreignOrigin, isFromOurPages, sessionCookieOf, NOT_CONFIGURED } from "./session.ts";
import { offeredCredential } from "../upgrade.ts";

export type Shopper = Extract<Actor, { kind: "shopper" }>;
export type OrganizationActor = Organiser | Device;
type AccountRequest = Parameters<typeof accountPortsOf>[0];
type Security = readonly Record<string, string[]>[];
/**
 * `actor` is set before an endpoint's access check only by a middleware around the app, such as a sign-in; nothing in a
 * request can set it.
 */
type AccessEnv<A extends Actor> = { Bindings: Env; Variables: HonoEnv["Variables"] & { actor: A } };
type AccessMark = Documented & { readonly security: Security };
export type Access<A extends Actor> = MiddlewareHandler<AccessEnv<A>> & AccessMark;
type Rule<A extends Actor> = {
  readonly security: Security;
  readonly admit: (actor: Actor) => A | null;
  /** The action for which an organiser needs the permission. */
  readonly action?: Action;
  /** Runs after the check for 401 and before that for 403: whether this actor has made too many attempts. */
  readonly limit?: (c: RateLimited, actor: Actor) => Promise<Refusal | null>;
  /** Runs after the check for 403: why nobody may do it now; null when it may be done. */
  readonly closed?: (c: RateLimited) => Promise<Refusal | null>;
  /** Reads a credential from elsewhere than the Authorization header. */
  readonly offered?: (c: RateLimited) => string | undefined;
};

export function isAccess<M extends object>(middleware: M): middleware is M & AccessMark {
  return "security" in middleware;
}

/** Allows organisers with the permission for `action` (table P): 401 without a valid credential, 403 for any other. */
export function organiser(action: Action): Access<Organiser> {
  const security: Security = isForMembersAlone(action) ? [{ session: [] }] : [{ apiKey: [] }, { session: [] }];
  const closed = changesCatalogue(action) ? { closed: ({ env }: RateLimited) => whileRestoring(env) } : {};
  return access<Organiser>({ security, action, admit: (actor) => organiserWho(actor, action), ...closed });
}

/** Organisers are not counted, since they answer for their keys. */
const limitShopper = async (c: RateLimited, actor: Actor) =>
  actor.kind === "shopper" ? limitHolds(c, actor.id) : null;
const limitReader = async (c: RateLimited, actor: Actor) =>
  actor.kind === "shopper" || isLink(actor) ? limitReads(c, actor.id) : null;

/**
 * Allows shoppers who read, and organisers with the permission for `action`. The verb decides what the shopper may see
 * (rule H10).
 */
export function shopperOr(action: Action): Access<Organiser | Shopper> {
  return access<Organiser | Shopper>({ ...shopperRule(action), limit: limitReader });
}

/**
 * The same as `shopperOr`, and the holder of an order's link; the route makes sure that it is this order's (rule O13).
 */
export function linkOrShopperOr(action: Action): Access<Organiser | Shopper | OrderLink> {
  const { security, admit } = shopperRule(action);
  return access<Organiser | Shopper | OrderLink>({
    action,
    security: [...security, { orderLink: [] }],
    admit: (actor) => (actor.kind === "order_link" ? actor : admit(actor)),
    limit: limitReader,
  });
}

/**
 * The same as `linkOrShopperOr`, and the holder of a ticket's link; the route makes sure that it is this ticket's (rule
 * N7).
 */
export function anyLinkOrShopperOr(action: Action): Access<Organiser | Shopper | OrderLink | TicketLink> {
  const { security, admit } = shopperRule(action);
  return access<Organiser | Shopper | OrderLink | TicketLink>({
    action,
    security: [...security, { orderLink: [] }, { ticketLink: [] }],
    admit: (actor) => (isLink(actor) ? actor : admit(actor)),
    limit: limitReader,
  });
}

function isLink(actor: Actor): actor is OrderLink | TicketLink {
  return actor.kind === "order_link" || actor.kind === "ticket_link";
}

/** Allows shoppers alone, with the rate limits of holds, since their request has no id whose misses could be counted. */
export const limitedShopper: Access<Shopper> = access<Shopper>({
  security: [{ shopper: [] }],
  admit: (actor) => (actor.kind === "shopper" ? actor : null),
  limit: limitShopper,
});

/** The same as `shopperOr` for changes, with the rate limits of holds. */
export function limitedShopperOr(action: Action): Access<Organiser | Shopper> {
  return access<Organiser | Shopper>({ ...shopperRule(action), limit: limitShopper });
}

/** Allows everybody who acts in an organisation, whatever their permissions. */
export const anyMember: Access<OrganizationActor> = access<OrganizationActor>({
  security: [{ apiKey: [] }, { session: [] }, { device: [] }],
  admit: (actor) => (isOrganiser(actor) || actor.kind === "device" ? actor : null),
});

/**
 * Allows organisers who may read the catalogue, and devices. The statement decides for each row whether a device sees it
 * (db/visible.ts); a row that it does not see does not exist for it.
 */
export const catalogueReader: Access<CatalogueReader> = access<CatalogueReader>({
  security: [{ apiKey: [] }, { session: [] }, { device: [] }],
  action: "catalogue.read",
  admit: (actor) => (actor.kind === "device" ? actor : organiserWho(actor, "catalogue.read")),
});

/** Allows organisers and devices that may do `action`; an upgrade may offer the credential as a subprotocol. */
export function scannerOr(action: Action): Access<OrganizationActor> {
  return access<OrganizationActor>({
    action,
    security: [{ device: [] }, { apiKey: [] }, { session: [] }],
    admit: (actor) => (actor.kind === "device" ? can(actor, action) && actor : organiserWho(actor, action)) || null,
    offered: offeredCredential,
  });
}

/** Allows devices alone. */
export function scanner(action: Action): Access<Device> {
  return access<Device>({
    security: [{ device: [] }],
    admit: (actor) => (actor.kind === "device" && can(actor, action) ? actor : null),
  });
}

/** Rule X6: refuses decisions from D1 while it is restored. */
async function whileRestoring({ CATALOGUE_CACHE: kv }: RateLimited["env"]): Promise<Refusal | null> {
  try {
    return (await isRestoring(kv)) ? { code: "restoring", retryAfterSeconds: 60 } : null;
  } catch {
    return UNAVAILABLE;
  }
}

type Everyone = MiddlewareHandler<{ Bindings: Env; Variables: { requestId: string } }>;

/** Allows everybody; a credential that is sent is not checked. */
export const anonymous: Everyone & AccessMark = Object.assign<Everyone, AccessMark>((_, next) => next(), {
  security: [],
  codes: [],
});

function shopperRule(action: Action): Rule<Organiser | Shopper> {
  return {
    action,
    security: [{ shopper: [] }, { apiKey: [] }, { session: [] }],
    admit: (actor) => (actor.kind === "shopper" ? actor : organiserWho(actor, action)),
  };
}

function organiserWho(actor: Actor, action: Action): Organiser | null {
  return isOrganiser(actor) && can(actor, action) ? actor : null;
}

function access<A extends Actor>({ security, admit, action, limit, closed, offered }: Rule<A>): Access<A> {
  const middleware = createMiddleware<AccessEnv<A>>(async (c, next) => {
    const actor = c.get("actor") ?? (await actorOf(c, offered?.(c)));
    if (!("kind" in actor)) return problem(c, actor);
    const excess = limit ? await limit(c, actor) : null;
    if (excess) return problem(c, excess);
    if (sessionCookieOf(c) !== null && !isFromOurPages(c)) return problem(c, foreignOrigin(c));
    const admitted = admit(actor);
    if (admitted === null) return problem(c, forbidden(actor, action));
    const refusal = closed ? await closed(c) : null;
    if (refusal) return problem(c, refusal);
    c.set("actor", admitted);
    await next();
    return undefined;
  });
  const codes: Code[] = ["unauthenticated", "rate_limited", "forbidden", "origin_not_allowed"];
  if (closed) codes.push("restoring");
  return Object.assign(middleware, { security, codes });
}

/**
 * The refusal names the permission that an organiser lacks. Any other credential is of a kind that the route does not take.
 */
function forbidden(actor: Actor, action: Action | undefined): Refusal {
  const permissions = action && isOrganiser(actor) ? lacking(actor, action) : null;
  return permissions === null ? { code: "forbidden" } : { code: "forbidden", permissions };
}

/**
 * Returns the actor of the request's credential. A failed credential is counted by address; a good one is not, so it is
 * never refused because of bad ones from the same address.
 */
async function actorOf(c: AccountRequest, offered: string | undefined): Promise<Actor | Refusal> {
  const header = c.req.header("Authorization") ?? offered;
  const cookie = offered === undefined ? sessionCookieOf(c) : null;
  const actor = cookie === null ? await bearerOf(c, header) : await memberOf(c, cookie);
  if (actor) return actor;
  const excess = (header ?? cookie) ? await rateLimit(c.env, "CREDENTIAL_LIMIT", addressOf(c)) : null;
  return excess ?? { code: "unauthenticated" };
}

function bearerOf(c: AccountRequest, header: string | undefined): Promise<Actor | null> {
  return authenticate(header, {
    db: () => dbOf(c.env),
    secrets: c.env,
    now: Date.now(),
    waitUntil: (work) => c.executionCtx.waitUntil(work),
  });
}

async function memberOf(c: AccountRequest, cookie: string): Promise<Actor | Refusal | null> {
  const ports = accountPortsOf(c);
  if (ports === null) return NOT_CONFIGURED;
  const member = await verifySession(ports, cookie, Date.now());
  return member === "stranger" ? { code: "forbidden" } : member;
}
