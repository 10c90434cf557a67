// Matches the statement of a bank with the orders that wait: what fits is proposed, all else is shown, and only what
// was chosen is confirmed. The file stays in the browser.

import { useEffect, useState } from "preact/hooks";
import type { Operations, Problem } from "../../../../client/client.ts";
import { callApi } from "../../data/api.ts";
import { texts } from "../../language.ts";
import * as onDevice from "../../data/device-storage.ts";
import {
  amountColumn,
  isWorthALook,
  chosenColumn,
  type Payment,
  paymentsIn,
  type Table,
  tableIn,
} from "../../decisions/bank-lines.ts";
import { Failed, Waiting } from "../../parts/loaded.tsx";
import { Screen } from "../../parts/screen.tsx";
import { count } from "../../parts/format.ts";
import { MatchedLines } from "./match-lines.tsx";

export type Line = Operations["POST /v1/orders/match"]["answer"]["data"][number];
export type Found = { readonly payment: Payment; readonly line: Line };

/** As many as the API takes at once. */
const A_CALL = 200;
const COLUMN = "voelgoed:bank-column";

export function Match() {
  const { match: t, list } = texts().sales;
  const [table, setTable] = useState<Table | null>(null);
  return (
    <Screen title={t.title} lead={t.lead} back={{ href: "/console/orders", text: list.title }}>
      {table === null ? <Choose read={(text) => setTable(tableIn(text))} /> : <Statement table={table} />}
      {table !== null && (
        <div>
          <button type="button" class="button-link" onClick={() => setTable(null)}>
            {t.other}
          </button>
        </div>
      )}
    </Screen>
  );
}

function Choose({ read }: { readonly read: (text: string) => void }) {
  const { match: t } = texts().sales;
  const [pasted, setPasted] = useState("");
  const [isUnread, setUnread] = useState(false);
  const take = async (file: File | undefined): Promise<void> => {
    setUnread(false);
    if (!file) return;
    try {
      read(await file.text());
    } catch {
      // The file was moved, or the browser may not open it.
      setUnread(true);
    }
  };
  return (
    <section
      class="card stack drop"
      aria-label={t.choose}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <div class="field">
        <label for="statement">{t.choose}</label>
        <input
          id="statement"
          type="file"
          accept=".csv,text/csv,text/plain"
          aria-describedby="statement-error"
          onChange={(e) => void take(e.currentTarget.files?.[0])}
        />
        <p class="error" id="statement-error" role="alert">
          {isUnread && t.unread}
        </p>
      </div>
      <div class="field">
        <label for="pasted">{t.paste}</label>
        <textarea id="pasted" rows={6} value={pasted} onInput={(e) => setPasted(e.currentTarget.value)} />
      </div>
      <div>
        <button type="button" disabled={pasted.trim() === ""} onClick={() => read(pasted)}>
          {t.read}
        </button>
      </div>
    </section>
  );
}

/**
 * Identifies a layout by its number of columns alone: the first line may name the owner of the account, which must not
 * be stored.
 */
const columnName = ({ header }: Table): string => `${COLUMN}:${header.length}`;

function columnOf(table: Table): number {
  return chosenColumn(table, onDevice.read(columnName(table))) ?? amountColumn(table);
}

function Statement({ table }: { readonly table: Table }) {
  const { match: t } = texts().sales;
  const [column, setColumn] = useState(() => columnOf(table));
  const { payments, others } = paymentsIn(table, column);
  const choose = (index: number): void => {
    onDevice.write(columnName(table), String(index));
    setColumn(index);
  };
  return (
    <>
      <div class="field form">
        <label for="column">{t.column}</label>
        <select id="column" onChange={(e) => choose(Number(e.currentTarget.value))}>
          {table.header.map((name, index) => (
            <option key={index} value={index} selected={index === column}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {payments.length === 0 ? (
        <p class="notice notice-warn">{t.none}</p>
      ) : (
        <>
          <p class="muted">{t.found(count(payments.length), count(others))}</p>
          <Matching key={column} payments={payments} />
        </>
      )}
    </>
  );
}

/** The API's reply about the payments. */
function Matching({ payments }: { readonly payments: readonly Payment[] }) {
  const [found, setFound] = useState<readonly Found[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const matchLines = async (): Promise<void> => {
    setProblem(null);
    const answer = await lookUp(payments);
    if ("found" in answer) setFound(answer.found);
    else setProblem(answer.problem);
  };
  useEffect(() => void matchLines(), []);
  if (found !== null) return <MatchedLines found={found} />;
  return problem ? <Failed problem={problem} again={() => void matchLines()} /> : <Waiting />;
}
async function lookUp(
  payments: readonly Payment[],
): Promise<{ readonly found: readonly Found[] } | { readonly problem: Problem }> {
  const found: Found[] = [];
  for (let from = 0; from < payments.length; from += A_CALL) {
    const page = payments.slice(from, from + A_CALL);
    const lines = page.map(({ text, amount }) => ({ text, amount }));
    const answer = await callApi("POST /v1/orders/match", { body: { lines } });
    if (!answer.ok) return { problem: answer.problem };
    for (const line of answer.body.data) {
      const payment = page[line.line];
      // The API sees only the lines of one call, so an order that an earlier call returned is marked as repeated here.
      const isAgain = found.some((each) => each.line.order?.id === line.order?.id && line.order !== null);
      if (payment && isWorthALook(payment, line))
        found.push({ payment, line: isAgain ? { ...line, outcome: "repeated" } : line });
    }
  }
  return { found };
}
