// The whole way from a change in the catalogue to the verdict at a gate: HTTP, D1, the delivery and the real door (rule
// D2).

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../../../src/app/context.ts";
import { openDoors } from "../../../../src/door/client.ts";
import type { DoorActor } from "../../../../src/domain/door/command.ts";
import { parseId } from "../../../../src/domain/ids.ts";
import { must } from "../../../../src/domain/result.ts";
import { change, created, gateBody, newDraft, openTenant, published, remove } from "../../support/catalogue.ts";
import { eventIdOf, versionOf, waitingFor } from "../port.ts";
import { HOUR } from "../../support/fixture.ts";
import { ask, bodyOf, hold, idOf, shopper } from "../../support/http.ts";
import { insideDoor } from "../../support/object.ts";

const iso = (ms: number) => new Date(ms).toISOString();

/** An event that lets in now, the code of a ticket of it, and a supervisor at its gate. */
async function openEvening() {
  const tenant = await openTenant();
  const { token } = tenant;
  const { eventId: text, typeId } = await published(tenant, { doors_open: iso(Date.now() - HOUR) });
  const { venue_id } = await bodyOf(await ask("GET", `/v1/events/${text}`, { token }));
  const gateId = must(
    parseId("gate", await created(`/v1/venues/${String(venue_id)}/gates`, token, gateBody())),
    "made",
  );
  const buyer = await shopper();
  const holds = [await idOf(hold(typeId, buyer.token, { quantity: 2 }))];
  const contact = { name: "A", email: "a@example.com" };
  const json = { hold_ids: holds, contact };
  const orderId = await idOf(ask("POST", "/v1/checkouts", { token: buyer.token, key: "c", json }));
  await ask("POST", `/v1/orders/${orderId}/confirm`, { token });
  const codeOf = async (number: number) => {
    const path = `/v1/tickets/tkt_${orderId.slice(4)}0${number}/code`;
    return String((await bodyOf(await ask("GET", path, { token: buyer.token })))["ticket_code"]);
  };
  const eventId = eventIdOf(text);
  const door = openDoors(env.EVENT_DOOR)(eventId);
  const by: DoorActor = { id: tenant.actor.id, organizationId: tenant.organizationId, device: null };
  const verdictOf = async (code: string) => {
    const asked = {
      by,
      requestId: "test",
      scanId: newId("scn"),
      code,
      direction: "in",
      gateId,
      source: "camera",
    } as const;
    const reply = await door.scan({ ...asked, ticketTypeId: null, override: null, acked: [] });
    return reply.ok ? reply.value.verdict.verdict : reply.refusal.code;
  };
  /** Until the door has what D1 says by now. */
  const told = async () => {
    await expect.poll(() => waitingFor(eventId)).toEqual([]);
    const terms = await insideDoor(eventId, ({ ledger }) => ledger.book().terms);
    expect(terms?.version).toBe(await versionOf(eventId));
    return must(terms, "the door was asked");
  };
  return { tenant, eventId, gateId, codeOf, verdictOf, told };
}

it("[D2] [N5] a gate closed over HTTP is closed at the door, and the door knows the key of a shown code", async () => {
  const { tenant, gateId, codeOf, verdictOf, told } = await openEvening();
  const [first, second] = [await codeOf(1), await codeOf(2)];
  expect(await verdictOf(first)).toBe("admitted");
  expect((await change(tenant, `/v1/gates/${gateId}`, { status: "closed" })).status).toBe(200);
  const closed = await told();
  expect(closed.rules.gates).toEqual([{ id: gateId, status: "closed", capacity: null }]);
  expect(await verdictOf(second)).toBe("gate_closed");
  expect((await change(tenant, `/v1/gates/${gateId}`, { status: "open" })).status).toBe(200);
  await told();
  expect(await verdictOf(second)).toBe("admitted");
});

it("[D2] an event that is ended, and a key that is new, reach a door that is open already", async () => {
  const { tenant, eventId, codeOf, verdictOf, told } = await openEvening();
  expect(await verdictOf("no code")).toBe("unreadable");
  expect((await told()).keys).toEqual([]);
  const code = await codeOf(1);
  expect((await told()).keys.map(({ n }) => n)).toEqual([1]);
  expect(await verdictOf(code)).toBe("admitted");
  for (const step of ["start", "end"]) await ask("POST", `/v1/events/${eventId}/${step}`, { token: tenant.token });
  expect((await told()).rules).toMatchObject({ eventStatus: "ended", endedAt: expect.any(Number) });
  expect(await verdictOf(await codeOf(2))).toBe("event_over");
});

it("[D2] [E6] a draft that is deleted leaves nothing at the door that somebody has called", async () => {
  const tenant = await openTenant();
  const { eventId: text } = await newDraft(tenant);
  const eventId = eventIdOf(text);
  const by: DoorActor = { id: tenant.actor.id, organizationId: tenant.organizationId, device: null };
  expect((await openDoors(env.EVENT_DOOR)(eventId).counts(by)).ok).toBe(true);
  const left = () =>
    insideDoor(eventId, ({ ledger }, { storage }) => [
      ledger.book().terms?.rules.eventStatus,
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'terms'").toArray().length,
    ]);
  expect(await left()).toEqual(["draft", 1]);
  expect((await remove(tenant, `/v1/events/${eventId}`)).status).toBe(204);
  await expect.poll(left).toEqual([undefined, 0]);
  await expect.poll(() => waitingFor(eventId)).toEqual([]);
});
