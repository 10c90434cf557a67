// A door with the tickets of a stadium: how large its bundle is, and that it lets people in while it takes it.

import { expect, it } from "vitest";
import { DEFAULT_ADMISSION } from "../../../../src/domain/door/admission.ts";
import { readBundle } from "../../../../src/domain/door/tickets/bundle-read.ts";
import type { PassRow } from "../../../../src/domain/door/rows/rows.ts";
import type { ScanId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { recordText } from "../../../../src/door/storage/sql-rows.ts";
import { NORTH, PHONE } from "../../../support/door/cases.ts";
import { insideDoor } from "../../support/object.ts";
import { AT_NORTH, NOW, objectOf, openDoor, said } from "../object-door.ts";

const TICKETS = 60_000;

it("[D17] [D24] 60,000 tickets that entered once fit in 500 KB, and scans are decided between pages", async () => {
  const here = await openDoor();
  const types = [{ number: 1, admission: DEFAULT_ADMISSION }];
  await here.scan(1);
  await here.door.terms(await here.termsNow({ rules: { types }, terms: { version: 2 } }), "test");
  const entry: PassRow = {
    ...{ kind: "entry", scanId: "scn_x" as ScanId, at: NOW, deviceId: PHONE, counter: 0, gateId: NORTH },
    ...{ decided: "door", generation: 1, entry: "once", persons: 1, breaches: [] },
  };
  const body = recordText({ rows: [entry], verdict: null, failedTries: [], typeNumber: 1 });
  await insideDoor(here.id, (_, { storage }) =>
    storage.sql.exec(
      `WITH RECURSIVE n (serial) AS (SELECT 1000 UNION ALL SELECT serial + 1 FROM n WHERE serial < ?)
       INSERT INTO tickets (serial, body) SELECT serial, ? FROM n`,
      ...[TICKETS + 999, body],
    ),
  );
  const codes = await Promise.all([2, 3, 4].map((serial) => here.codeOf(serial)));
  let isTaken = false;
  const taking = objectOf(here.id).bundle(here.id, AT_NORTH, { since: 0, tags: [] });
  const taken = taking.finally(() => {
    isTaken = true;
  });
  for (const code of codes) {
    expect(said(await here.scan(0, { code }))).toBe("admitted");
    expect(isTaken, "a scan waits for no bundle").toBe(false);
  }
  const reply = await taken;
  const bytes = must(reply.ok ? reply.value.bytes : null, "nobody had it");
  expect(bytes.byteLength).toBeLessThanOrEqual(500_000);
  const read = readBundle(bytes);
  expect(read.ok && read.value.tickets.size).toBeGreaterThanOrEqual(TICKETS + 1);
});
