// Checks which characters a text that people type may have (rule X9). Names go into mail headers, terminals and tables,
// where an invisible character could do something that nobody sees.

/** The characters that move a cursor, end a line, or change the direction in which others are read. */
const UNSEEN = /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u;
const UNSEEN_BUT_LINE_FEEDS = /[^\P{Cc}\n]|[\u2028\u2029\p{Bidi_Control}]/u;
/** A visible character: neither a blank nor a control or format character. */
const SEEN = /[^\p{Z}\p{C}]/u;

export const LINE_FAULT = "Control or bidirectional characters";
export const TEXT_FAULT = "Control or bidirectional characters other than line feeds";

/** Whether `text` is one line without control or bidirectional characters. */
export function isLine(text: string): boolean {
  return !UNSEEN.test(text);
}

/** Whether `text`, which may have several lines, has no control or bidirectional characters other than line feeds. */
export function isText(text: string): boolean {
  return !UNSEEN_BUT_LINE_FEEDS.test(text);
}

/** Whether there is anything to read in `text`. */
export function saysSomething(text: string): boolean {
  return SEEN.test(text);
}

/** Turns each line ending into a line feed, since some systems write or paste CR or CRLF. */
export function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** `text` as a single line: each run of blanks, line endings and forbidden characters becomes one blank. */
export function folded(text: string): string {
  return text.replace(new RegExp(`(?:${UNSEEN.source}|\\s)+`, "gu"), " ").trim();
}

const MAX_SHOWN_NAME = 80;

/**
 * A name that one person typed, made safe for a mail to another: it is one line, no mail program makes a link of it,
 * and it is too short to be a message of its own.
 */
export function unlinked(name: string): string {
  const plain = folded(name).replace(/[.:/\\@]+(?=\S)/g, " ");
  const letters = [...plain];
  return letters.length > MAX_SHOWN_NAME ? `${letters.slice(0, MAX_SHOWN_NAME).join("")}…` : plain;
}

/** `text` made safe for a terminal: the characters that a terminal would act on are escaped, such as `\u{1b}`. */
export function writtenOut(text: string): string {
  return text.replace(new RegExp(UNSEEN_BUT_LINE_FEEDS.source, "gu"), (found) => {
    return `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
