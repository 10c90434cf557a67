// Renders descriptions as HTML (rule E10). It contains the Markdown parser, so it is loaded only when a description is
// written.

import { getDefaults, Lexer, Tokenizer } from "marked";
import { markdownHtml } from "../../domain/text/markdown-html.ts";

/** So many list markers before one text are a mistake, and each would be a nested call of the parser. */
const TOO_DEEP = /^(?: {0,3}(?:[*+-]|\d{1,9}[.)])[ \t]+){9}/;

/** Matches a numbered list that does not begin at 1, since the elements that are written always number from 1. */
const FROM_ANOTHER_NUMBER = /^ {0,3}(?!0*1[.)])\d{1,9}[.)](?:\s|$)/;

/** How deep emphases and links may be nested, since each level is a nested call. */
const MAX_INLINE_DEPTH = 10;

/** Parses paragraphs, headings, lists, emphasis and links. Other Markdown stays as it was typed. */
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

  /** Runs the call, which may lead here again; undefined once it is nested too deep. */
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

/** Renders the HTML of a description in Markdown of at most `MAX_DESCRIPTION` characters. */
export function renderMarkdown(source: string): string {
  return markdownHtml(new Lexer({ ...getDefaults(), gfm: false, tokenizer: new Subset() }).lex(source));
}
