// The code of a ticket: its layout and spelling, by vectors that node's own crypto made and verifies, and what a reader
// makes of whatever is held before it.

import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { eventTagOf, messageFor, type PublicKey, readCode } from "../../../src/domain/door/tickets/code.ts";
import type { EventTerms } from "../../../src/domain/door/event-terms.ts";
import { showSerial } from "../../../src/domain/door/tickets/serial.ts";
import { type EventId, parseId } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { sha256 } from "../../../src/shared/sha256.ts";
import { publicKeyOf, signCode, typedCodeOf } from "../../../src/shared/ticket-keys.ts";
import { idOf } from "../../support/builders.ts";
import { NOW } from "../../support/door/cases.ts";
import { type CodesEvent, faultOf as faultAt, presented } from "../../support/door/presented.ts";

const Vectors = z.object({
  secret: z.string(),
  codes: z.array(
    z.object({
      event_id: z.string().transform((text) => must(parseId("evt", text), "a vector's event")),
      ticket_id: z.string(),
      key_number: z.number(),
      public_key: z.string(),
      type_number: z.number(),
      generation: z.number(),
      serial: z.number(),
      shown_serial: z.string(),
      code: z.string(),
      typed_code: z.string(),
    }),
  ),
});
const { secret, codes } = Vectors.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "../../vectors/ticket-codes.json"), "utf8")),
);
const VECTOR = must(codes[0], "there are vectors");
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The 80 bytes of a code, by another way than the product's. */
function bytesOf(code: string): Buffer {
  const bits = [...code.slice(3)].map((digit) => DIGITS.indexOf(digit).toString(2).padStart(5, "0")).join("");
  return Buffer.from(Array.from({ length: 80 }, (_, byte) => Number.parseInt(bits.slice(8 * byte, 8 * byte + 8), 2)));
}

function codeOf(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return `VG1${Array.from({ length: 128 }, (_, at) => DIGITS[Number.parseInt(bits.slice(5 * at, 5 * at + 5), 2)]).join("")}`;
}

function eventOf({ event_id, key_number, public_key }: typeof VECTOR, status: PublicKey["status"] = "active") {
  return { id: event_id, keys: [{ n: key_number, publicKey: public_key, status }] };
}

const faultOf = (text: string, event: CodesEvent = eventOf(VECTOR), nearby: EventTerms["nearby"] = []) =>
  faultAt(text, event, nearby);

describe.each(codes)("[N4] [N5] the vector of key $key_number", (vector) => {
  const { event_id, key_number, type_number, generation, serial } = vector;
  const fields = { keyNumber: key_number, typeNumber: type_number, generation, serial };

  test("is signed under its secret, and is verified by node's own crypto over its own layout", async () => {
    expect(await signCode(secret, event_id, fields)).toBe(vector.code);
    expect(await publicKeyOf(secret, event_id, key_number)).toBe(vector.public_key);
    expect(typedCodeOf(secret, serial, generation)).toBe(vector.typed_code);
    expect(showSerial(serial)).toBe(vector.shown_serial);
    const bytes = bytesOf(vector.code);
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: vector.public_key }, format: "jwk" });
    const signed = Buffer.concat([Buffer.from("voelgoed ticket v1\n"), bytes.subarray(0, 16)]);
    expect(verify(null, signed, key, bytes.subarray(16))).toBe(true);
    expect([bytes[0], bytes[1], bytes[6], bytes[7], bytes[8]]).toEqual([0x10, key_number, type_number, generation, 0]);
    expect(bytes.subarray(2, 6)).toEqual(createHash("sha256").update(event_id).digest().subarray(0, 4));
    expect(bytes.readBigUInt64BE(8)).toBe(BigInt(serial));
    expect(serial).toBe(Number(createHash("sha256").update(vector.ticket_id).digest().readBigUInt64BE() >> 11n));
  });

  test("is read back as it was made", async () => {
    const read = await presented(vector.code, eventOf(vector));
    expect(read).toEqual({
      ...{ kind: "code", key: "active", signed: true, other: null },
      ...{ typeNumber: type_number, generation, serial },
    });
    expect(readCode(vector.code)).toMatchObject({
      ok: true,
      value: { ...fields, eventTag: eventTagOf(event_id, sha256) },
    });
    expect(await faultOf(vector.code, eventOf(vector, "accepted"))).toBe("admitted");
  });
});

