// Every page in every state that a person can meet it in.

import { ACCOUNT_STATES } from "./account/states.ts";
import { API_STATES } from "./api-page/states.ts";
import { CONSOLE_STATES } from "./console/states.ts";
import { ELEMENT_STATES } from "./element/states.ts";
import { SHOP_STATES } from "./shop/states.ts";
import { SCANNER_CUT_STATES } from "./scanner/cut-states.ts";
import { SCANNER_STATES } from "./scanner/states.ts";
import { SCANNER_VERDICT_STATES } from "./scanner/verdict-states.ts";
import type { State } from "./state.ts";

export const STATES: readonly State[] = [
  ...SHOP_STATES,
  ...ELEMENT_STATES,
  ...ACCOUNT_STATES,
  ...API_STATES,
  ...SCANNER_STATES,
  ...SCANNER_CUT_STATES,
  ...SCANNER_VERDICT_STATES,
  ...CONSOLE_STATES,
];
