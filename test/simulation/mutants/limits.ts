// Plants bugs (mutants.ts) in sizes, deletions, retention and feeds.

import type { Mutant } from "./parts.ts";

export const LIMIT_MUTANTS: Readonly<Record<string, Mutant>> = {
  "rows of a batch that are bound as one text": {
    edits: [
      {
        file: "inventory/storage/sql-store.ts",
        from: "for (const rows of jsonArraysOf(items, rowOf)) all(query, rows);",
        to: "if (items.length > 0) all(query, JSON.stringify(items.map(rowOf)));",
      },
    ],
  },
  "a wipe that a delivery of terms outlives": {
    edits: [
      { file: "inventory/storage/wipe.ts", from: "deps.ledger.forget();", to: "" },
      {
        file: "inventory/ticket-type-inventory.ts",
        from: `      const fromD1 = await this.#terms.read(id);
      if (!fromD1.ok) return fromD1;`,
        to: "",
      },
    ],
  },
  "a deletion that does not close the type first": {
    edits: [
      {
        file: "app/ticket-types/delete-ticket-type.ts",
        from: "if (!(await deliverTerms(context, [id]))) return refuse(UNAVAILABLE);\n  const untouched",
        to: "const untouched",
      },
    ],
  },
  "a wipe that is forgotten when it is not answered": {
    edits: [
      {
        file: "app/deliveries/deliver-wipes.ts",
        from: '(await inventories(target).wipe()).ok ? { target, version } : "away"',
        to: "(await inventories(target).wipe(), { target, version })",
      },
    ],
  },
  "a parked delivery that is never tried again": {
    edits: [
      { file: "db/outbox/outbox.ts", from: "parked_until NOT BETWEEN ${now + 1} AND", to: "0 >= parked_until * " },
    ],
  },
  "holds that are forgotten within the day": {
    edits: [{ file: "domain/ledger/retention.ts", from: "holdKeptMs: 24 * HOUR_MS,", to: "holdKeptMs: HOUR_MS," }],
  },
  "holds whose notes outlive them": {
    edits: [{ file: "domain/ledger/decisions/parts.ts", from: "GONE = { notes: null }", to: "GONE = {}" }],
  },
  "orders that are cut when their event is archived": {
    edits: [
      {
        file: "domain/ledger/retention.ts",
        from: "eventArchivedAt === null ? null : eventArchivedAt + ledgerKeptMs;",
        to: "eventArchivedAt === null ? null : eventArchivedAt + ledgerKeptMs / 90;",
      },
    ],
  },
  "a checkpoint of the row after": {
    edits: [
      {
        file: "inventory/storage/retention-store.ts",
        from: "const row = all(SQL.row, seq)[0];",
        to: "const row = all(SQL.row, seq + 1)[0];",
      },
    ],
  },
  "a checkout's key whose holds were placed anew": {
    edits: [
      {
        file: "domain/ledger/decisions/keep-order.ts",
        from: "return now !== undefined && now !== placedSeq;",
        to: "return now === undefined && now !== placedSeq && false;",
      },
    ],
  },
  "a feed that shows the public what is hidden": {
    edits: [
      {
        file: "feed/frames.ts",
        from: "if (isShown(audience, state.types.get(id))) pending.types.add(id);",
        to: "pending.types.add(id);",
      },
      {
        file: "feed/frames.ts",
        from: 'const gone = audience === "public" ? changes.hid : changes.gateLeft;',
        to: "const gone = changes.gateLeft;",
      },
    ],
  },
  "a revoked key that goes on following": {
    edits: [
      {
        file: "sockets/credential-watch.ts",
        from: "if (!state) closeSocket(",
        to: "if (!state && !follower) closeSocket(",
      },
    ],
  },
  "a first feed that tells its shards what it has not stored": {
    edits: [{ file: "feed/shard-push.ts", from: "if (!keep(isNewShard || usedUp)) throw", to: "if (false) throw" }],
  },
  "a verdict on a credential that is remembered for a minute": {
    edits: [
      {
        file: "sockets/credential-watch.ts",
        from: "let checkedAt = 0;",
        to: `let checkedAt = 0;
  const remembered = new Map<string, { readonly state: CredentialState; readonly until: number }>();`,
      },
      {
        file: "sockets/credential-watch.ts",
        from: "const state = states.get(credentialOf(follower));",
        to: `const known = remembered.get(credentialOf(follower));
        const state = known && startedAt < known.until ? known.state : states.get(credentialOf(follower));
        if (state && !(known && startedAt < known.until))
          remembered.set(credentialOf(follower), { state, until: startedAt + 60_000 });`,
      },
    ],
  },
  "a feed that answers a notice before it is stored": {
    edits: [
      {
        file: "feed/event-feed.ts",
        from: `acknowledge(await stored);
  }

  async watchForRevocation`,
        to: `void stored;
  }

  async watchForRevocation`,
      },
    ],
  },
  "a desk that stores nothing": {
    edits: [{ file: "desk/desk.ts", from: "autoPersist: true", to: "autoPersist: false" }],
  },
  "an older heartbeat that is taken": {
    edits: [
      {
        file: "desk/desk-state.ts",
        from: "current && current.lastHeartbeatAt > beat.lastHeartbeatAt ? current : beat;",
        to: "current && current.lastHeartbeatAt < 0 ? current : beat;",
      },
    ],
  },
  "an older notice that a feed takes": {
    edits: [
      {
        file: "feed/feed-state.ts",
        from: "notice.version > (state.notice?.version ?? 0)",
        to: "notice.version !== state.notice?.version",
      },
    ],
  },
};
