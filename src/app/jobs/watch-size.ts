// Logs that D1 is filling up (rule X4): a full database refuses every write, and it cannot be made larger.

import { readSize } from "../../db/client.ts";
import { D1_BYTES, D1_FILLING_BYTES } from "../../domain/limits.ts";
import type { Context } from "../context.ts";
import { logError } from "../../shared/log.ts";

export async function watchSize({ db, requestId }: Pick<Context, "db" | "requestId">): Promise<void> {
  const size = await readSize(db);
  if (size <= D1_FILLING_BYTES) return;
  logError({ event: "d1_filling", request_id: requestId, size_bytes: size, limit_bytes: D1_BYTES });
}
