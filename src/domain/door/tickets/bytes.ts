// Reads and writes bytes in a fixed order, big-endian: a writer that grows, a reader that notices when bytes are missing,
// and a checksum.

import { assert } from "../../result.ts";

/** Numbers are whole, not negative, and have as many bits as the name says. */
export type ByteWriter = {
  u8(value: number): void;
  u16(value: number): void;
  u32(value: number): void;
  u48(value: number): void;
  bytes(value: Uint8Array): void;
  /** Writes less than 65,535 bytes of UTF-8; null differs from an empty text. */
  text(value: string | null): void;
  /** What was written so far. */
  written(): Uint8Array<ArrayBuffer>;
};

/** When bytes are missing, or a text is not UTF-8, a read returns 0, empty or null, and `isSound` is false from then on. */
export type ByteReader = {
  u8(): number;
  u16(): number;
  u32(): number;
  u48(): number;
  bytes(length: number): Uint8Array;
  text(): string | null;
  /** How many bytes are left. */
  left(): number;
  isSound(): boolean;
};

const WORD = 2 ** 32;
/** This length means null. */
const NO_TEXT = 0xffff;
const FIRST_SIZE = 256;

export function openWriter(): ByteWriter {
  let view = new DataView(new ArrayBuffer(FIRST_SIZE));
  let end = 0;

  const all = (): Uint8Array<ArrayBuffer> => new Uint8Array(view.buffer);
  /** Reserves the next `length` bytes and returns where they begin. */
  function take(length: number): number {
    const at = end;
    end += length;
    if (end <= view.byteLength) return at;
    const larger = new Uint8Array(Math.max(end, 2 * view.byteLength));
    larger.set(all());
    view = new DataView(larger.buffer);
    return at;
  }
  function u16(value: number): void {
    const at = take(2);
    view.setUint16(at, value);
  }
  function u32(value: number): void {
    const at = take(4);
    view.setUint32(at, value);
  }
  function bytes(value: Uint8Array): void {
    const at = take(value.length);
    all().set(value, at);
  }

  return {
    u8(value) {
      const at = take(1);
      view.setUint8(at, value);
    },
    u16,
    u32,
    u48(value) {
      u16(Math.floor(value / WORD));
      u32(value % WORD);
    },
    bytes,
    text(value) {
      const encoded = new TextEncoder().encode(value ?? "");
      assert(encoded.length < NO_TEXT, "a text is shorter than what its length can say");
      u16(value === null ? NO_TEXT : encoded.length);
      bytes(encoded);
    },
    written: () => all().subarray(0, end),
  };
}

export function openReader(source: Uint8Array): ByteReader {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let [next, sound] = [0, true];

  /** Where the next `length` bytes begin; null when they are missing. */
  function take(length: number): number | null {
    const at = next;
    sound &&= at + length <= source.length;
    if (!sound) return null;
    next += length;
    return at;
  }
  function u16(): number {
    const at = take(2);
    return at === null ? 0 : view.getUint16(at);
  }
  function u32(): number {
    const at = take(4);
    return at === null ? 0 : view.getUint32(at);
  }
  function bytes(length: number): Uint8Array {
    const at = take(length);
    return at === null ? new Uint8Array() : source.subarray(at, at + length);
  }

  return {
    u8() {
      const at = take(1);
      return at === null ? 0 : view.getUint8(at);
    },
    u16,
    u32,
    u48: () => u16() * WORD + u32(),
    bytes,
    text() {
      const length = u16();
      if (length === NO_TEXT) return null;
      const text = textFrom(bytes(length));
      sound &&= text !== null;
      return text;
    },
    left: () => source.length - next,
    isSound: () => sound,
  };
}

/** Null when the bytes are not UTF-8. */
export function textFrom(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** The CRC-32 of ISO 3309, as `gzip` and PNG have it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
