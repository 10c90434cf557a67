// Serves an organiser's accent colour to the shop's pages (rule E12): a sheet for each colour, since no page allows an
// inline style.

import { textColorOn } from "../../../domain/events/accent.ts";
import { problem } from "../../problems/problem.ts";
import type { PageContext } from "../page-response.ts";

/** The address contains the colour, so browsers may cache the sheet for ever. `color` is `#rrggbb`. */
export function accentPath(color: string): string {
  return `/accent/${color.slice(1)}.css`;
}

/**
 * Only buttons have the colour: with text in black or white, whichever is readable on it, an edge that is visible on
 * any background, and under the pointer a shade that contrasts more with the text.
 */
export function showAccent(c: PageContext): Response {
  const [, digits] = /^([0-9a-f]{6})\.css$/.exec(c.req.param("file") ?? "") ?? [];
  if (digits === undefined) return problem(c, { code: "not_found" });
  const color = `#${digits}`;
  const text = textColorOn(color);
  const away = text === "#ffffff" ? "#000000" : "#ffffff";
  c.header("Cache-Control", "public, max-age=31536000, immutable");
  c.header("Cross-Origin-Resource-Policy", "same-origin");
  const strong = `color-mix(in srgb, ${color}, ${away} 15%)`;
  const css = `:root{--vg-button:${color};--vg-on-button:${text};--vg-button-strong:${strong};--vg-button-edge:var(--vg-edge)}`;
  return c.body(css, 200, { "Content-Type": "text/css; charset=utf-8" });
}
