// What a camera sees, as a film for the browser's fake one: codes drawn from their own matrix, one after the other.

import { writeFileSync } from "node:fs";
import { encode } from "uqr";

const [WIDTH, HEIGHT, FRAMES_A_SECOND] = [640, 480, 5];
const [WHITE, GREY, BLACK] = [235, 150, 16];

/** `text` null: nobody holds anything before the camera. `dark`: light and paper, from 0 to 255. */
export type Scene = {
  readonly text: string | null;
  readonly seconds: number;
  /** Pixels a module of the code; 8 fills the picture. */
  readonly scale?: number;
  readonly light?: number;
};

/** Writes the film, as YUV4MPEG. */
export function writeFilm(path: string, scenes: readonly Scene[]): void {
  const frames = scenes.flatMap((scene) => {
    const frame = Buffer.concat([Buffer.from("FRAME\n"), draw(scene), Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
    return Array.from({ length: scene.seconds * FRAMES_A_SECOND }, () => frame);
  });
  const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_A_SECOND}:1 Ip A1:1 C420jpeg\n`;
  writeFileSync(path, Buffer.concat([Buffer.from(head), ...frames]));
}

function draw({ text, scale = 8, light = WHITE }: Scene): Buffer {
  const picture = Buffer.alloc(WIDTH * HEIGHT, Math.min(GREY, light));
  if (text === null) return picture;
  const { data, size } = encode(text, { ecc: "M", border: 4, minVersion: 6 });
  const [left, top] = [Math.floor((WIDTH - size * scale) / 2), Math.floor((HEIGHT - size * scale) / 2)];
  for (let y = 0; y < size * scale; y++)
    for (let x = 0; x < size * scale; x++) {
      const isDark = data[Math.floor(y / scale)]?.[Math.floor(x / scale)] ?? false;
      picture[(top + y) * WIDTH + left + x] = isDark ? BLACK : light;
    }
  return picture;
}
