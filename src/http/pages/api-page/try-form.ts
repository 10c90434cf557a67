// Writes the form that sends a request of an operation. Its fields are empty unless a value fits anybody: an id is never
// made up, and the key of each try is new (script.ts).

import { html } from "hono/html";
import { type ApiDocument, exampleOf, ID, type Parameter, type Placed, plainText, wordsFor } from "./document.ts";
import { fieldsTable, type Markup, withCode } from "./parts.ts";

const KEY = "Idempotency-Key";

export function tryForm(document: ApiDocument, { method, path, operation }: Placed): Markup {
  const { operationId, parameters = [], requestBody, responses } = operation;
  const schema = requestBody?.content["application/json"]?.schema;
  const isSocket = "101" in responses;
  const fields = parameters.map((each) => parameterField(document, operationId, each));
  const body =
    schema &&
    html`<h4>Body</h4>
    ${fieldsTable(document, schema, `Fields of the body of ${method} ${path}`)}
    <label for="${operationId}-body">The body of this try</label>
    <textarea id="${operationId}-body" name="body" rows="${Math.min(textOf(document, schema).split("\n").length, 16)}" spellcheck="false">${textOf(document, schema)}</textarea>`;
  if (isSocket) {
    return html`${fields.length === 0 ? "" : html`<h4>Parameters</h4><div class="fields">${fields}</div>`}
      <p>A WebSocket: connect to <code>wss://…${path}</code> with a WebSocket client.</p>`;
  }
  if (requestBody && !schema) {
    return html`${fields.length === 0 ? "" : html`<h4>Parameters</h4><div class="fields">${fields}</div>`}
      <p>The body is the image itself: <code>curl -X ${method} --data-binary @image.png -H "Content-Type: image/png" …${path}</code></p>`;
  }
  const hasKey = parameters.some(({ name }) => name === KEY);
  return html`<form class="try" method="post" data-method="${method}" data-path="${path}" ${hasKey ? "data-key" : ""}>
    ${fields.length === 0 ? "" : html`<h4>Parameters</h4><div class="fields">${fields}</div>`}
    ${body ?? ""}
    <button>Send<span class="hidden"> ${method} ${path}</span></button>
    <div class="answered" role="status"></div>
  </form>`;
}

function parameterField(document: ApiDocument, operationId: string, parameter: Parameter): Markup {
  const { name, required = false, schema, description } = parameter;
  const id = `${operationId}-${name}`;
  const about = description ?? schema.description;
  return html`<div>
    <label for="${id}"><code>${name}</code> <span class="in">${parameter.in}, ${required ? "needed" : "optional"}</span></label>
    ${schema.enum ? choice(id, parameter) : input(id, parameter)}
    <small id="${id}-about">${name === KEY ? "A new one for each try. Type one yourself to see how a repeat is answered." : html`${wordsFor(document, schema)}${about === undefined ? "" : html`. ${withCode(about)}`}`}</small>
  </div>`;
}

function choice(id: string, { name, in: place, required = false, schema }: Parameter): Markup {
  return html`<select id="${id}" name="${name}" data-in="${place}" aria-describedby="${id}-about">
    ${required ? "" : html`<option value="">${schema.default === undefined ? "any" : `left out: ${plainText(schema.default)}`}</option>`}
    ${(schema.enum ?? []).map((each) => html`<option>${plainText(each)}</option>`)}
  </select>`;
}

function input(id: string, { name, in: place, required = false, schema }: Parameter): Markup {
  const { example } = schema;
  const prefix = ID.exec(plainText(example))?.[1];
  const shown = prefix === undefined ? plainText(example ?? "") : `${prefix}_…`;
  return html`<input id="${id}" name="${name}" data-in="${place}" autocomplete="off" spellcheck="false" aria-describedby="${id}-about"
    placeholder="${name === KEY ? "new" : shown}" ${prefix === undefined ? "" : html`list="ids-${prefix}"`} ${required && name !== KEY ? "required" : ""}>`;
}

/** The least that can be sent, ids left open: the script puts in those that it has seen. */
function textOf(document: ApiDocument, schema: Parameter["schema"]): string {
  const least = exampleOf(document, schema, true);
  const isEmpty = typeof least === "object" && least !== null && Object.keys(least).length === 0;
  const value = isEmpty ? exampleOf(document, schema, false) : least;
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "string" ? each.replace(ID, "$1_…") : each), 2);
}
