// Defines an entry of the map from refusals to the wire, for one code.

import type { Code, Refusal } from "../../domain/errors.ts";

type Status = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 415 | 422 | 426 | 428 | 429 | 500 | 503;
export type Facts = Readonly<Record<string, unknown>>;
export type Entry<C extends Code> = {
  readonly status: Status;
  readonly title: string;
  readonly detail: string | ((refusal: Extract<Refusal, { code: C }>) => string);
  readonly facts?: (refusal: Extract<Refusal, { code: C }>) => Facts;
  /** Shown on the page of the code: what the client should do next. */
  readonly advice: string;
};
