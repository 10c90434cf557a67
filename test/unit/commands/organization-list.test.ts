// The table of `organizations -- list`.

import { expect, it } from "vitest";
import { listedFrom, renderList } from "../../../src/cli/rows/organization-list.ts";

const row = (fields: object) => ({
  id: "org_1",
  slug: "noord",
  name: "Noord",
  status: "active",
  created_at: Date.UTC(2027, 2, 1, 23),
  owners: "[]",
  ...fields,
});

it("has a line for each organisation, with its columns one under the other", () => {
  const owners = JSON.stringify([
    { email: "a@x.example", has_password: true },
    { email: "b@x.example", has_password: false },
  ]);
  const rows = [row({ owners }), row({ id: "org_22", slug: "kaap-nights", name: "Kaap", status: "suspended" })];
  expect(renderList(listedFrom(rows))).toEqual([
    "ID      SLUG         NAME   CREATED     STATUS     OWNERS",
    "org_1   noord        Noord  2027-03-01  active     a@x.example, b@x.example (no password yet)",
    "org_22  kaap-nights  Kaap   2027-03-01  suspended  none",
  ]);
});

it("[X9] lets nothing of a name act on the terminal or leave its line", () => {
  const [, line, ...rest] = renderList(listedFrom([row({ name: "No\u001b[2Jord\nX\u202e" })]));
  expect(line).toContain("No [2Jord X");
  expect(rest).toEqual([]);
});
