// Parses the accent colour of an event or an organisation, and chooses the text colour that is readable on it (rule E12).

const COLOR = /^#[0-9a-f]{6}$/;

/** Returns `#RRGGBB` in any case as `#rrggbb`; null when the text is no such colour. */
export function parseColor(text: string): string | null {
  const color = text.toLowerCase();
  return COLOR.test(color) ? color : null;
}

/**
 * Black or white, whichever has more contrast on `color`, a `#rrggbb`. The contrast is at least 4.58; WCAG 2.2 requires 4.5
 * for text of any size.
 */
export function textColorOn(color: string): "#000000" | "#ffffff" {
  return contrast(color, "#000000") >= contrast(color, "#ffffff") ? "#000000" : "#ffffff";
}

/** The contrast of two colours as WCAG 2.2 defines it, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance of a `#rrggbb`, 0 to 1. */
function luminance(color: string): number {
  return 0.2126 * linear(color, 1) + 0.7152 * linear(color, 3) + 0.0722 * linear(color, 5);
}

function linear(color: string, at: number): number {
  const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
