// What a text that people type may carry (rule X9). Names go into headers of mails, into terminals and tables, where a
// character that is not seen would do what nobody reads.

/** Everything that moves a cursor, ends a line, or turns the direction in which others are read. */
const UNSEEN = /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u;
const UNSEEN_BUT_LINE_FEEDS = /[^\P{Cc}\n]|[\u2028\u2029\p{Bidi_Control}]/u;
/** Something that is seen: neither blanks nor format characters alone. */
const SEEN = /[^\p{Z}\p{C}]/u;

export const LINE_FAULT = "Control or bidirectional characters";
export const TEXT_FAULT = "Control or bidirectional characters other than line feeds";

/** Whether `text` is one line, without characters that act on those around them. */
export function isLine(text: string): boolean {
  return !UNSEEN.test(text);
}

/** Whether `text`, which may have several lines, has line feeds alone of what is not seen. */
export function isText(text: string): boolean {
  return !UNSEEN_BUT_LINE_FEEDS.test(text);
}

/** Whether there is anything to read in `text`. */
export function saysSomething(text: string): boolean {
  return SEEN.test(text);
}

/** Every end of a line as a line feed, as some systems write and paste them otherwise. */
export function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** `text` on one line, for a place that has no other: what may not be in a line becomes a blank. */
export function folded(text: string): string {
  return text.replace(new RegExp(`(?:${UNSEEN.source}|\\s)+`, "gu"), " ").trim();
}

const MAX_SHOWN_NAME = 80;

/**
 * A name that somebody gave, for a mail to somebody else: on one line, no mail program makes a link of it, and it is no
 * letter of its own.
 */
export function unlinked(name: string): string {
  const plain = folded(name).replace(/[.:/\\@]+(?=\S)/g, " ");
  const letters = [...plain];
  return letters.length > MAX_SHOWN_NAME ? `${letters.slice(0, MAX_SHOWN_NAME).join("")}…` : plain;
}

/** `text` as a terminal may be given it: what a terminal would act on is written out, such as `\u{1b}`. */
export function writtenOut(text: string): string {
  return text.replace(new RegExp(UNSEEN_BUT_LINE_FEEDS.source, "gu"), (found) => {
    return `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
