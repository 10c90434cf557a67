// Conflicts of a door over HTTP, from the upload to the supervisor who has seen them.

import { beforeEach, describe, expect, it } from "vitest";
import { readDoorCounts } from "../../../../src/db/door/door-counts.ts";
import { parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { PROJECTED_EVERY_MS } from "../../../../src/door/counts-push.ts";
import { newId } from "../../../../src/app/context.ts";
import { type At, atGate, type Bought, buy, logOf, openEvening, scanTicket, verdictOf } from "../evening.ts";
import { scansOf } from "../stub.ts";
import { type Doors, openGate } from "../../support/doors.ts";
import { db } from "../../support/fixture.ts";
import { insideDoor } from "../../support/object.ts";
import { apiKey, ask, bodyOf, ISO, refusalOf } from "../../support/http.ts";

let show: Doors;
let [here, there]: [At, At] = [
  { gateId: "", token: "" },
  { gateId: "", token: "" },
];
let ticket: Bought;
beforeEach(async () => {
  show = await openEvening();
  [here, there] = [atGate(show), atGate(await openGate(show.tenant, show.venueId))];
  ticket = await buy(show, show.typeId);
});

const alone = ({ gateId: gate_id }: At, more: object = {}) => ({
  ...{ scan_id: newId("scn"), serial: ticket.serial, type_number: 1, generation: 1, direction: "in", source: "camera" },
  ...{ gate_id, at: new Date().toISOString(), counter: 1, verdict: "admitted", ...more },
});
const upload = async ({ token }: At, ...uploads: readonly object[]) =>
  bodyOf(await ask("POST", scansOf(show), { token, json: { uploads } }));
const pathOf = (rest = "") => `/v1/events/${show.eventId}/door/conflicts${rest}`;
const list = async (query = "", token = show.tenant.token) => bodyOf(await ask("GET", pathOf(query), { token }));
const see = (id: string, token = show.tenant.token) => ask("POST", pathOf(`/${id}/seen`), { token });

describe("[D19] twins at two scanners, one of them cut off", () => {
  it("are both counted; the second is listed until it is seen, and as gone once it is taken back", async () => {
    const admitted = await verdictOf(show, here, ticket.code);
    const second = alone(there);
    const conflict = { id: `double_entry.${second.scan_id}`, kind: "double_entry" };
    expect(await upload(there, second)).toEqual({
      at: expect.stringMatching(ISO),
      uploads: [{ scan_id: second.scan_id, outcome: "taken", conflicts: [conflict] }],
    });
    const listed = {
      ...{ ...conflict, at: second.at, scan_id: second.scan_id, other_scan_id: admitted["scan_id"] },
      ...{ serial: ticket.serial, gate_id: there.gateId, device_id: expect.stringMatching(/^dev_/), inside: null },
      ...{ capacity: null, found_at: expect.stringMatching(ISO), gone_at: null, seen: null },
    };
    expect(await list()).toEqual({ data: [listed], next_cursor: null });
    const log = await logOf(show);
    expect(log.at(-1)).toMatchObject({
      ...{
        kind: "entry",
        decided: "alone",
        verdict: "admitted",
        facts: {},
        at: second.at,
        let_in: true,
        inside: 2,
        ref: null,
      },
    });

    const { token, id } = await apiKey(show.tenant.organizationId, ["manage_ticketing_and_pricing"]);
    const seen = { at: expect.stringMatching(ISO), by: id };
    const first = await bodyOf(await see(conflict.id, token));
    expect(first).toEqual({ ...listed, seen });
    expect(await bodyOf(await see(conflict.id)), "who saw it first stays").toEqual(first);
    expect([(await list("?seen=false"))["data"], (await list("?seen=true"))["data"]]).toEqual([[], [first]]);

    const undo = { token: show.tenant.token, json: { scan_id: newId("scn") } };
    await bodyOf(await ask("POST", `${scansOf(show)}/${second.scan_id}/undo`, undo));
    expect((await list())["data"]).toEqual([{ ...first, gone_at: expect.stringMatching(ISO) }]);
  });

  it("of which the door has refused one are counted, and what the door said stays", async () => {
    await verdictOf(show, here, ticket.code);
    const scan_id = newId("scn");
    expect(await verdictOf(show, there, ticket.code, { scan_id })).toMatchObject({ verdict: "already_inside" });
    const kinds = async () => {
      const { uploads } = (await upload(there, alone(there, { scan_id }))) as {
        uploads: { outcome: string; conflicts: { kind: string }[] }[];
      };
      return uploads.flatMap(({ outcome, conflicts }) => [outcome, ...conflicts.map(({ kind }) => kind)]);
    };
    expect(await kinds()).toEqual(["taken", "against_verdict", "double_entry"]);
    expect(await kinds()).toEqual(["repeat", "against_verdict", "double_entry"]);
    expect(await verdictOf(show, there, ticket.code, { scan_id })).toMatchObject({ verdict: "already_inside" });
    expect((await logOf(show)).at(-1)).toMatchObject({ scan_id, ref: scan_id, decided: "alone", inside: 2 });
    expect((await scanTicket(show, here, ticket.code, { scan_id })).status, "at another gate").toBe(422);
  });
});

it("[D10] D1 gets how many conflicts nobody has seen, and again when one is seen", async () => {
  const eventId = must(parseId("evt", show.eventId), "it was created");
  /** As D1 has it, once the door has had its half minute. */
  const alerts = async () => {
    await insideDoor(eventId, async (door) => {
      const at = door.clock() + PROJECTED_EVERY_MS;
      door.clock = () => at;
      await door.alarm();
    });
    return (await readDoorCounts(db, eventId))?.alerts;
  };
  await verdictOf(show, here, ticket.code);
  const second = alone(there);
  await upload(there, second);
  await expect.poll(alerts).toBe(1);
  await see(`double_entry.${second.scan_id}`);
  await expect.poll(alerts).toBe(0);
});

it("[D4] a scan that was uploaded first gets the verdict that its scanner showed, and says no more", async () => {
  const sent = alone(here);
  await upload(here, sent);
  const answer = await verdictOf(show, here, ticket.code, { scan_id: sent.scan_id });
  expect(answer).toEqual({
    ...{ scan_id: sent.scan_id, verdict: "admitted", let_in: true, again: false, at: sent.at },
    ...{ serial: ticket.serial, ticket_type_id: show.typeId },
  });
});

it("[D21] a row at another device's gate, or an override by a device, is refused; the others are taken", async () => {
  const override = { reason: "I know him" };
  const rows = [alone(there), alone(here), alone(here, { override }), alone({ ...here, gateId: newId("gate") })];
  const outcomes = async (of: At, sent: readonly object[]) => {
    const { uploads } = (await upload(of, ...sent)) as { uploads: { outcome: string }[] };
    return uploads.map(({ outcome }) => outcome);
  };
  expect(await outcomes(here, rows)).toEqual(["forbidden", "taken", "forbidden", "forbidden"]);
  const nowhere = { gateId: newId("gate"), token: show.tenant.token };
  expect(await outcomes(nowhere, [alone(nowhere), alone(there, { override })])).toEqual(["not_found", "taken"]);
});

describe("[D21] the list of conflicts", () => {
  it("is read with view_orders, and marked with manage_ticketing_and_pricing", async () => {
    const sent = alone(here, { clock_unsure: true });
    await upload(here, sent);
    const id = `clock_off.${sent.scan_id}`;
    const { organizationId } = show.tenant;
    const viewer = await apiKey(organizationId, ["view_orders"]);
    const manager = await apiKey(organizationId, ["manage_ticketing_and_pricing"]);
    expect((await list("", viewer.token))["data"]).toHaveLength(1);
    for (const token of [manager.token, here.token])
      expect(await refusalOf(ask("GET", pathOf(), { token }))).toBe("403 forbidden");
    for (const token of [viewer.token, here.token]) expect(await refusalOf(see(id, token))).toBe("403 forbidden");
    expect((await see(id, manager.token)).status).toBe(200);
    expect(await refusalOf(see(`clock_off.${newId("scn")}`))).toBe("404 not_found");
    const stranger = await openEvening();
    expect(await refusalOf(ask("GET", pathOf(), { token: stranger.tenant.token }))).toBe("404 not_found");
    expect(await refusalOf(see(id, stranger.tenant.token))).toBe("404 not_found");
  });

  it("goes on page by page, the newest first, with the filter that it began with", async () => {
    const rows = [1, 2, 3].map((counter) =>
      alone(here, { counter, clock_unsure: true, direction: "out", verdict: "exited" }),
    );
    for (const row of rows) await upload(here, row);
    const ids = rows.map(({ scan_id }) => `clock_off.${scan_id}`).reverse();
    const idsOf = (page: Record<string, unknown>) => (page["data"] as { id: string }[]).map(({ id }) => id);
    const first = await list("?limit=2&seen=false");
    const cursor = String(first["next_cursor"]);
    const second = await list(`?limit=2&seen=false&cursor=${cursor}`);
    expect([idsOf(first), idsOf(second), second["next_cursor"]]).toEqual([ids.slice(0, 2), ids.slice(2), null]);
    for (const query of [`?cursor=${cursor}`, `?seen=true&cursor=${cursor}`, "?seen=yes", "?limit=0"])
      expect(await refusalOf(ask("GET", pathOf(query), { token: show.tenant.token }))).toBe("400 invalid_request");
  });
});
