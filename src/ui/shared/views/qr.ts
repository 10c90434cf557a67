// Draws a QR code as one path: no markup of a library, and nothing that a page's policy would refuse.

import { h, type View } from "./tree.ts";

/** `rows` with the quiet zone that readers need; `true` is dark. Always black on white. */
export function qrView(rows: readonly (readonly boolean[])[], alt: string): View {
  const size = rows.length;
  return h(
    "svg",
    { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": alt },
    h("path", { fill: "#fff", d: `M0 0h${size}v${size}h-${size}z` }),
    h("path", { fill: "#000", d: rows.map(rowPath).join("") }),
  );
}

/** Each run of dark modules is one rectangle. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const from = x;
    while (row[x + 1]) x += 1;
    const width = x + 1 - from;
    path += `M${from} ${y}h${width}v1h-${width}z`;
  }
  return path;
}
