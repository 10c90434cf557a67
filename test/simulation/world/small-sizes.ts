// Makes sizes of the product small for some worlds, so that a few dozen holds fill what takes thousands on the
// platform: batches, pages, rounds, and the size of a value. The platform's limit of a value shrinks with them.

import type { Edit } from "../mutants/parts.ts";

/** Of a value and of a row, in D1 and in objects. */
export const SMALL_VALUE_BYTES = 5_000;

export const SMALL_FULL_ROW_EVERY = 8;

export const SMALL_SIZES: readonly Edit[] = [
  { file: "domain/limits.ts", from: "MAX_BOUND_BYTES = 1_900_000;", to: "MAX_BOUND_BYTES = 4_750;" },
  { file: "domain/limits.ts", from: "MAX_BATCH = 256;", to: "MAX_BATCH = 12;" },
  { file: "inventory/projection/project.ts", from: "ROWS_A_STEP = 2_000;", to: "ROWS_A_STEP = 20;" },
  { file: "inventory/orders/remote-work.ts", from: "CLAIMS_A_ROUND = 50;", to: "CLAIMS_A_ROUND = 1;" },
  { file: "inventory/orders/order-mails.ts", from: "MAILS_A_ROUND = 20;", to: "MAILS_A_ROUND = 2;" },
  { file: "domain/time/parking.ts", from: "ROUNDS_UNTIL_PARKED = 5;", to: "ROUNDS_UNTIL_PARKED = 1;" },
  { file: "inventory/orders/order-outbox.ts", from: "MESSAGES_A_ROUND = 100;", to: "MESSAGES_A_ROUND = 1;" },
  { file: "inventory/storage/stored-book.ts", from: "SETTLED_STEP = 1_000;", to: "SETTLED_STEP = 3;" },
  { file: "inventory/storage/stored-book.ts", from: "LIVE_A_PAGE = 4_000;", to: "LIVE_A_PAGE = 3;" },
  { file: "domain/ledger/batch.ts", from: "EXPIRED_ORDERS_A_BATCH = 1_000;", to: "EXPIRED_ORDERS_A_BATCH = 1;" },
  { file: "domain/limits.ts", from: "UPLOADS_A_SLICE = 20;", to: "UPLOADS_A_SLICE = 2;" },
  {
    file: "domain/door/rows/door-log.ts",
    from: "FULL_ROW_EVERY = 256;",
    to: `FULL_ROW_EVERY = ${SMALL_FULL_ROW_EVERY};`,
  },
  { file: "door/bundle-taker.ts", from: "A_PAGE = 500;", to: "A_PAGE = 3;" },
  { file: "domain/door/rows/retention.ts", from: "rowsAStep: RETENTION.rowsAStep", to: "rowsAStep: 3" },
];
