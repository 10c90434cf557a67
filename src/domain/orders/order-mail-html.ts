// Writes the mail of an order as HTML beside its plain text, with the same parts. It loads nothing from anywhere, so that
// nobody learns that it was opened, and every text in it is escaped.

import type { Locale } from "./contact.ts";
import { escapeHtml, linesAsHtml } from "../text/plain-html.ts";

/** `show`: its first line is a heading. `link`: its last line is the link. */
export type MailPart = {
  readonly kind: "text" | "show" | "tickets" | "paying" | "link";
  readonly lines: readonly string[];
};
type Letter = {
  readonly locale: Locale;
  readonly subject: string;
  readonly parts: readonly MailPart[];
  /** The text of the link's button. */
  readonly open: string;
};

// Mail programs ignore style sheets, so each element has its own style.
const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif";
const BODY = `margin:0;padding:24px 12px;background:#f6f7f4;color:#16201b;font-size:16px;line-height:1.5;${FONT}`;
const CARD =
  "max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #dce1dc;border-radius:16px";
const BUTTON =
  "display:inline-block;padding:12px 24px;border-radius:10px;background:#0b6b3a;color:#ffffff;font-weight:600;text-decoration:none";
const QUOTED = "margin:0 0 16px;padding:12px 16px;border-radius:10px;background:#eef0ec";

export function mailHtml({ locale, subject, parts, open }: Letter): string {
  const body = parts.map((part) => partHtml(part, open)).join("");
  return (
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(subject)}</title></head>` +
    `<body style="${BODY}"><div style="${CARD}">${body}</div></body></html>\n`
  );
}

function partHtml({ kind, lines }: MailPart, open: string): string {
  switch (kind) {
    case "text":
      return paragraph(lines);
    case "show": {
      const [name = "", ...facts] = lines;
      return `<h1 style="margin:0 0 4px;font-size:24px;line-height:1.25">${escapeHtml(name)}</h1>${paragraph(facts)}`;
    }
    case "tickets":
    case "paying":
      return `<div style="${QUOTED}">${lines.map((line) => linesAsHtml(line.trim())).join("<br>")}</div>`;
    case "link":
      return linkHtml(lines, open);
  }
}

function paragraph(lines: readonly string[]): string {
  return `<p style="margin:0 0 16px">${lines.map(linesAsHtml).join("<br>")}</p>`;
}

/** Without a page to lead to, the link is a code to be typed. */
function linkHtml(lines: readonly string[], open: string): string {
  const address = lines.at(-1) ?? "";
  if (!/^https?:\/\//.test(address)) return paragraph(lines);
  const button = `<a href="${escapeHtml(address)}" style="${BUTTON}">${escapeHtml(open)}</a>`;
  return `${paragraph(lines.slice(0, -1))}<p style="margin:0 0 24px">${button}</p>`;
}
