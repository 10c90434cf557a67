// Writes a refusal as the API does, for the text that pages and the element share.

import type { Refusal } from "../../../domain/errors.ts";
import type { RefusalFacts } from "../../../ui/shared/refusal-text.ts";
import { entryOf } from "../../problems/problem-map.ts";

export function factsOf(refusal: Refusal): RefusalFacts {
  return { code: refusal.code, ...entryOf(refusal).facts?.(refusal) };
}
