// Converts money: integer minor units inside, a decimal string on the wire.

export const CURRENCY = "ZAR";
/** R1,000,000.00 in cents (rule K1). */
export const MAX_PRICE = 100_000_000;

const DECIMAL = /^(0|[1-9]\d{0,9})(?:\.(\d{1,2}))?$/;

/** `15000` → `"150.00"`. */
export function formatMoney(minor: number): string {
  const cents = String(minor % 100).padStart(2, "0");
  return `${Math.floor(minor / 100)}.${cents}`;
}

/** `"150"`, `"150.0"`, `"150.00"` → `15000`; null for what is not a decimal with at most two places. */
export function parseMoney(text: string): number | null {
  const match = DECIMAL.exec(text);
  if (!match) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}
