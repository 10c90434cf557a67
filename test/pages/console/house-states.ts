// The console's screens of the house: venues, team, keys, log, organisation, and the addresses that show nothing.

import { asOwner, ownerAt, signedInAs, titled } from "./session.ts";
import type { State } from "../state.ts";

export const HOUSE_STATES: readonly State[] = [
  { name: "console-venues", path: "/console/venues", prepare: asOwner, reach: ownerAt("Venues") },
  {
    name: "console-venue",
    path: ({ demo }) => `/console/venues/${demo.venue_id}`,
    prepare: asOwner,
    reach: ownerAt(/Showgrounds/),
  },
  { name: "console-team", path: "/console/team", prepare: asOwner, reach: ownerAt("Team") },
  {
    name: "console-role",
    path: "/console/team",
    prepare: asOwner,
    reach: ownerAt("Team", async (page, { demo }) => {
      const staff = page.locator("li", { hasText: demo.accounts.staff.email });
      await staff.getByRole("button", { name: "Change" }).click();
      await page.getByRole("dialog").waitFor();
    }),
  },
  { name: "console-keys", path: "/console/keys", prepare: asOwner, reach: ownerAt("API keys") },
  { name: "console-log", path: "/console/log", prepare: asOwner, reach: ownerAt("Log") },
  { name: "console-organization", path: "/console/organization", prepare: asOwner, reach: ownerAt("Organisation") },
  { name: "console-not-here", path: "/console/nowhere", prepare: asOwner, reach: ownerAt("This page is not here") },
  {
    name: "console-forbidden",
    path: "/console/orders",
    prepare: (page, server) => signedInAs(page, server, "viewer"),
    reach: (page) => titled(page, "This is not for your role"),
  },
];
