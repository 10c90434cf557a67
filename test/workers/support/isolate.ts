// An isolate of its own: the storefront with no copies yet, its queries of D1 and KV counted, and KV as the platform
// has it, which refuses a second write of a key within a second.

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { openDb } from "../../../src/db/client.ts";
import { storefrontApp } from "../../../src/http/storefront-app.ts";
import { type Asked, requestFor } from "./http.ts";
import { listenToD1 } from "./storage/platform-counts.ts";

export type IsolateCounts = { statements: number; gets: number; puts: number; refused: number };

/** When each key was last written, epoch ms: one for all isolates that share a KV. */
export type KvWrites = Map<string, number>;

export function openIsolate(options: { readonly writes?: KvWrites; readonly vars?: Partial<Env> } = {}) {
  const counts: IsolateCounts = { statements: 0, gets: 0, puts: 0, refused: 0 };
  const DB = listenToD1(env.DB, { onStatements: (count) => void (counts.statements += count) });
  const catalogueCache = platformKv(env.CATALOGUE_CACHE, options.writes ?? new Map(), counts);
  const bindings = { ...env, DB, CATALOGUE_CACHE: catalogueCache, ...options.vars };
  const contexts: ExecutionContext[] = [];
  return {
    counts,
    catalogueCache,
    db: openDb(DB),
    ask: (path: string, asked: Asked = {}, method = "GET") => {
      const context = createExecutionContext();
      contexts.push(context);
      return Promise.resolve(storefrontApp.fetch(requestFor(method, path, asked), bindings, context));
    },
    /** Resolves when the work after the responses has been done. */
    settled: async () => {
      for (const context of contexts) await waitOnExecutionContext(context);
    },
  };
}

function platformKv(kv: KVNamespace, writes: KvWrites, counts: IsolateCounts): KVNamespace {
  const put = (key: string, value: string, options: KVNamespacePutOptions) => {
    counts.puts += 1;
    const last = writes.get(key);
    if (last !== undefined && Date.now() - last < 1_000) {
      counts.refused += 1;
      return Promise.reject(new Error("KV PUT failed: 429 Too Many Requests"));
    }
    writes.set(key, Date.now());
    return kv.put(key, value, options);
  };
  return new Proxy(kv, {
    get(target, name) {
      if (name === "put") return put;
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      if (name !== "get") return member.bind(target);
      return (...args: unknown[]): unknown => {
        counts.gets += 1;
        return Reflect.apply(member, target, args);
      };
    },
  });
}
