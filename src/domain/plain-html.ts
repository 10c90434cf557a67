// Text as HTML that shows it as it was typed: what a description has that was stored before descriptions were rendered
// (rule E10).

const ESCAPED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Safe as the content of an element and as the value of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? "");
}

/** Safe as the content of an element; each line feed begins a new line. */
export function linesAsHtml(text: string): string {
  return escapeHtml(text).replaceAll("\n", "<br>");
}

/** A paragraph for each part of `text` between blank lines. */
export function paragraphsAsHtml(text: string): string {
  const parts = text.split(/\n\s*\n/).map((part) => part.trim());
  return parts.map((part) => (part === "" ? "" : `<p>${linesAsHtml(part)}</p>`)).join("");
}
