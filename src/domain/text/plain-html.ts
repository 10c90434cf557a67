// Converts text to HTML that shows it as it was typed, for descriptions that were stored before they were rendered; and a
// description's HTML to text, for whatever shows no markup (rule E10).

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

const UNESCAPED = new Map(Object.entries(ESCAPED).map(([character, entity]) => [entity, character]));

/** The text that a reader sees of HTML that was made here or from Markdown, with a blank line after each part. */
export function htmlAsText(html: string): string {
  return html
    .replace(/<br>/g, "\n")
    .replace(/<\/(?:p|h[3-6]|li|ul|ol)>/g, "\n\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => UNESCAPED.get(entity) ?? "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Safe as the content of an element; each line feed becomes a new line. */
export function linesAsHtml(text: string): string {
  return escapeHtml(text).replaceAll("\n", "<br>");
}

/** A paragraph for each part of `text` between blank lines. */
export function paragraphsAsHtml(text: string): string {
  const parts = text.split(/\n\s*\n/).map((part) => part.trim());
  return parts.map((part) => (part === "" ? "" : `<p>${linesAsHtml(part)}</p>`)).join("");
}
