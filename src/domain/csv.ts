// CSV as RFC 4180 has it, and so that no spreadsheet takes what somebody typed for a formula.

/** By it programs know the text for UTF-8. */
export const BYTE_ORDER_MARK = "\ufeff";

/**
 * Spreadsheets begin a formula with these, also as they are written wide, and behind a tab or a return. Where commas are in
 * numbers, as in South Africa, a spreadsheet parts cells at semicolons, whatever the quotes say: so behind one, too.
 */
const BEFORE_FORMULA = /^(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])|(?<=;\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/gu;

/** One field, in quotes. A number is written as it is; nothing of ours begins like a formula but what people typed. */
export function csvField(value: string | number | null): string {
  if (value === null) return '""';
  const text = typeof value === "number" ? String(value) : value.replaceAll(BEFORE_FORMULA, "'");
  return `"${text.replaceAll('"', '""')}"`;
}

/** One line, with its end. */
export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(csvField).join(",")}\r\n`;
}
