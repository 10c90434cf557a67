// Sends the mail of an order again when an organiser requests it (rule O14).

import { z } from "@hono/zod-openapi";
import { mailOrderAgain } from "../../../app/orders/mail-again.ts";
import { contactIn } from "../../../domain/orders/contact.ts";
import { seesContact } from "../../../domain/people/policy.ts";
import { organiser } from "../../middleware/access.ts";
import { problem } from "../../problems/problem.ts";
import { orderIdParam } from "../../responses/order-response.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { json } from "../../schemas/common.ts";
import { orderIdText } from "../../schemas/sales/order-id.ts";

export const orderMails = newRouter();

const MailedAgain = z
  .object({
    order_id: orderIdText,
    mail: z.enum(["reserved", "confirmed", "cancelled"]).openapi({ description: "The status that the mail is about." }),
    email: z.string().nullable().openapi({
      description: "The recipient; null to callers who may not see contacts.",
      example: "buyer@example.com",
    }),
  })
  .openapi("MailedAgain");

const resend = endpoint(
  {
    method: "post",
    path: "/v1/orders/{id}/resend",
    tags: ["Orders"],
    summary: "Mail an order's contact again",
    description: "The mail has the order's status at the time of sending. Repeats before that are one mail.",
    middleware: organiser("order.settle"),
    request: { params: orderIdParam },
    responses: { 202: { description: "The mail is on its way", content: json(MailedAgain) } },
  },
  ["not_found", "mail_not_possible", "overloaded"],
);

orderMails.openapi(resend, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const mailed = await mailOrderAgain(contextOf(c), id);
  if (!mailed.ok) return problem(c, mailed.refusal);
  const order = mailed.value;
  // It may have expired since it was read.
  if (order.status === "expired") return problem(c, { code: "mail_not_possible", reason: "order_expired" });
  const email = seesContact(c.get("actor"), order) ? (contactIn(order.contact)?.email ?? null) : null;
  return c.json({ order_id: order.id, mail: order.status, email }, 202);
});
