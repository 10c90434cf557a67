// What is read of an image's own bytes, and what is kept of them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orientationOf } from "../../../src/domain/image/exif.ts";
import { imageIdFrom, parseImageId } from "../../../src/domain/image/image-id.ts";
import { imageTypeOf } from "../../../src/domain/image/image-type.ts";
import { readImage } from "../../../src/domain/image/read-image.ts";
import { MAX_IMAGE_SIDE } from "../../../src/domain/limits.ts";
import {
  exifOf,
  extendedChunk,
  jpegOf,
  jpegSegment,
  losslessChunk,
  lossyChunk,
  pngChunk,
  pngOf,
  SECRET,
  type Sides,
  webpChunk,
  webpOf,
} from "../../support/images.ts";

const text = (letters: string) => [...letters].map((letter) => letter.charCodeAt(0));
const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const sidesOf = (bytes: Uint8Array) => {
  const read = readImage(bytes);
  return read.ok ? [read.value.width, read.value.height] : read.refusal;
};
const keptOf = (bytes: Uint8Array) => {
  const read = readImage(bytes);
  if (!read.ok) throw new Error(read.refusal);
  return read.value.kept;
};

type Build = (sides: Sides) => Uint8Array;
const FORMATS: readonly [string, string, Build][] = [
  ["PNG", "image/png", (sides) => pngOf(sides)],
  ["JPEG", "image/jpeg", (sides) => jpegOf(sides)],
  ["WebP, lossy", "image/webp", (sides) => webpOf(lossyChunk(sides))],
  ["WebP, lossless", "image/webp", (sides) => webpOf(losslessChunk(sides))],
  ["WebP, extended", "image/webp", (sides) => webpOf([...extendedChunk(0, sides), ...lossyChunk(sides)])],
];

