// Stores what a feed keeps when it is evicted, one row for each thing that it shows. Nothing is stored before there is
// something to keep.

import type { TicketTypeId } from "../domain/ids.ts";
import type { Occupancy } from "../domain/ledger/command.ts";
import type { CountSource } from "./count-refresh.ts";
import { type FeedState, type Catalogue, newFeedState } from "./feed-state.ts";
import type { DeviceShown, DoorShown, NoticeShown } from "../sockets/protocol.ts";

type Gate = Catalogue["gates"][number];
type Row = { readonly kind: string; readonly id: string; readonly body: string };
type Storage = Pick<DurableObjectStorage, "sql" | "transactionSync">;

const SQL = {
  exists: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'board'",
  create:
    "CREATE TABLE board (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID",
  all: "SELECT kind, id, body FROM board",
  put: "INSERT INTO board (kind, id, body) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body WHERE body <> excluded.body",
  drop: "DELETE FROM board WHERE kind = ? AND id = ?",
} as const;

/**
 * What is stored beside the feed state. `shard`: which shard this feed is. `shards`: the shards that the first feed pushes
 * to. `watchUntil`: epoch ms until which the alarm checks credentials. `unsure`: the types, and the door, that did not
 * reply to the last query.
 */
export type FeedMarks = {
  readonly shard: number;
  readonly shards: readonly number[];
  readonly watchUntil: number;
  readonly unsure: readonly CountSource[];
};
const NO_MARKS: FeedMarks = { shard: 0, shards: [], watchUntil: 0, unsure: [] };

export type FeedStore = {
  load(): { readonly state: FeedState; readonly marks: FeedMarks };
  isEmpty(): boolean;
  /** Writes everything in one transaction. A row that has not changed is not written. */
  write(state: FeedState, marks: FeedMarks): void;
  /** To be called before the storage is deleted. */
  forget(): void;
};

export function openFeedStore(storage: Storage): FeedStore {
  let ready = storage.sql.exec(SQL.exists).toArray().length > 0;
  let written = new Map<string, string>();

  function put(rows: readonly Row[]): void {
    const next = new Map(rows.map(({ kind, id, body }) => [`${kind} ${id}`, body]));
    for (const { kind, id, body } of rows) {
      if (written.get(`${kind} ${id}`) !== body) storage.sql.exec(SQL.put, kind, id, body);
    }
    for (const name of written.keys()) {
      if (!next.has(name)) storage.sql.exec(SQL.drop, ...name.split(" "));
    }
  }

  return {
    load() {
      const rows = ready ? storage.sql.exec<Row>(SQL.all).toArray() : [];
      written = new Map(rows.map(({ kind, id, body }) => [`${kind} ${id}`, body]));
      return fromRows(rows);
    },
    isEmpty: () => !ready,
    write(state, marks) {
      const rows = toRows(state, marks);
      storage.transactionSync(() => {
        if (!ready) storage.sql.exec(SQL.create);
        put(rows);
      });
      ready = true;
      written = new Map(rows.map(({ kind, id, body }) => [`${kind} ${id}`, body]));
    },
    forget() {
      ready = false;
      written = new Map();
    },
  };
}

function toRows({ catalogue, types, devices, notice, door, turn }: FeedState, marks: FeedMarks): Row[] {
  const one = (kind: string, id: string, body: unknown): Row => ({ kind, id, body: JSON.stringify(body) });
  return [
    // Gates are stored in rows of their own, since a venue has any number of them and a row holds at most 2 MB.
    ...(catalogue ? [one("catalogue", "", { ...catalogue, gates: [] })] : []),
    ...(catalogue?.gates ?? []).map((gate) => one("gate", gate.id, gate)),
    ...[...types].map(([id, type]) => one("type", id, type)),
    ...[...devices].map(([id, device]) => one("device", id, device)),
    ...(notice ? [one("notice", "", notice)] : []),
    ...(door ? [one("door", "", door)] : []),
    one("marks", "", { ...marks, turn }),
  ];
}

/**
 * The only place where a stored body is cast to a type. The cast holds because only `toRows` writes bodies, from the same
 * types.
 */
function fromRows(rows: readonly Row[]): { state: FeedState; marks: FeedMarks } {
  const state = newFeedState();
  let marks: FeedMarks = NO_MARKS;
  const gates: Gate[] = [];
  for (const { kind, id, body } of rows) {
    const value: unknown = JSON.parse(body);
    if (kind === "catalogue") state.catalogue = value as Catalogue;
    else if (kind === "gate") gates.push(value as Gate);
    else if (kind === "type") state.types.set(id as TicketTypeId, value as Occupancy);
    else if (kind === "device") state.devices.set(id, value as DeviceShown);
    else if (kind === "notice") state.notice = value as NoticeShown;
    else if (kind === "door") state.door = value as DoorShown;
    else if (kind === "marks") {
      const { turn = 0, ...known } = value as Partial<FeedMarks & Pick<FeedState, "turn">>;
      marks = { ...NO_MARKS, ...known };
      state.turn = turn;
    }
  }
  if (state.catalogue && gates.length > 0) {
    // Sorted as D1 lists them. An earlier version stored the gates within the catalogue, and no rows of them.
    gates.sort((a, b) => (a.gate_code < b.gate_code ? -1 : 1));
    state.catalogue = { ...state.catalogue, gates };
  }
  return { state, marks };
}
