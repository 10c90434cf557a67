// Formats tables and figures as text: for the terminal, and as Markdown for docs/performance.md. Measures nothing.

import type { Table } from "../scenario.ts";

/** Columns as wide as their widest cell; the first column is a name and is aligned left, figures are aligned right. */
export function toText({ head, rows }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return all.map(line).join("\n");
}

export function toMarkdown({ head, rows }: Table): string {
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map(line).join("\n");
}

export type Target = { readonly reach: number; readonly most?: boolean; readonly digits?: number };

/** A figure beside what it must reach, as cells: `0.93`, `≥ 0.90`, `reached`. With `most` it must stay below. */
export function judge(figure: number, { reach, most = false, digits = 2 }: Target): [string, string, string] {
  const verdict = hasReached(figure, { reach, most }) ? "reached" : "MISSED";
  return [figure.toFixed(digits), `${most ? "≤" : "≥"} ${reach.toFixed(digits)}`, verdict];
}

export function hasReached(figure: number, { reach, most = false }: Target): boolean {
  return most ? figure <= reach : figure >= reach;
}
