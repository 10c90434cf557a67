// Reads a downloaded bank statement: its lines, the meaning of its columns, the amounts that came in, and the
// references that may be in a line. The statement stays in the browser: only references and amounts are sent, and
// nothing of the payers.

import { formatMoney } from "../../../domain/money.ts";
import { showReference } from "../../../domain/orders/reference.ts";
import { referencesIn as candidatesIn } from "../../../domain/orders/statement-lines.ts";

export type Table = { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

const SEPARATORS = [";", "\t", ","];

/**
 * How many lines are searched for the separator, since some banks print the owner of the account above the payments.
 */
const LINES_LOOKED_AT = 20;

/** Parses RFC 4180 with any of the separators that banks use, a byte-order mark and blank lines. */
export function tableIn(text: string): Table {
  const plain = text.replace(/^\ufeff/, "");
  const start = plain.split(/\r?\n/, LINES_LOOKED_AT).join("\n");
  const separator = SEPARATORS.reduce((a, b) => (start.split(b).length > start.split(a).length ? b : a));
  const rows = rowsIn(plain, separator).filter((row) => row.some((cell) => cell.trim() !== ""));
  const width = Math.max(0, ...rows.map((row) => row.length));
  const first = rows[0] ?? [];
  // A line with an amount in it is a payment, not a heading.
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
      // A quote within a text is an ordinary character; otherwise one inch sign would swallow all lines below it.
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

/**
 * Reads `1 234,50`, `R1,234.50` and `+1234.5` into the API's form; null for a text that is no amount, and for money
 * that went out.
 */
export function amountIn(cell: string): string | null {
  const text = cell.replace(/[\s\u00a0R+]/gi, "");
  const match = /^(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const whole = (match[1] ?? "").replace(/[.,]/g, "");
  const minor = Number(whole) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return minor > 0 && minor <= 1e11 ? formatMoney(minor) : null;
}

/**
 * `isSure`: each reference stands apart from the rest of its cell. Otherwise they may be letters of neighbouring words.
 */
type References = { readonly shown: readonly string[]; readonly isSure: boolean };

/** The references in the cells of a line, in the form for people. Nothing else of the line is sent. */
function referencesIn(cells: readonly string[]): References {
  const all = cells.flatMap(candidatesIn);
  const whole = all.filter((each) => each.whole);
  const shown = (whole.length > 0 ? whole : all).map(({ body }) => showReference(body));
  return { shown: [...new Set(shown)], isSure: whole.length > 0 };
}

const NAMED = /amount|credit|bedrag|krediet|in$/i;
/** Excludes columns with an amount in each line that is not a payment: a balance, and a date without separators. */
const OTHERWISE = /balance|saldo|date|datum/i;

/**
 * Guesses the column of the amounts that came in: the fullest of those with such a name, or else the fullest of all.
 */
export function amountColumn({ header, rows }: Table): number {
  const weights = header.map((name, index) => {
    const amounts = rows.filter((row) => amountIn(row[index] ?? "") !== null).length;
    if (amounts === 0 || OTHERWISE.test(name)) return 0;
    return amounts + (NAMED.test(name) ? rows.length : 0);
  });
  return weights.indexOf(Math.max(...weights));
}

/**
 * The column that a person chose earlier for statements as wide as this one; null when none was chosen or it has no
 * amounts.
 */
export function chosenColumn({ rows }: Table, chosen: string | null): number | null {
  const column = chosen === null ? -1 : Number(chosen);
  return rows.some((row) => amountIn(row[column] ?? "") !== null) ? column : null;
}

/** `isSure`: its references stand apart from other text. */
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

/** Whether a line is shown. It is not if its letters only happen to read as a reference, and no order has that. */
export function isWorthALook({ isSure }: Payment, { outcome }: { readonly outcome: string }): boolean {
  return isSure || outcome !== "unknown_reference";
}

/** Whether an order may be confirmed because of this line: only one whose amount fits to the cent is proposed. */
export function confirmable({ outcome }: { readonly outcome: string }): boolean {
  return outcome === "match";
}

/** Two calls may return the same order. */
export function ordersOnce(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
