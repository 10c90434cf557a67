// Writes a view as HTML for the server. Every text and every attribute is escaped; nothing else reaches the page.

import { escapeHtml } from "../../../domain/text/plain-html.ts";
import { attributeOf, type ElementNode, type View } from "./tree.ts";

const VOID: ReadonlySet<string> = new Set(["br", "hr", "img", "input", "link", "meta"]);
/** Browsers do not parse the content of these as text, so escaping would not help. */
const WITHOUT_TEXT: ReadonlySet<string> = new Set(["script"]);

export function writeText(view: View): string {
  if (view === null || view === undefined || view === false) return "";
  if (typeof view === "string") return escapeHtml(view);
  if (typeof view === "number") return String(view);
  if (!("kind" in view)) return view.map(writeText).join("");
  switch (view.kind) {
    case "markup":
      return view.markup;
    case "data":
      return `<script type="application/ld+json">${asData(view.data)}</script>`;
    case "element":
      return writeElement(view);
  }
}

/** A whole page. */
export function writePage(html: ElementNode): string {
  return `<!doctype html>${writeText(html)}`;
}

function writeElement({ tag, props, children }: ElementNode): string {
  const start = `<${tag}${writeProps(props)}>`;
  if (VOID.has(tag)) return start;
  const inner = children.map(writeText).join("");
  if (inner !== "" && WITHOUT_TEXT.has(tag)) throw new Error(`no view may write into a ${tag}`);
  return `${start}${inner}</${tag}>`;
}

function writeProps(props: ElementNode["props"]): string {
  let text = "";
  for (const [name, given] of Object.entries(props)) {
    const value = attributeOf(name, given);
    if (value !== null) text += value === true ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`;
  }
  return text;
}

/** JSON in which no tag can end or begin; the two separators are line ends to a script, though not to JSON. */
function asData(data: unknown): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, escape);
}
