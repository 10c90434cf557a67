// Writes the HTML of a description from the tokens of a Markdown parser (rule E10). Every element and attribute is written
// here and every text is escaped, so that nothing else can come out, whatever the parser returns.

import { escapeHtml, linesAsHtml } from "./plain-html.ts";

/** The fields of the parser's tokens that are read here; `raw` is the token's source. */
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

/** Headings begin at level 3, since a page has the name of the event and the titles of its parts above a description. */
const FIRST_HEADING = 3;
const LAST_HEADING = 6;

/**
 * Writes only the elements `p h3 h4 h5 h6 ul ol li strong em br a`, and the attributes `href` and `rel` of `a`. Any other
 * kind of token is shown as it was typed.
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

/** The content of a token; its own text when it has no parts. `linked`: inside a link, which must not contain another. */
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

/** The address as a browser reads it; null when it leads to anything but a web page or a mail. */
function safeHref(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  // A user name before the host can make a link look as if it led to another site.
  if (!url || !SCHEMES.includes(url.protocol) || url.username !== "" || url.password !== "") return null;
  return url.href;
}
