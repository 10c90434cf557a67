// The API page: all of it, closed and open.

import type { State } from "../state.ts";

export const API_STATES: readonly State[] = [
  { name: "api", path: "/docs" },
  {
    name: "api-unfolded",
    path: "/docs",
    reach: (page) => page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true"),
  },
];
