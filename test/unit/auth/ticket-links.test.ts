import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { verifyOrderLink } from "../../../src/auth/links/order-links.ts";
import { signTicketLink, verifyTicketLink } from "../../../src/auth/links/ticket-links.ts";
import { ticketIdFrom } from "../../../src/domain/ids.ts";
import { must } from "../../../src/domain/result.ts";
import { orderIdOf, SHOPPER } from "../../support/builders.ts";

const TICKET = ticketIdFrom(orderIdOf(SHOPPER, "link"), 1_000);
const OLD = "the secret of the first year";
const SECRETS = { ORDER_LINK_SECRET: OLD };
const link = (secrets = SECRETS, id = TICKET, generation = 1) =>
  must(signTicketLink(secrets, id, generation), "there is a secret");

describe("[N7] a ticket link", () => {
  test("names its ticket and generation, and is the same for them at any time", () => {
    expect(link()).toMatch(/^vgt_[A-Za-z0-9_-]{119}$/);
    expect(verifyTicketLink(SECRETS, link())).toEqual({ kind: "ticket_link", id: TICKET, generation: 1 });
    expect(verifyTicketLink(SECRETS, link(SECRETS, TICKET, 250))).toMatchObject({ generation: 250 });
    expect(link()).toBe(link());
    expect(link(SECRETS, ticketIdFrom(orderIdOf(SHOPPER, "link"), 1))).not.toBe(link());
  });

  test("is what another implementation of its layout makes, the label of its kind included", () => {
    const head = Buffer.concat([Buffer.from([1, 1]), Buffer.from(TICKET.slice(4), "latin1"), Buffer.from([7])]);
    const mac = createHmac("sha256", OLD).update("voelgoedevents ticket link\n").update(head).digest();
    expect(link(SECRETS, TICKET, 7)).toBe(`vgt_${Buffer.concat([head, mac]).toString("base64url")}`);
  });

  test("is of no use with any one bit of it changed", () => {
    const bytes = Buffer.from(link().slice(4), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(verifyTicketLink(SECRETS, `vgt_${changed.toString("base64url")}`)).toBeNull();
    }
  });

  test.each(["", "vgt_", link().slice(0, -1), `${link()}A`, link().replace("vgt_", "vgo_"), `vgt_${"A".repeat(119)}`])(
    "is not %j",
    (text) => {
      expect(verifyTicketLink(SECRETS, text)).toBeNull();
    },
  );

  test("is no order's link, and goes on after a rotation until its key is taken away", () => {
    expect(verifyOrderLink(SECRETS, `vgo_${link().slice(4)}`)).toBeNull();
    const rotated = { ORDER_LINK_SECRET: `2:the secret of the second year,1:${OLD}` };
    expect(verifyTicketLink(rotated, link())).toMatchObject({ id: TICKET });
    expect(link(rotated)).not.toBe(link());
    expect(verifyTicketLink({ ORDER_LINK_SECRET: "2:the secret of the second year" }, link())).toBeNull();
  });

  test.each([{}, { ORDER_LINK_SECRET: "" }, { ORDER_LINK_SECRET: "too short" }])(
    "is neither signed nor accepted without a secret: %j",
    (none) => {
      expect([signTicketLink(none, TICKET, 1), verifyTicketLink(none, link())]).toEqual([null, null]);
    },
  );
});
