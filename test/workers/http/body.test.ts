// Bodies on their way to a schema: how large they may be, and that each is read by itself.

import { beforeAll, describe, expect, it } from "vitest";
import { MAX_BODY_BYTES } from "../../../src/domain/limits.ts";
import { seedType } from "../support/fixture.ts";
import { ask, refusalOf, shopper } from "../support/http.ts";

let path = "";
let request: { readonly token: string; readonly key: string; readonly headers: Record<string, string> };

beforeAll(async () => {
  path = `/v1/ticket-types/${(await seedType(10)).typeId}/holds`;
  request = { token: (await shopper()).token, key: "k", headers: { "Content-Type": "application/json" } };
});

const inPieces = (text: string): BodyInit => new Response(text).body ?? text;

describe("a body", () => {
  it.each([
    ["whole", (text: string): BodyInit => text],
    ["in pieces", inPieces],
  ])("[X4] may have 64 KB and not a byte more, sent %s", async (_, send) => {
    const [before, after] = ['{"quantity": 1, "notes": "', '"}'];
    const longest = before + "x".repeat(MAX_BODY_BYTES - before.length - after.length) + after;
    expect(longest).toHaveLength(MAX_BODY_BYTES);
    expect(await refusalOf(ask("POST", path, { ...request, raw: send(longest) }))).toBe("400 invalid_request");
    expect(await refusalOf(ask("POST", path, { ...request, raw: send(` ${longest}`) }))).toBe("413 body_too_large");
  });

  it("that ends in the middle of a character leaves nothing of it to the next", async () => {
    const half = Uint8Array.of(0x7b, 0xe2, 0x82);
    expect(await refusalOf(ask("POST", path, { ...request, raw: half }))).toBe("400 invalid_request");
    expect((await ask("POST", path, { ...request, raw: '{"quantity": 1}' })).status).toBe(201);
  });
});
