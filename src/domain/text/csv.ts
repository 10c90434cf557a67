// Writes CSV as in RFC 4180, in such a way that no spreadsheet takes what somebody typed for a formula.

/** Marks the text as UTF-8 for programs that open it. */
export const BYTE_ORDER_MARK = "\ufeff";

/**
 * The places where a spreadsheet would begin a formula: before these characters, also in their full-width form, and after a
 * tab or a return. Where numbers are written with commas, as in South Africa, a spreadsheet splits cells at semicolons,
 * whatever the quotes say, so a formula could begin after one too.
 */
const BEFORE_FORMULA = /^(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])|(?<=;\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/gu;

/** One field, in quotes. A number is written as it is, since only text that people typed can begin like a formula. */
export function csvField(value: string | number | null): string {
  if (value === null) return '""';
  const text = typeof value === "number" ? String(value) : value.replaceAll(BEFORE_FORMULA, "'");
  return `"${text.replaceAll('"', '""')}"`;
}

/** One line, with its end. */
export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(csvField).join(",")}\r\n`;
}
