// Reads a bank statement as it is downloaded: its lines, the meaning of its columns, the amounts that came in, and the references
// that may be in a line. It stays in the browser: only references and amounts are sent, and nothing of the payers.

import { formatMoney } from "../../../domain/money.ts";
import { showReference } from "../../../domain/orders/reference.ts";
import { referencesIn as candidatesIn } from "../../../domain/orders/statement-lines.ts";

export type Table = { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

const SEPARATORS = [";", "\t", ","];

/** The separator is found in so many lines: above the payments some banks print whose account it is. */
const LINES_LOOKED_AT = 20;

/** RFC 4180, with any of the separators that banks use, a byte-order mark and blank lines. */
export function tableIn(text: string): Table {
  const plain = text.replace(/^\ufeff/, "");
  const start = plain.split(/\r?\n/, LINES_LOOKED_AT).join("\n");
  const separator = SEPARATORS.reduce((a, b) => (start.split(b).length > start.split(a).length ? b : a));
  const rows = rowsIn(plain, separator).filter((row) => row.some((cell) => cell.trim() !== ""));
  const width = Math.max(0, ...rows.map((row) => row.length));
  const first = rows[0] ?? [];
  // A line with an amount in it is a payment and no heading.
  const hasHeader = rows.length > 0 && first.every((cell) => amountIn(cell) === null) && !referencesIn(first).isSure;
  const header = Array.from({ length: width }, (_, index) => (hasHeader ? (first[index] ?? "") : "") || `${index + 1}`);
  return { header, rows: hasHeader ? rows.slice(1) : rows };
}

function rowsIn(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (isQuoted && character === '"' && text.charAt(i + 1) === '"') {
      cell += '"';
      i += 1;
      // A quote within a text is an ordinary character, or one inch sign would swallow all lines below it.
    } else if (character === '"' && (isQuoted || cell === "")) isQuoted = !isQuoted;
    else if (!isQuoted && character === separator) {
      row.push(cell);
      cell = "";
    } else if (!isQuoted && character === "\n") {
      rows.push([...row, cell]);
      row = [];
      cell = "";
    } else if (isQuoted || character !== "\r") cell += character;
  }
  return [...rows, [...row, cell]];
}

/** `1 234,50`, `R1,234.50` and `+1234.5` as the API takes them; null for what is none, and for what went out. */
export function amountIn(cell: string): string | null {
  const text = cell.replace(/[\s\u00a0R+]/gi, "");
  const match = /^(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const whole = (match[1] ?? "").replace(/[.,]/g, "");
  const minor = Number(whole) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return minor > 0 && minor <= 1e11 ? formatMoney(minor) : null;
}

/** `isSure`: they are apart from the rest of their cell; others may be letters of words beside each other. */
type References = { readonly shown: readonly string[]; readonly isSure: boolean };

/** What in the cells of a line reads as a reference, as it is shown: nothing else of the line is sent. */
function referencesIn(cells: readonly string[]): References {
  const all = cells.flatMap(candidatesIn);
  const whole = all.filter((each) => each.whole);
  const shown = (whole.length > 0 ? whole : all).map(({ body }) => showReference(body));
  return { shown: [...new Set(shown)], isSure: whole.length > 0 };
}

const NAMED = /amount|credit|bedrag|krediet|in$/i;
/** A balance is an amount in each line, and a day without strokes reads as one. */
const OTHERWISE = /balance|saldo|date|datum/i;

/** The column that says how much came in, as far as it can be known: of those that are named so, else of all, the fullest. */
export function amountColumn({ header, rows }: Table): number {
  const weights = header.map((name, index) => {
    const amounts = rows.filter((row) => amountIn(row[index] ?? "") !== null).length;
    if (amounts === 0 || OTHERWISE.test(name)) return 0;
    return amounts + (NAMED.test(name) ? rows.length : 0);
  });
  return weights.indexOf(Math.max(...weights));
}

/** The column that was chosen for statements as wide as this one, where it has amounts; null: none was. */
export function chosenColumn({ rows }: Table, chosen: string | null): number | null {
  const column = chosen === null ? -1 : Number(chosen);
  return rows.some((row) => amountIn(row[column] ?? "") !== null) ? column : null;
}

/** `isSure`: that its text names references at all. */
export type Payment = { readonly text: string; readonly amount: string; readonly isSure: boolean };

/** The payments: lines with an amount that came in and something that reads as a reference. */
export function paymentsIn({ rows }: Table, column: number): { payments: readonly Payment[]; others: number } {
  const payments = rows.flatMap((row): Payment[] => {
    const amount = amountIn(row[column] ?? "");
    const { shown, isSure } = referencesIn(row.filter((_, index) => index !== column));
    return amount === null || shown.length === 0 ? [] : [{ text: shown.join(" "), amount, isSure }];
  });
  return { payments, others: rows.length - payments.length };
}

/** Whether a line is shown: letters that happen to read as a reference, of no order, are not worth it. */
export function isWorthALook({ isSure }: Payment, { outcome }: { readonly outcome: string }): boolean {
  return isSure || outcome !== "unknown_reference";
}

/** Whether an order may be confirmed because of this line: only what fits to the cent is proposed. */
export function confirmable({ outcome }: { readonly outcome: string }): boolean {
  return outcome === "match";
}

/** Two calls may name the same order. */
export function ordersOnce(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