describe.each(FORMATS)("[E11] an image as %s", (_, type, build) => {
  it("has the size and the format that its bytes say", () => {
    const bytes = build({ width: 1_200, height: 630 });
    expect(sidesOf(bytes)).toEqual([1_200, 630]);
    expect(imageTypeOf(keptOf(bytes))).toBe(type);
  });

  it("may be so wide and so high, and no more", () => {
    expect(sidesOf(build({ width: MAX_IMAGE_SIDE, height: MAX_IMAGE_SIDE }))).toEqual([MAX_IMAGE_SIDE, MAX_IMAGE_SIDE]);
    expect(sidesOf(build({ width: MAX_IMAGE_SIDE + 1, height: 1 }))).toContain("pixels wide or high");
    expect(sidesOf(build({ width: 1, height: MAX_IMAGE_SIDE + 1 }))).toContain("pixels wide or high");
  });

  it("is refused wherever it is cut off", () => {
    const bytes = build({});
    for (let length = 0; length < bytes.byteLength; length++)
      expect(readImage(bytes.subarray(0, length)).ok, `${length} bytes`).toBe(false);
  });

  it("is kept as it is by a second reading, so that what is served may be sent again", () => {
    const kept = keptOf(build({}));
    expect(keptOf(kept)).toEqual(kept);
  });

  it("that is damaged is read or refused, and throws nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 }), (damage) => {
        const bytes = build({});
        for (const [at, byte] of damage) if (at < bytes.byteLength) bytes[at] = byte;
        const read = readImage(bytes);
        if (read.ok) expect(readImage(read.value.kept)).toEqual(read);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("[E11] what is beside a picture is not kept", () => {
  it("of a PNG: texts, times, EXIF, frames of one that moves, and what follows its end", () => {
    const extra = ["tEXt", "zTXt", "iTXt", "tIME", "eXIf", "acTL", "fcTL", "fdAT", "prVt"].flatMap((name) =>
      pngChunk(name, text(SECRET)),
    );
    const colours = ["gAMA", "iCCP", "PLTE", "tRNS"].flatMap((name) => pngChunk(name, [1, 2, 3]));
    const kept = keptOf(Uint8Array.from([...pngOf({}, [...extra, ...colours]), ...text(SECRET)]));
    expect(kept).toEqual(pngOf({}, colours));
  });

  it("of a JPEG: comments, EXIF, XMP, IPTC, previews, and what follows its end", () => {
    const extra = [
      ...jpegSegment(0xfe, text(SECRET)),
      ...jpegSegment(0xe1, text(`http://ns.adobe.com/xap/1.0/\0${SECRET}`)),
      ...jpegSegment(0xed, text(`Photoshop 3.0\0${SECRET}`)),
      ...jpegSegment(0xe0, text(`JFXX\0${SECRET}`)),
      ...jpegSegment(0xe2, text(`MPF\0${SECRET}`)),
      ...jpegSegment(0xe5, text(SECRET)),
      ...jpegSegment(0xee, text(`Adobe${SECRET}`)),
    ];
    const colours = [...jpegSegment(0xe2, text("ICC_PROFILE\0abc")), ...jpegSegment(0xee, text("Adobe1234567"))];
    expect(keptOf(jpegOf({}, [...extra, ...colours], text(SECRET)))).toEqual(jpegOf({}, colours));
  });

  it("of a JPEG: the preview in its first segment, whose density stays", () => {
    const header = [...text("JFIF\0"), 1, 2, 1, 0, 72, 0, 72];
    const preview = [6, 1, ...text(SECRET)];
    const shown = jpegSegment(0xe0, [...header, 0, 0]);
    const bytes = jpegOf({}, jpegSegment(0xe0, [...header, ...preview]));
    expect(latin1(bytes)).toContain(SECRET);
    expect(keptOf(bytes)).toEqual(jpegOf({}, shown));
    expect(keptOf(jpegOf({}, jpegSegment(0xe0, header)))).toEqual(jpegOf({}, shown));
    expect(keptOf(jpegOf({}, jpegSegment(0xe0, header.slice(0, -1))))).toEqual(jpegOf());
  });

  it("of a WebP: EXIF, XMP and what is unknown, and the flags that say so", () => {
    const extra = ["EXIF", "XMP ", "abcd"].flatMap((name) => webpChunk(name, text(SECRET)));
    const colours = webpChunk("ICCP", [1, 2, 3]);
    const bytes = webpOf([...extendedChunk(0x2c), ...colours, ...lossyChunk(), ...extra]);
    expect(keptOf(bytes)).toEqual(webpOf([...extendedChunk(0x20), ...colours, ...lossyChunk()]));
    expect(latin1(bytes)).toContain(SECRET);
  });
});

describe("[E11] a JPEG that is turned", () => {
  it.each([
    ...[1, 2, 3, 4].map((each) => ({ orientation: each, sides: [640, 360] })),
    ...[5, 6, 7, 8].map((each) => ({ orientation: each, sides: [360, 640] })),
  ])(
    "by $orientation stays so, has the size that is seen, and keeps nothing else of its EXIF",
    ({ orientation, sides }) => {
      for (const order of ["MM", "II"] as const) {
        const bytes = jpegOf({}, jpegSegment(0xe1, exifOf(orientation, order)));
        expect(latin1(bytes)).toContain(SECRET);
        expect(sidesOf(bytes)).toEqual(sides);
        const kept = keptOf(bytes);
        expect(latin1(kept)).not.toContain(SECRET);
        expect(sidesOf(kept)).toEqual(sides);
        expect(kept.byteLength).toBe(jpegOf().byteLength + (orientation === 1 ? 0 : 36));
      }
    },
  );

  it.each([0, 9, 65_535])("by %i, which nobody knows, is shown as it is", (orientation) => {
    expect(orientationOf(Uint8Array.from(exifOf(orientation)))).toBeNull();
    expect(sidesOf(jpegOf({}, jpegSegment(0xe1, exifOf(orientation))))).toEqual([640, 360]);
  });
});

describe("[E11] what is refused", () => {
  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["SVG", new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["HTML", new TextEncoder().encode("<!doctype html><script>x</script>")],
    ["GIF", new TextEncoder().encode("GIF89a\x01\x00\x01\x00")],
    ["AVIF", Uint8Array.from([0, 0, 0, 28, ...text("ftypavif"), 0, 0, 0, 0])],
    ["a RIFF that is no WebP", Uint8Array.from([...text("RIFF"), 4, 0, 0, 0, ...text("WAVE")])],
  ])("%s", (_, bytes) => {
    expect(sidesOf(bytes)).toBe("Not a JPEG, PNG or WebP image");
  });

  it.each<[string, Uint8Array]>([
    ["by its flag", webpOf([...extendedChunk(2), ...lossyChunk()])],
    ["by its frames", webpOf([...extendedChunk(0), ...webpChunk("ANIM", [0, 0, 0, 0, 0, 0]), ...lossyChunk()])],
  ])("a WebP that moves, %s", (_, bytes) => {
    expect(sidesOf(bytes)).toContain("animated");
  });

  it("a picture without a size, without a frame, or whose header is not where it belongs", () => {
    expect(sidesOf(pngOf({ width: 0 }))).toContain("no size");
    expect(sidesOf(jpegOf({ height: 0 }))).toContain("no size");
    expect(sidesOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toContain("incomplete");
    expect(
      sidesOf(Uint8Array.from([...pngOf().subarray(0, 8), ...pngChunk("IDAT", []), ...pngChunk("IEND", [])])),
    ).toContain("incomplete");
    expect(sidesOf(webpOf([...extendedChunk(0)]))).toContain("incomplete");
    expect(sidesOf(webpOf([...webpChunk("VP8X", [0, 0, 0, 0]), ...lossyChunk()]))).toContain("incomplete");
  });

  const small = { width: 10, height: 10 };
  const large = { width: 16_383, height: 16_383 };
  it.each<[string, readonly number[]]>([
    ["two pictures", [...losslessChunk(large), ...losslessChunk(small)]],
    ["two pictures of two kinds", [...lossyChunk(large), ...losslessChunk(small)]],
    ["a size after the picture", [...losslessChunk(large), ...extendedChunk(0, small)]],
    ["a size after the picture, and the same", [...losslessChunk(small), ...extendedChunk(0, small)]],
    ["a picture that is larger than it says", [...extendedChunk(0, small), ...losslessChunk(large)]],
    ["a picture that is wider by a pixel", [...extendedChunk(0, small), ...losslessChunk({ width: 11, height: 10 })]],
    ["a picture that is lower by a pixel", [...extendedChunk(0, small), ...lossyChunk({ width: 10, height: 9 })]],
    ["two sizes before the picture", [...extendedChunk(0, large), ...extendedChunk(0, small), ...lossyChunk(small)]],
  ])("a WebP with %s", (_, chunks) => {
    expect(sidesOf(webpOf(chunks))).toBe("The image has more than one size");
  });

  it("a JPEG that nothing draws, or with a second frame, which may be larger", () => {
    const frame = (side: number) => jpegSegment(0xc0, [8, 0, side, 0, side, 1, 1, 0x11, 0]);
    const scan = [...jpegSegment(0xda, [1, 1, 0, 0, 63, 0]), 0x12];
    const whole = (...parts: number[][]) => sidesOf(Uint8Array.from([0xff, 0xd8, ...parts.flat(), 0xff, 0xd9]));
    expect(whole(frame(9), scan)).toEqual([9, 9]);
    expect(whole(frame(9), scan, scan)).toEqual([9, 9]);
    for (const parts of [[frame(9)], [scan], [frame(9), frame(9), scan], [frame(0), frame(9), scan]])
      expect(whole(...parts)).toContain("incomplete");
  });

  it("a PNG that nothing draws, whose header is longer, or with a part that is not as it was written", () => {
    expect(sidesOf(pngOf({}, [], []))).toContain("incomplete");
    const end = [...pngChunk("IDAT", [0]), ...pngChunk("IEND", [])];
    const headed = (rest: readonly number[]) =>
      sidesOf(
        Uint8Array.from([...pngOf().subarray(0, 8), ...pngChunk("IHDR", [0, 0, 0, 9, 0, 0, 0, 9, 8, ...rest]), ...end]),
      );
    expect(headed([2, 0, 0, 0])).toEqual([9, 9]);
    for (const rest of [
      [2, 0, 0],
      [2, 0, 0, 0, 0],
    ])
      expect(headed(rest)).toContain("incomplete");
    // Of the picture, of its header, and of the checksum of its end.
    for (const at of [-14, 20, -1]) {
      const whole = pngOf();
      const damaged = (at + whole.byteLength) % whole.byteLength;
      const bytes = whole.map((byte, index) => (index === damaged ? byte ^ 1 : byte));
      expect(sidesOf(bytes), `byte ${at}`).toContain("incomplete");
    }
    const unkept = pngChunk("tEXt", text(SECRET)).map((byte, at) => (at === 9 ? byte ^ 1 : byte));
    expect(keptOf(pngOf({}, unkept))).toEqual(pngOf());
  });

  it("nothing of a PNG as programs write it", () => {
    const one = atob(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    );
    const bytes = Uint8Array.from(text(one));
    expect(sidesOf(bytes)).toEqual([1, 1]);
    expect(keptOf(bytes)).toEqual(bytes);
  });
});

describe("[E11] the id of an image", () => {
  it("is a prefix and 64 hexadecimal digits", () => {
    const id = imageIdFrom("0af9".repeat(16));
    expect(parseImageId(id)).toBe(id);
    for (const other of ["img_", `${id}0`, id.slice(1), id.toUpperCase(), `${id}\n`, `x${id}`, `img_${"g".repeat(64)}`])
      expect(parseImageId(other), other).toBeNull();
  });
});
