// What can be done with an order: confirm it when it is paid, cancel it, erase whom it is for. Each says what it does to whom
// (rule C7).

import { useState } from "preact/hooks";
import type { Problem } from "../../../client/client.ts";
import { ask } from "../data/api.ts";
import { readAnew } from "../data/asking.ts";
import { say } from "../data/going.ts";
import { texts } from "../data/language.ts";
import { may } from "../data/session.ts";
import { Asking, type Question } from "../parts/confirm.tsx";
import { refusal } from "../parts/shown.ts";
import { type Names, type Order, whatOf } from "./order-told.ts";

type Props = { readonly order: Order; readonly names: Names; again(): void };

export function OrderActs({ order, names, again }: Props) {
  const { order: t } = texts().sales;
  const [isSending, setSending] = useState(false);
  const who = order.contact?.name ?? t.someone;
  const mayErase = may("order.erase_contact") && order.contact !== null;
  const isWaiting = may("order.settle") && order.status === "reserved";
  const mayResend = may("order.settle") && order.contact !== null && order.status !== "expired";
  if (!isWaiting && !mayErase && !mayResend) return null;
  const resend = async (): Promise<void> => {
    setSending(true);
    const sent = await ask("POST /v1/orders/{id}/resend", { id: order.id });
    setSending(false);
    if (sent.ok) say(t.resent);
    else say(refusal(sent.problem), "bad");
  };
  const done = (text: string): void => {
    again();
    void readAnew("GET /v1/orders", "GET /v1/orders/{id}/history", "GET /v1/orders/{id}/tickets");
    say(text);
  };
  return (
    <div class="row">
      {isWaiting && (
        <>
          <Asking
            kind="main"
            label={t.confirm}
            question={confirming(order, t.confirmMore(who, whatOf(order, names)), done)}
          />
          <Asking label={t.cancel} question={cancelling(order, t.cancelMore(who, whatOf(order, names)), done)} />
        </>
      )}
      {mayResend && (
        <button type="button" class="button-quiet" disabled={isSending} onClick={() => void resend()}>
          {t.resend}
        </button>
      )}
      {mayErase && <Asking kind="link" label={t.erase} question={erasing(order, t.eraseMore(who), done)} />}
    </div>
  );
}

type Done = (text: string) => void;

async function after<A extends { readonly ok: true } | { readonly ok: false; readonly problem: Problem }>(
  asked: Promise<A>,
  done: () => void,
): Promise<Problem | null> {
  const answer = await asked;
  if (!answer.ok) return answer.problem;
  done();
  return null;
}

function confirming({ id, reference }: Order, does: string, done: Done): Question {
  const { order: t } = texts().sales;
  return {
    title: t.title(reference),
    does,
    button: t.confirm,
    act: () => after(ask("POST /v1/orders/{id}/confirm", { id }), () => done(t.confirmed)),
  };
}

function cancelling({ id, reference }: Order, does: string, done: Done): Question {
  const { order: t } = texts().sales;
  return {
    title: t.title(reference),
    does,
    button: t.cancel,
    isDanger: true,
    act: () => after(ask("POST /v1/orders/{id}/cancel", { id }), () => done(t.cancelled)),
  };
}

function erasing({ id, reference }: Order, does: string, done: Done): Question {
  const { order: t } = texts().sales;
  return {
    title: t.title(reference),
    does,
    button: t.erase,
    isDanger: true,
    act: () => after(ask("DELETE /v1/orders/{id}/contact", { id }), () => done(t.erased)),
  };
}
