// What a camera sees, as a film for the browser's fake one: codes drawn from their own matrix, one after the other, as
// well or badly as a phone sees them.

import { writeFileSync } from "node:fs";
import { encode } from "uqr";

const [WIDTH, HEIGHT] = [640, 480];
const [WHITE, GREY, BLACK] = [235, 150, 16];

/** `text` null: nobody holds anything before the camera. */
export type Scene = {
  readonly text: string | null;
  readonly seconds: number;
  /** Pixels a module of the code; 8 fills the picture. */
  readonly scale?: number;
  /** Of the paper, from 16, which is as black as the code, to 235. */
  readonly light?: number;
  /** By how many degrees the code is turned. */
  readonly turned?: number;
  /** Pixels that run into one another, by this many on each side. */
  readonly blurred?: number;
};

export type FilmOptions = {
  readonly framesASecond?: number;
  /** Draws a mark at the left edge of each scene that has a code, by which SCENE_IN_FRAME knows it. */
  readonly isMarked?: boolean;
};

/** Writes the film, as YUV4MPEG. */
export function writeFilm(
  path: string,
  scenes: readonly Scene[],
  { framesASecond = 5, isMarked = false }: FilmOptions = {},
): void {
  const frames = scenes.flatMap((scene, index) => {
    const picture = draw(scene);
    if (isMarked && scene.text !== null) mark(picture, index);
    const frame = Buffer.concat([Buffer.from("FRAME\n"), picture, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
    return Array.from({ length: Math.round(scene.seconds * framesASecond) }, () => frame);
  });
  const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${framesASecond}:1 Ip A1:1 C420jpeg\n`;
  writeFileSync(path, Buffer.concat([Buffer.from(head), ...frames]));
}

/** The scene as a picture of the camera: RGBA. */
export function pictureOf(scene: Scene): {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
} {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(255);
  for (const [at, value] of draw(scene).entries()) data.fill(value, 4 * at, 4 * at + 3);
  return { data, width: WIDTH, height: HEIGHT };
}

function draw({ text, scale = 8, light = WHITE, turned = 0, blurred = 0 }: Scene): Buffer {
  const ground = Math.min(GREY, light);
  if (text === null) return Buffer.alloc(WIDTH * HEIGHT, ground);
  const { data, size } = encode(text, { ecc: "M", border: 4, minVersion: 6 });
  const [cos, sin] = [Math.cos((turned * Math.PI) / 180), Math.sin((turned * Math.PI) / 180)];
  const picture = Buffer.alloc(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const [right, down] = [x + 0.5 - WIDTH / 2, y + 0.5 - HEIGHT / 2];
      const column = Math.floor((right * cos + down * sin) / scale + size / 2);
      const row = Math.floor((down * cos - right * sin) / scale + size / 2);
      const isDark = data[row]?.[column];
      picture[y * WIDTH + x] = isDark === undefined ? ground : isDark ? BLACK : light;
    }
  return blurred === 0 ? picture : blur(blur(picture, 1, blurred), WIDTH, blurred);
}

/** Each pixel as the mean of those `radius` before and after it, `step` apart. */
function blur(picture: Buffer, step: number, radius: number): Buffer {
  const blurred = Buffer.alloc(picture.length);
  for (let at = 0; at < picture.length; at++) {
    let [sum, count] = [0, 0];
    for (let beside = -radius; beside <= radius; beside++) {
      const value = picture[at + beside * step];
      if (value === undefined) continue;
      sum += value;
      count += 1;
    }
    blurred[at] = Math.round(sum / count);
  }
  return blurred;
}

const [BIT, BITS] = [16, 6];

/** Squares in the middle of the left edge, where no code reaches: one that is always white, and the scene's number. */
function mark(picture: Buffer, index: number): void {
  for (let bit = 0; bit < BITS; bit++) {
    const value = bit === 0 || (index >> (bit - 1)) & 1 ? WHITE : BLACK;
    for (let y = (HEIGHT - BIT) / 2; y < (HEIGHT + BIT) / 2; y++)
      picture.fill(value, y * WIDTH + bit * BIT, y * WIDTH + (bit + 1) * BIT);
  }
}

/**
 * A function for the page: the number of the scene that `video` shows, and null for one without a code. It reads the
 * line in the middle, so that it does not matter whether the browser has cut the picture above and below.
 */
export const SCENE_IN_FRAME = `(() => {
  const [bit, bits, wide] = [${BIT}, ${BITS}, ${BIT * BITS}];
  const seen = new OffscreenCanvas(wide, 1).getContext("2d", { willReadFrequently: true });
  return (video) => {
    const { videoWidth, videoHeight } = video;
    seen.drawImage(video, 0, videoHeight / 2, (videoWidth * wide) / ${WIDTH}, 1, 0, 0, wide, 1);
    const { data } = seen.getImageData(0, 0, wide, 1);
    const isWhite = (at) => data[4 * (at * bit + bit / 2)] > 200;
    if (!isWhite(0)) return null;
    let scene = 0;
    for (let at = 1; at < bits; at++) if (isWhite(at)) scene += 1 << (at - 1);
    return scene;
  };
})()`;
