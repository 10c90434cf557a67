// Reads phone numbers as people write them at home (rule S13).

/** The calling code of each country whose people write a 0 in its place at home. */
const CALLING: Readonly<Record<string, string>> = {
  ZA: "+27",
  NA: "+264",
  BW: "+267",
  GB: "+44",
  NL: "+31",
  DE: "+49",
};

/** `082 123-4567` in South Africa is `+27821234567`. */
export function phoneOf(text: string, country: string): string {
  const digits = text.replace(/[\s().\-/]/g, "").replace(/^00/, "+");
  const code = CALLING[country];
  return code !== undefined && /^0[1-9]/.test(digits) ? `${code}${digits.slice(1)}` : digits;
}
