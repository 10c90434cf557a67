// Descriptions as HTML (rule E10). It brings the parser of Markdown along, so it is loaded by who writes a description.

import { getDefaults, Lexer, Tokenizer } from "marked";
import { markdownHtml } from "../../domain/markdown-html.ts";

/** So many markers of lists before one text: nobody means them, and each would be a call within a call. */
const TOO_DEEP = /^(?: {0,3}(?:[*+-]|\d{1,9}[.)])[ \t]+){9}/;

/** The elements number what is in them from 1. */
const FROM_ANOTHER_NUMBER = /^ {0,3}(?!0*1[.)])\d{1,9}[.)](?:\s|$)/;

/** So many emphases and links in one another at most, likewise. */
const MAX_INLINE_DEPTH = 10;

/** Paragraphs, headings, lists, emphasis and links. What else Markdown has is no markup here, and stays as it was typed. */
class Subset extends Tokenizer {
  #depth = 0;

  override list(source: string) {
    return TOO_DEEP.test(source) || FROM_ANOTHER_NUMBER.test(source) ? undefined : super.list(source);
  }
  override emStrong(...of: Parameters<Tokenizer["emStrong"]>) {
    return this.#within(() => super.emStrong(...of));
  }
  override link(source: string) {
    return this.#within(() => super.link(source));
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

  /** What the call answers, which may lead here again; undefined once that is too deep. */
  #within<Token>(call: () => Token): Token | undefined {
    if (this.#depth === MAX_INLINE_DEPTH) return undefined;
    this.#depth += 1;
    try {
      return call();
    } finally {
      this.#depth -= 1;
    }
  }
}

/** The HTML of a description in Markdown, at most `MAX_DESCRIPTION` characters. */
export function renderMarkdown(source: string): string {
  return markdownHtml(new Lexer({ ...getDefaults(), gfm: false, tokenizer: new Subset() }).lex(source));
}
