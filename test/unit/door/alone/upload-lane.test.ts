// The line of batches before a door's own (rule D24): what becomes of a batch of which a slice fails.

import { describe, expect, it } from "vitest";
import type { UploadCommand, UploadReply } from "../../../../src/domain/door/command.ts";
import { UNAVAILABLE } from "../../../../src/domain/errors.ts";
import { UPLOADS_A_SLICE } from "../../../../src/domain/limits.ts";
import { accept, refuse } from "../../../../src/domain/result.ts";
import { openUploadLane } from "../../../../src/door/queue/upload-lane.ts";

const TAKEN = { outcome: "taken", conflicts: [] } as const;
/** Nothing here reads them. */
const batch = (rows: number) => Array.from({ length: rows }, (_, serial) => ({ serial }) as UploadCommand);

/** A lane whose door replies to row `n`, from 0, as `answer` says. */
function lane(answer: (n: number) => UploadReply) {
  let requests = 0;
  const upload = openUploadLane(() => Promise.resolve(answer(requests++)));
  return { upload, asked: () => requests };
}
const taken = (): UploadReply => accept(TAKEN as never);

describe("[D24] a batch", () => {
  it("gets its replies row by row once each of its slices is written", async () => {
    const { upload } = lane(taken);
    expect(await upload(batch(UPLOADS_A_SLICE + 1))).toEqual(
      accept(Array.from({ length: UPLOADS_A_SLICE + 1 }, () => TAKEN)),
    );
  });

  it.each([0, UPLOADS_A_SLICE - 1, UPLOADS_A_SLICE])(
    "of which row %i fails is refused as a whole, and nothing behind its slice is requested",
    async (failed) => {
      const { upload, asked } = lane((n) => (n === failed ? refuse(UNAVAILABLE) : taken()));
      expect(await upload(batch(3 * UPLOADS_A_SLICE))).toEqual(refuse(UNAVAILABLE));
      expect(asked()).toBe(failed < UPLOADS_A_SLICE ? UPLOADS_A_SLICE : 2 * UPLOADS_A_SLICE);
    },
  );

  it("goes on after a row that is refused for itself", async () => {
    const { upload } = lane((n) => (n === 1 ? refuse({ code: "forbidden" }) : taken()));
    expect(await upload(batch(3))).toEqual(accept([TAKEN, { outcome: "forbidden", conflicts: [] }, TAKEN]));
  });

  it("leaves the next one its turn when it failed", async () => {
    const { upload } = lane((n) => (n === 0 ? refuse(UNAVAILABLE) : taken()));
    const [first, next] = await Promise.all([upload(batch(1)), upload(batch(1))]);
    expect([first, next]).toEqual([refuse(UNAVAILABLE), accept([TAKEN])]);
  });
});
