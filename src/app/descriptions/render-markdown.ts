// Descriptions as HTML (rule E10). It brings the parser of Markdown along, so it is loaded by who writes a description.

import { getDefaults, Lexer, Tokenizer } from "marked";
import { markdownHtml } from "../../domain/markdown-html.ts";

/** So many markers of lists before one text: nobody means them, and each would be a call within a call. */
const TOO_DEEP = /^(?: {0,3}(?:[*+-]|\d{1,9}[.)])[ \t]+){9}/;

/** Paragraphs, headings, lists, emphasis and links. What else Markdown has is no markup here, and stays as it was typed. */
class Subset extends Tokenizer {
  override list(source: string) {
    return TOO_DEEP.test(source) ? undefined : super.list(source);
  }
  override blockquote() {
    return undefined;
  }
  override code() {
    return undefined;
  }
  override fences() {
    return undefined;
  }
  override html() {
    return undefined;
  }
  override tag() {
    return undefined;
  }
  override def() {
    return undefined;
  }
  override reflink() {
    return undefined;
  }
}

/** The HTML of a description in Markdown, at most `MAX_DESCRIPTION` characters. */
export function renderMarkdown(source: string): string {
  return markdownHtml(new Lexer({ ...getDefaults(), gfm: false, tokenizer: new Subset() }).lex(source));
}
