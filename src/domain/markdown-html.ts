// HTML of a description, written from what a parser of Markdown made of it (rule E10). Every element and attribute is
// written here and every text is escaped, so nothing else can come out, whatever the parser answers.

import { escapeHtml, linesAsHtml } from "./plain-html.ts";

/** What the parser answers, as far as it is read here; `raw` is the source of the token. */
export type MarkdownToken = {
  readonly type: string;
  readonly raw: string;
  readonly text?: string;
  readonly tokens?: readonly MarkdownToken[];
  readonly items?: readonly MarkdownToken[];
  readonly depth?: number;
  readonly ordered?: boolean;
  readonly href?: string;
};

/** On a page the name of the event is above a description, and the titles of its parts. */
const FIRST_HEADING = 3;
const LAST_HEADING = 6;

/**
 * The elements are `p h3 h4 h5 h6 ul ol li strong em br a`, and the attributes `href` and `rel` of `a`. What is of another
 * kind is shown as it was typed.
 */
export function markdownHtml(blocks: readonly MarkdownToken[]): string {
  return blocks.map(block).join("");
}

function block(token: MarkdownToken): string {
  switch (token.type) {
    case "space":
      return "";
    case "heading": {
      const level = Math.min(LAST_HEADING, FIRST_HEADING - 1 + Math.max(1, Math.trunc(token.depth ?? 1)));
      return `<h${level}>${inlines(token)}</h${level}>`;
    }
    case "list": {
      const items = (token.items ?? []).map((item) => `<li>${markdownHtml(item.tokens ?? [])}</li>`).join("");
      return token.ordered === true ? `<ol>${items}</ol>` : `<ul>${items}</ul>`;
    }
    case "text":
      return inlines(token);
    default:
      return `<p>${inlines(token)}</p>`;
  }
}

/** The content of a token; its own text where it has no parts. `linked`: inside a link, which has no other in it. */
function inlines({ tokens, text, raw }: MarkdownToken, linked = false): string {
  return tokens ? tokens.map((token) => inline(token, linked)).join("") : linesAsHtml((text ?? raw).trim());
}

function inline(token: MarkdownToken, linked: boolean): string {
  switch (token.type) {
    case "strong":
    case "em":
      return `<${token.type}>${inlines(token, linked)}</${token.type}>`;
    case "br":
      return "<br>";
    case "link": {
      const href = linked ? null : safeHref(token.href ?? "");
      if (href === null) return inlines(token, linked);
      return `<a href="${escapeHtml(href)}" rel="nofollow noopener">${inlines(token, true)}</a>`;
    }
    case "image":
    case "codespan":
      return linesAsHtml(token.raw);
    default:
      return linesAsHtml(token.text ?? token.raw);
  }
}

const SCHEMES: readonly string[] = ["http:", "https:", "mailto:"];

/** The address as a browser reads it; null for one that leads anywhere else than to a page of the web or to a mail. */
function safeHref(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  // A name before the host makes one site look like another.
  if (!url || !SCHEMES.includes(url.protocol) || url.username !== "" || url.password !== "") return null;
  return url.href;
}
