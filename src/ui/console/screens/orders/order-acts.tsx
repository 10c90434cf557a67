// Offers what can be done with an order: confirm it when it is paid, cancel it, mail its contact again, erase the
// contact. Each says what it does to whom (rule C7).

import { useState } from "preact/hooks";
import type { Problem } from "../../../../client/client.ts";
import { callApi } from "../../data/api.ts";
import { readAgain } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { isFree } from "../../decisions/order-filters.ts";
import { may } from "../../data/session.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { refusal } from "../../parts/format.ts";
import { type Names, type Order, whatOf } from "./order-words.ts";

/** `etag`: the tag with which the order was read. */
type Props = { readonly order: Order; readonly etag: string | null; readonly names: Names; again(): void };

export function OrderActs({ order, etag, names, again }: Props) {
  const { order: t } = texts().sales;
  const [isSending, setSending] = useState(false);
  const who = order.contact?.name ?? t.someone;
  const mayErase = may("order.erase_contact") && order.contact !== null;
  const isWaiting = may("order.settle") && order.status === "reserved";
  const mayResend = may("order.settle") && order.contact !== null && order.status !== "expired";
  if (!isWaiting && !mayErase && !mayResend) return null;
  const resend = async (): Promise<void> => {
    setSending(true);
    const sent = await callApi("POST /v1/orders/{id}/resend", { id: order.id });
    setSending(false);
    if (sent.ok) announce(t.resent);
    else announce(refusal(sent.problem), "bad");
  };
  const done = (text: string): void => {
    again();
    void readAgain("GET /v1/orders", "GET /v1/orders/{id}/history", "GET /v1/orders/{id}/tickets");
    announce(text);
  };
  return (
    <div class="row">
      {isWaiting && (
        <>
          <ButtonWithQuestion
            kind="main"
            label={confirmText(order)}
            question={settling("confirm", order, etag, t.confirmMore(who, whatOf(order, names)), done)}
          />
          <ButtonWithQuestion
            label={t.cancel}
            question={settling("cancel", order, etag, t.cancelMore(who, whatOf(order, names)), done)}
          />
        </>
      )}
      {mayResend && (
        <button type="button" class="button-quiet" disabled={isSending} onClick={() => void resend()}>
          {t.resend}
        </button>
      )}
      {mayErase && <ButtonWithQuestion kind="link" label={t.erase} question={erasing(order, t.eraseMore(who), done)} />}
    </div>
  );
}

/** An order of free tickets is not said to be paid. */
function confirmText({ total }: Order): string {
  const { order: t } = texts().sales;
  return isFree(total) ? t.confirmFree : t.confirm;
}

type Done = (text: string) => void;

/**
 * Settles the order as it was read: one that somebody else has settled meanwhile is not settled again, and the screen says
 * so. The API alone would answer the second confirmation as if it were the first (rule O5).
 */
function settling(how: "confirm" | "cancel", order: Order, etag: string | null, does: string, done: Done): Question {
  const { order: t } = texts().sales;
  const { id, reference } = order;
  const routes = { confirm: "POST /v1/orders/{id}/confirm", cancel: "POST /v1/orders/{id}/cancel" } as const;
  const act = async (): Promise<Problem | null> => {
    const settled = await callApi(routes[how], { id, ...(etag !== null && { ifMatch: etag }) });
    if (settled.ok) {
      done(how === "confirm" ? t.confirmed : t.cancelled);
      return null;
    }
    if (settled.problem.code !== "version_conflict") return settled.problem;
    const now = await callApi("GET /v1/orders/{id}", { id });
    if (!now.ok || now.body.status === "reserved") return settled.problem;
    done(t.settledBefore[now.body.status]);
    return null;
  };
  const button = how === "confirm" ? confirmText(order) : t.cancel;
  return { title: t.title(reference), does, button, isDanger: how === "cancel", act };
}

function erasing({ id, reference }: Order, does: string, done: Done): Question {
  const { order: t } = texts().sales;
  return {
    title: t.title(reference),
    does,
    button: t.erase,
    isDanger: true,
    act: async () => {
      const erased = await callApi("DELETE /v1/orders/{id}/contact", { id });
      if (!erased.ok) return erased.problem;
      done(t.erased);
      return null;
    },
  };
}