describe("[N4] what a reader delivers", () => {
  const { code } = VECTOR;
  const [, head = "", tail = ""] = /^(.{60})(.*)$/.exec(code) ?? [];

  test("has 131 characters of QR's alphanumeric set", () => {
    expect(code).toMatch(/^VG1[0-9A-HJKMNP-TV-Z]{128}$/);
  });

  test.each([
    ["in lower case", code.toLowerCase()],
    ["in both cases", head.toLowerCase() + tail],
    ["with blanks and a line feed", ` ${head} \t${tail}\r\n`],
    ["with the prefix that names a QR code", `]Q1${code}`],
    ["with that and the number of its character set", `]Q2\\000026${code}`],
    ["with that number alone", `\\000003${code}`],
  ])("is the code %s", async (_, text) => {
    expect(await faultOf(text)).toBe("admitted");
  });

  test.each([
    ["nothing", ""],
    ["a character less", code.slice(0, -1)],
    ["a character more", `${code}0`],
    ["another prefix", `VG2${code.slice(3)}`],
    ["a letter that is none of the alphabet", `${code.slice(0, -1)}U`],
    ["a letter that is taken for a digit", `${code.slice(0, 3)}L${code.slice(4)}`],
    ["a letter of another alphabet that capitals fold into ours", `${code.slice(0, -1)}ſ`],
    ["two prefixes", `]Q1]Q1${code}`],
    ["half a prefix", `]Q${code}`],
    ["a prefix at its end", `${code}]Q1`],
    ["a page's address", "https://tickets.example/t/1"],
    ["much more than any code", code.repeat(1_000)],
    ["a code behind a thousand blanks", " ".repeat(1_000) + code],
  ])("is unreadable with %s", async (_, text) => {
    expect(await faultOf(text)).toBe("unreadable");
  });

  test.each([
    ["another version", 0, 0x20],
    ["a flag", 0, 0x11],
    ["something in the byte that is zero", 8, 1],
    ["a serial of more than 53 bits", 9, 0x20],
  ])("is unreadable with %s, also with a valid signature", (_, at, value) => {
    const bytes = bytesOf(code);
    bytes[at] = value;
    expect(readCode(codeOf(bytes))).toEqual({ ok: false, refusal: "unreadable" });
    bytes[at] = at === 9 ? 0x1f : at === 8 ? 0 : 0x10;
    expect(readCode(codeOf(bytes)).ok).toBe(true);
  });

  test("has one spelling: whatever 80 bytes it has, no other text is the same code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 80, maxLength: 80 }), (random) => {
        const bytes = Buffer.from(random);
        bytes.set([0x10], 0);
        bytes.set([0, 0], 8);
        const read = readCode(codeOf(bytes));
        if (!read.ok) throw new Error("it is readable");
        const { message, signature } = read.value;
        expect(Buffer.concat([message.subarray(-16), signature])).toEqual(bytes);
      }),
    );
  });
});

describe("[N5] who signed a code", () => {
  test("is a key that the event has and accepts", async () => {
    const another = await publicKeyOf("another secret than that one", VECTOR.event_id, 1);
    const keys = (key: Partial<PublicKey>) => ({
      id: VECTOR.event_id,
      keys: [{ ...must(eventOf(VECTOR).keys[0], "one key"), ...key }],
    });
    expect(await faultOf(VECTOR.code, keys({}))).toBe("admitted");
    expect(await faultOf(VECTOR.code, keys({ status: "refused" }))).toBe("unknown_key");
    expect(await faultOf(VECTOR.code, keys({ n: 2 }))).toBe("unknown_key");
    expect(await faultOf(VECTOR.code, { id: VECTOR.event_id, keys: [] })).toBe("unknown_key");
    expect(await faultOf(VECTOR.code, keys({ publicKey: another }))).toBe("forged");
    expect(await faultOf(VECTOR.code, { ...keys({}), id: idOf("evt", "another") })).toBe("unknown_key");
  });

  test("[D6] [D7] is a nearby event whose own key verifies it; a refused key still verifies for an exit", async () => {
    const { keys } = eventOf(VECTOR);
    const nearby = { eventId: VECTOR.event_id, name: "Tomorrow", startsAt: NOW, keys };
    const here = { id: idOf("evt", "another"), keys: [] };
    expect(await faultOf(VECTOR.code, here, [nearby])).toBe("wrong_event");
    const { keys: _, ...other } = nearby;
    expect(await presented(VECTOR.code, here, [nearby])).toMatchObject({ key: "active", signed: true, other });
    const forger = await publicKeyOf("another secret than that one", VECTOR.event_id, 1);
    const forged = { ...nearby, keys: keys.map((key) => ({ ...key, publicKey: forger })) };
    expect(await faultOf(VECTOR.code, here, [forged])).toBe("forged");
    expect(await presented(VECTOR.code, eventOf(VECTOR, "refused"))).toMatchObject({ key: "refused", signed: true });
  });

  test("has a key of its own for each event, number and secret", async () => {
    const [here, there]: [EventId, EventId] = [VECTOR.event_id, idOf("evt", "another")];
    const made = await Promise.all([
      publicKeyOf(secret, here, 1),
      publicKeyOf(secret, here, 2),
      publicKeyOf(secret, there, 1),
      publicKeyOf("another secret than that one", here, 1),
    ]);
    expect(new Set(made).size).toBe(4);
    expect(await publicKeyOf(secret, here, 1)).toBe(made[0]);
  });

  test("is nobody with one bit changed in any of the 80 bytes, and no change throws", async () => {
    const faults = new Map<string, number>();
    for (let bit = 0; bit < 640; bit++) {
      const bytes = bytesOf(VECTOR.code);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const fault = await faultOf(codeOf(bytes));
      faults.set(fault, (faults.get(fault) ?? 0) + 1);
    }
    // Version, flags, the zero byte and the serial's spare bits; the key's number; the tag; all that is signed.
    expect(Object.fromEntries(faults)).toEqual({ unreadable: 8 + 8 + 3, unknown_key: 8 + 32, forged: 581 });
  });
});

describe("[N4] fields that no code can have", () => {
  const good = { keyNumber: 1, eventTag: 1, typeNumber: 1, generation: 1, serial: 1 };

  test.each([
    { keyNumber: 0 },
    { keyNumber: 256 },
    { typeNumber: 0 },
    { generation: 256 },
    { generation: 1.5 },
    { serial: -1 },
    { serial: 2 ** 53 },
  ])("are a bug: %j", (wrong) => {
    expect(() => messageFor({ ...good, ...wrong })).toThrow("assertion failed");
  });

  test("end where they end", () => {
    for (const edge of [{ keyNumber: 255, typeNumber: 255, generation: 255 }, { serial: 2 ** 53 - 1 }, { serial: 0 }])
      expect(messageFor({ ...good, ...edge })).toHaveLength(19 + 16);
  });
});
