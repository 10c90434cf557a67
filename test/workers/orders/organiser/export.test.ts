// The largest export of orders: 100,000 of them through the route, a page at a time, as they are taken.

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { must } from "../../../../src/domain/result.ts";
import { seedShow } from "../../support/fixture.ts";
import { apiKey, ask } from "../../support/http.ts";

const ORDERS = 100_000;
/** Every twentieth buyer is called as a formula begins. */
const FILL = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ORDERS})
  INSERT INTO orders (id, organization_id, event_id, user_id, status, items, contact, total, currency, expires_at, seq, created_at, updated_at, locale)
  SELECT 'ord_many_' || i, ?, ?, 'shp_x', 'confirmed', '[]',
    json_object('name', CASE i % 20 WHEN 0 THEN '=cmd()' ELSE 'A buyer' END, 'email', 'buyer@example.com', 'phone', null),
    15000, 'ZAR', 1, 1, i, 1, 'en' FROM n`;

it("[O16] 100,000 orders are sent page by page, without one formula, and counted at the end", async () => {
  const { organizationId, eventId } = await seedShow([{ total: 10 }]);
  const { token } = await apiKey(organizationId, "staff");
  await env.DB.prepare(FILL).bind(organizationId, eventId).run();
  const answer = await ask("GET", `/v1/exports/orders.csv?event_id=${eventId}`, { token });
  expect(answer.status).toBe(200);
  const reader = must(answer.body, "a file has a body").pipeThrough(new TextDecoderStream()).getReader();
  let [parts, lines, neutral, formulas, largest, rest, end] = [0, 0, 0, 0, 0, "", ""];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts += 1;
    largest = Math.max(largest, part.value.length);
    // Whole lines, wherever the parts were cut on their way.
    const arrived = rest + part.value;
    const whole = arrived.lastIndexOf("\n") + 1;
    const text = arrived.slice(0, whole);
    rest = arrived.slice(whole);
    lines += text.split("\r\n").length - 1;
    neutral += text.split(`"'=cmd()"`).length - 1;
    formulas += text.split(`"=`).length - 1;
    end = (end + text).slice(-200);
  }
  expect(rest).toBe("");
  expect({ lines, neutral, formulas }).toEqual({ lines: ORDERS + 2, neutral: ORDERS / 20, formulas: 0 });
  expect(end).toMatch(/"end of export","100000",[",]*\r\n$/);
  expect(parts, "no part holds the whole").toBeGreaterThan(100);
  expect(largest).toBeLessThan(1_000_000);
  await env.DB.prepare("DELETE FROM orders WHERE organization_id = ?").bind(organizationId).run();
});
