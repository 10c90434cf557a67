// Writes the parts of the API page that are used in several places.

import { html } from "hono/html";
import { type ApiDocument, nameOf, resolve, type Schema, wordsFor } from "./document.ts";

export type Markup = ReturnType<typeof html>;

/** Marks as code what the text has between backquotes, and escapes all else. */
export function withCode(text: string): Markup[] {
  return text.split("`").map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

/** Scrolls long lines, also by the keyboard, so that the page itself never scrolls sideways. */
export function jsonBlock(value: unknown, label: string): Markup {
  return html`<pre tabindex="0" role="region" aria-label="${label}">${JSON.stringify(value, null, 2)}</pre>`;
}

/** Makes a table of an object's fields, and of those of the objects within it, each by its path. */
export function fieldsTable(document: ApiDocument, schema: Schema, label: string): Markup {
  const rows = rowsOf(document, schema, "");
  if (rows.length === 0) return html`<p>An object.</p>`;
  return html`<div class="table" tabindex="0" role="region" aria-label="${label}"><table>
    <thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">About</th></tr></thead>
    <tbody>${rows.map(
      ({ path, schema: each, needed }) => html`<tr>
      <th scope="row"><code>${path}</code></th>
      <td>${typeOf(document, each)}${needed ? "" : html` <em>optional</em>`}</td>
      <td>${aboutField(document, each)}</td>
    </tr>`,
    )}</tbody>
  </table></div>`;
}

type Row = { readonly path: string; readonly schema: Schema; readonly needed: boolean };

function rowsOf(document: ApiDocument, schemaOrRef: Schema, before: string): Row[] {
  const { properties = {}, required = [] } = resolve(document, schemaOrRef);
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = before + name;
    const row = { path, schema, needed: required.includes(name) };
    if (nameOf(schema) !== null) return [row];
    const inner = schema.items ? rowsOf(document, schema.items, `${path}[].`) : rowsOf(document, schema, `${path}.`);
    return [row, ...inner];
  });
}

function typeOf(document: ApiDocument, schema: Schema): Markup {
  const name = nameOf(schema);
  const words = wordsFor(document, schema);
  return name === null ? html`${words}` : html`<a href="#shape-${name}">${words}</a>`;
}

function aboutField(document: ApiDocument, schemaOrRef: Schema): Markup {
  const schema = resolve(document, schemaOrRef);
  const { description, pattern } = schema;
  const standard = schema.default;
  return html`${description === undefined ? "" : withCode(description)}
    ${standard === undefined ? "" : html` When left out: <code>${JSON.stringify(standard)}</code>.`}
    ${pattern === undefined ? "" : html` Pattern: <code>${pattern}</code>`}`;
}
