// CSV as RFC 4180 has it, and so that no spreadsheet takes what somebody typed for a formula.

/** By it programs know the text for UTF-8. */
export const BYTE_ORDER_MARK = "\ufeff";

/** Spreadsheets begin a formula with these, also behind a tab or a return. */
const BEGINS_FORMULA = /^[=+\-@\t\r]/;

/** One field, in quotes. A number is written as it is; nothing of ours begins like a formula but what people typed. */
export function csvField(value: string | number | null): string {
  if (value === null) return '""';
  const text = typeof value === "number" ? String(value) : BEGINS_FORMULA.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

/** One line, with its end. */
export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(csvField).join(",")}\r\n`;
}
