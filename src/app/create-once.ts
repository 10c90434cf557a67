// Runs every create of the catalogue: it writes first, and only if nothing was written it finds out why. A repeat with the
// same idempotency key returns what the first request created.

import type { Provenance } from "../db/create.ts";
import { type Repeatable, readPrior } from "../db/idempotency.ts";
import { type Refusal, UNAVAILABLE } from "../domain/errors.ts";
import type { OrganizationId } from "../domain/ids.ts";
import type { Organiser } from "../domain/people/policy.ts";
import { accept, refuse, type Result } from "../domain/result.ts";
import { sha256Hex } from "../shared/sha256.ts";
import { auditOf } from "./audit-of.ts";
import type { Context } from "./context.ts";

/** `replayed`: the resource existed already, and is returned in its present state. */
export type Created<Row> = { readonly row: Row; readonly replayed: boolean };

/** `found`: the parent of the resource exists. `conflict` is also null when another attempt may succeed. */
export type Obstacles = { readonly found: boolean; readonly suspended: boolean; readonly conflict: Refusal | null };

/** What differs between the creates. `compose` is called for each attempt, counted from 0. */
type Create<Row> = {
  readonly kind: string;
  /** What the audit row names in place of the id, when not everybody who reads the audit log may know the id. */
  readonly auditedAs?: string;
  readonly route: string;
  readonly input: object;
  readonly compose: (attempt: number) => Row;
  readonly insert: (row: Row, provenance: Provenance) => Promise<boolean>;
  readonly obstacles: (row: Row) => Promise<Obstacles>;
  readonly read: (id: string) => Promise<Row | null>;
  /** The field of the body that names the parent; left out when the path names it. It is refused when `found` is false. */
  readonly reference?: string;
};

/** Facts may change between the write and the check after it; more often than this does not happen by chance. */
const ATTEMPTS = 4;

/**
 * Creates, or returns what an earlier request created. Refusals come in the order of docs/api.md: 404, 403, then 422 and
 * 409.
 */
export async function createOnce<Row extends { readonly id: string; readonly organization_id: OrganizationId }>(
  context: Context<Organiser>,
  key: string | null,
  create: Create<Row>,
): Promise<Result<Created<Row>, Refusal>> {
  const repeatable = key === null ? null : repeatableOf(context, key, create);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const row = create.compose(attempt);
    const audit = auditOf(context, {
      organizationId: row.organization_id,
      action: `${create.kind}.create`,
      resourceKind: create.kind,
      resourceId: create.auditedAs ?? row.id,
      changes: create.input,
    });
    if (await create.insert(row, { audit, repeatable })) return accept({ row, replayed: false });
    const [facts, prior] = await Promise.all([create.obstacles(row), repeatable && readPrior(context.db, repeatable)]);
    if (!facts.found && create.reference === undefined) return refuse({ code: "not_found" });
    if (repeatable && prior?.bodyHash === repeatable.bodyHash) return replay(create, prior.resourceId);
    if (facts.suspended) return refuse({ code: "organization_suspended" });
    if (prior) return refuse({ code: "idempotency_key_reused" });
    if (!facts.found && create.reference !== undefined)
      return refuse({ code: "unknown_reference", path: create.reference });
    if (facts.conflict) return refuse(facts.conflict);
  }
  return refuse(UNAVAILABLE);
}

/**
 * What a request under the same key created before, as it is now; `not_found` when there is none. For a create whose source
 * may be gone by the time of its repeat.
 */
export async function findCreated<Row>(
  context: Context<Organiser>,
  key: string | null,
  create: Pick<Create<Row>, "route" | "input" | "read">,
): Promise<Result<Created<Row>, Refusal>> {
  if (key === null) return refuse({ code: "not_found" });
  const repeatable = repeatableOf(context, key, create);
  const prior = await readPrior(context.db, repeatable);
  return prior?.bodyHash === repeatable.bodyHash ? replay(create, prior.resourceId) : refuse({ code: "not_found" });
}

async function replay<Row>({ read }: Pick<Create<Row>, "read">, id: string): Promise<Result<Created<Row>, Refusal>> {
  const row = await read(id);
  return row ? accept({ row, replayed: true }) : refuse({ code: "not_found" });
}

function repeatableOf(
  { actor, now }: Context<Organiser>,
  key: string,
  create: Pick<Create<unknown>, "route" | "input">,
): Repeatable {
  const bodyHash = sha256Hex(canonicalJson(create.input));
  // A person may act in several organisations, each with its own keys (rule T2). An API key belongs to one.
  const actorId = actor.kind === "user" ? `${actor.organizationId} ${actor.id}` : actor.id;
  return { actorId, route: create.route, key, bodyHash, at: now };
}

/** JSON with the fields of every object sorted, so that their order in a body makes no difference. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
