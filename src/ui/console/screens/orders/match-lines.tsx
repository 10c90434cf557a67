// Lists what was found of each payment, with a button that confirms the chosen orders, each decided by itself.

import { useState } from "preact/hooks";
import { callApi } from "../../data/api.ts";
import { readAgain } from "../../data/queries.ts";
import { announce } from "../../data/navigation.ts";
import { texts } from "../../language.ts";
import { confirmable, ordersOnce } from "../../decisions/bank-lines.ts";
import { ButtonWithQuestion, type Question } from "../../parts/forms/confirm.tsx";
import { count, money, refusal } from "../../parts/format.ts";
import type { Found, Line } from "./match.tsx";

/** The result of each order that was to be confirmed: null for success, else the reason; it may be tried again. */
type Results = Readonly<Record<string, string | null>>;
/** As many as the API takes at once. */
const A_CALL = 100;

export function MatchedLines({ found }: { readonly found: readonly Found[] }) {
  const { match: t } = texts().sales;
  const proposed = ordersOnce(found.flatMap(({ line }) => (confirmable(line) && line.order ? [line.order.id] : [])));
  const [chosen, setChosen] = useState<readonly string[]>(proposed);
  const [results, setResults] = useState<Results>({});
  const open = chosen.filter((id) => results[id] !== null);
  return (
    <section class="stack" aria-label={t.result}>
      <ul class="plain lines card">
        {found.map(({ payment, line }, index) => (
          <li key={index} class="row row-apart">
            <OneLine line={line} amount={payment.amount} result={line.order ? results[line.order.id] : undefined} />
            {confirmable(line) && line.order && results[line.order.id] !== null && (
              <label class="row small">
                <input
                  type="checkbox"
                  checked={chosen.includes(line.order.id)}
                  onChange={(e) => setChosen(toggled(chosen, line.order?.id ?? "", e.currentTarget.checked))}
                />
                {texts().sales.order.confirm}
              </label>
            )}
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <div>
          <ButtonWithQuestion
            kind="main"
            label={t.confirm(count(open.length))}
            question={confirming(open, (now) => setResults({ ...results, ...now }))}
          />
        </div>
      )}
    </section>
  );
}

const toggled = (chosen: readonly string[], id: string, isOn: boolean): readonly string[] =>
  isOn ? [...chosen, id] : chosen.filter((each) => each !== id);

type OneProps = { readonly line: Line; readonly amount: string; readonly result: string | null | undefined };

function OneLine({ line, amount, result }: OneProps) {
  const { match: t, list } = texts().sales;
  const { order } = line;
  const tone = line.outcome === "match" ? "tag-good" : line.outcome === "wrong_amount" ? "tag-warn" : "";
  return (
    <span class="stack stack-tight">
      <span>
        <span class="money strong">{money(amount, order?.currency ?? "ZAR")}</span>{" "}
        {order ? (
          <a class="code" href={`/console/orders/${order.id}`}>
            {order.reference}
          </a>
        ) : (
          <span class="code">{line.reference}</span>
        )}{" "}
        {order && <span class="muted">{order.contact?.name ?? list.nobody}</span>}
      </span>
      <span class="small">
        {result === undefined && <span class={`tag ${tone}`}>{t.outcome[line.outcome]}</span>}
        {result === undefined && line.outcome === "wrong_amount" && order && (
          <span class="muted"> {t.waits(money(order.total, order.currency))}</span>
        )}
        {result === null && <span class="tag tag-good">{t.isDone}</span>}
        {typeof result === "string" && <span class="error">{result}</span>}
      </span>
    </span>
  );
}

function confirming(ids: readonly string[], became: (results: Results) => void): Question {
  const { match: t } = texts().sales;
  const n = count(ids.length);
  return {
    title: t.confirm(n),
    does: t.does(n),
    button: t.confirm(n),
    act: async () => {
      const results: Record<string, string | null> = {};
      for (let from = 0; from < ids.length; from += A_CALL) {
        const answer = await callApi("POST /v1/orders/confirm", {
          body: { order_ids: ids.slice(from, from + A_CALL) },
        });
        // A repeat only confirms what is not confirmed yet, so orders without a reply stay chosen.
        if (!answer.ok) {
          became(results);
          return answer.problem;
        }
        for (const { order_id, problem } of answer.body.data) results[order_id] = problem && refusal(problem);
      }
      became(results);
      void readAgain("GET /v1/orders", "GET /v1/attention");
      const refused = Object.values(results).filter((why) => why !== null).length;
      const done = t.done(count(ids.length - refused));
      announce(refused === 0 ? done : `${done} ${t.refused(count(refused))}`, refused === 0 ? "good" : "bad");
      return null;
    },
  };
}
