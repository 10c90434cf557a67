// What an isolate remembers of API keys and device tokens.

import { describe, expect, it } from "vitest";
import { CREDENTIAL_CACHE_MS, CREDENTIAL_FALLBACK_MS, newCredentialCache } from "../../../src/auth/credential-cache.ts";
import { hashSecret, isSecret, secretFrom } from "../../../src/auth/secrets.ts";

describe("the cache of credentials", () => {
  it("[P2] queries again 5 s after its query, so that a revoked one is refused by then", async () => {
    const cache = newCredentialCache<string>();
    let stored: string | null = "a key";
    const look = (now: number) => cache.read("hash", now, () => Promise.resolve(stored));
    expect(await look(1_000)).toBe("a key");
    stored = null;
    expect(await look(1_000 + CREDENTIAL_CACHE_MS - 1)).toBe("a key");
    expect(await look(1_000 + CREDENTIAL_CACHE_MS)).toBeNull();
    expect(CREDENTIAL_CACHE_MS).toBeLessThanOrEqual(5_000);
  });

  it("counts from the start of its query, however long the reply takes", async () => {
    const cache = newCredentialCache<string>();
    await cache.read("hash", 0, () => Promise.resolve("first"));
    expect(await cache.read("hash", CREDENTIAL_CACHE_MS, () => Promise.resolve("second"))).toBe("second");
  });

  it("does not remember what was not found: a credential works as soon as it is made", async () => {
    const cache = newCredentialCache<string>();
    expect(await cache.read("hash", 0, () => Promise.resolve(null))).toBeNull();
    expect(await cache.read("hash", 1, () => Promise.resolve("made"))).toBe("made");
  });

  describe("while D1 fails", () => {
    const AWAY = new Error("Failed query", { cause: new Error("D1_ERROR: Network connection lost.") });
    const fails = () => Promise.reject(AWAY);

    it("[X3] [P2] goes on by what it found in the last 15 minutes, to the millisecond", async () => {
      const cache = newCredentialCache<string>();
      await cache.read("hash", 1_000, () => Promise.resolve("a key"));
      expect(CREDENTIAL_FALLBACK_MS).toBe(15 * 60_000);
      const until = 1_000 + CREDENTIAL_FALLBACK_MS;
      expect(await cache.read("hash", until - 1, fails)).toBe("a key");
      await expect(cache.read("hash", until, fails)).rejects.toBe(AWAY);
      await expect(cache.read("another", 2_000, fails)).rejects.toBe(AWAY);
    });

    it("[X3] is not lengthened by being used", async () => {
      const cache = newCredentialCache<string>();
      await cache.read("hash", 0, () => Promise.resolve("a key"));
      for (let now = 0; now < CREDENTIAL_FALLBACK_MS; now += 60_000) await cache.read("hash", now, fails);
      await expect(cache.read("hash", CREDENTIAL_FALLBACK_MS, fails)).rejects.toBe(AWAY);
    });

    it("[X3] queries every 5 s, not at every request, and takes D1's refusal at once", async () => {
      const cache = newCredentialCache<string>();
      let queries = 0;
      const failing = () => {
        queries += 1;
        return fails();
      };
      await cache.read("hash", 0, () => Promise.resolve("a key"));
      const first = CREDENTIAL_CACHE_MS;
      for (const now of [first, first + 1, first + CREDENTIAL_CACHE_MS - 1]) await cache.read("hash", now, failing);
      expect(queries).toBe(1);
      expect(await cache.read("hash", first + CREDENTIAL_CACHE_MS, () => Promise.resolve(null))).toBeNull();
      await expect(cache.read("hash", first + CREDENTIAL_CACHE_MS + 1, fails)).rejects.toBe(AWAY);
    });

    it("[X1] hides no bug: what is no fault of D1 is thrown", async () => {
      const cache = newCredentialCache<string>();
      await cache.read("hash", 0, () => Promise.resolve("a key"));
      const bug = new TypeError("a bug");
      await expect(cache.read("hash", CREDENTIAL_CACHE_MS, () => Promise.reject(bug))).rejects.toBe(bug);
    });

    it("[P4] [X3] does not bring back what was cleared during its query", async () => {
      const cache = newCredentialCache<string>();
      await cache.read("hash", 0, () => Promise.resolve("a session"));
      await cache.read("hash", CREDENTIAL_CACHE_MS, () => {
        cache.clear();
        return fails();
      });
      await expect(cache.read("hash", CREDENTIAL_CACHE_MS + 1, fails)).rejects.toBe(AWAY);
    });
  });

  it("stays bounded", async () => {
    const cache = newCredentialCache<number>();
    for (let index = 0; index <= 1_000; index += 1) await cache.read(String(index), 0, () => Promise.resolve(index));
    expect(await cache.read("0", 0, () => Promise.resolve(-1))).toBe(-1);
  });
});

describe("a secret", () => {
  it("[P2] is 32 random bytes behind its prefix, and is stored as the SHA-256 of the whole", () => {
    const secret = secretFrom("vgk_", new Uint8Array(32));
    expect(secret).toBe(`vgk_${"A".repeat(43)}`);
    expect(isSecret(secret)).toBe(true);
    expect(hashSecret(secret)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashSecret("vgk_x")).not.toBe(hashSecret("vgk_y"));
    for (const malformed of ["", "vgk_", `vgs_${"A".repeat(43)}`, `vgk_${"A".repeat(44)}`, `vgk_${"!".repeat(43)}`]) {
      expect(isSecret(malformed)).toBe(false);
    }
  });
});
