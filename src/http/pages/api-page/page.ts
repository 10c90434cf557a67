// Writes the API page: the OpenAPI document as one page of HTML, whole without a script, and made once an isolate.

import { html, raw } from "hono/html";
import { pageText } from "../html-page.ts";
import { exampleOf, nameOf, operationsOf, type ApiDocument, type Placed, resolve } from "./document.ts";
import { fieldsTable, jsonBlock, type Markup, withCode } from "./parts.ts";
import { tryForm } from "./try-form.ts";

/** The whole page as text. An operation of several tags is described under the first, and listed in the contents under each. */
export function apiPage(document: ApiDocument): string {
  const operations = operationsOf(document);
  const groups = document.tags.map((tag) => ({
    ...tag,
    id: `tag-${tag.name.toLowerCase().replaceAll(" ", "-")}`,
    operations: operations.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  const head = html`<meta name="color-scheme" content="light dark">
    <link rel="icon" href="/docs/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/docs/page.css">
    <script src="/docs/page.js" defer></script>`;
  const body = html`<a class="skip" href="#main">Skip to the content</a>
    <header><a href="/">${document.info.title}</a> <span>API</span></header>
    <div class="columns">
      <details id="contents" open>
        <summary>Contents</summary>
        <nav aria-label="Contents">
          <label class="find">Find <input id="find" type="search" placeholder="holds, PATCH, venue …"></label>
          <section><ul><li><a href="#your-token">Your token</a></li></ul></section>
          ${groups.map((group) => contentsOf(group.name, group.id, group.operations))}
          <section><ul><li><a href="#problems">Problems</a></li><li><a href="#shapes">Shapes</a></li></ul></section>
        </nav>
      </details>
      <main id="main">
        <h1>${document.info.title} API</h1>
        ${document.info.description.split("\n\n").map((text) => html`<p>${withCode(text)}</p>`)}
        <p><a href="/openapi.json">The OpenAPI document</a></p>
        ${credentials(document)}
        ${groups.map(
          (group) => html`<section aria-labelledby="${group.id}">
          <h2 id="${group.id}">${group.name}</h2>
          <p>${withCode(group.description)}</p>
          ${group.operations.filter((each) => each.operation.tags[0] === group.name).map((each) => operation(document, each))}
        </section>`,
        )}
        ${problems(document)}
        ${shapes(document)}
      </main>
    </div>`;
  return pageText({ title: `${document.info.title} API`, head, body });
}

function contentsOf(name: string, id: string, operations: readonly Placed[]): Markup {
  return html`<section><h2><a href="#${id}">${name}</a></h2><ul>
    ${operations.map(
      ({ method, path, operation: { operationId, summary } }) =>
        html`<li data-find="${`${method} ${path} ${summary}`.toLowerCase()}"><a href="#${operationId}"><span class="method ${method}">${method}</span> ${summary}</a></li>`,
    )}
  </ul></section>`;
}

function credentials({ components }: ApiDocument): Markup {
  return html`<section aria-labelledby="your-token">
    <h2 id="your-token">Your token</h2>
    <p>Each operation names the credentials that it takes. A token that you put in here goes with each try as <code>Authorization: Bearer …</code>, and is forgotten when you leave this page. Without one, a try goes with your session, if you have <a href="/account">signed in</a>.</p>
    <div class="credential">
      <label for="token">Token</label>
      <input id="token" type="password" autocomplete="off" spellcheck="false" placeholder="vgs_…, vgo_…, vgt_…, vgk_… or vgd_…">
      <button id="new-shopper" type="button">Become a shopper</button>
      <p id="token-said" role="status"></p>
    </div>
    <dl>${Object.entries(components.securitySchemes).map(
      ([name, { description }]) =>
        html`<dt id="credential-${name}"><code>${name}</code></dt><dd>${withCode(description)}</dd>`,
    )}</dl>
  </section>`;
}

function operation(document: ApiDocument, placed: Placed): Markup {
  const { method, path, operation: details } = placed;
  const takes = details.security.flatMap((each) => Object.keys(each));
  return html`<details class="operation" id="${details.operationId}">
    <summary><span class="method ${method}">${method}</span> <code>${raw(breakable(path))}</code> <span class="says">${details.summary}</span></summary>
    <div class="told">
      <h3>${details.summary}</h3>
      ${details.description === undefined ? "" : html`<p>${withCode(details.description)}</p>`}
      <p>Credential: ${takes.length === 0 ? "none" : takes.map((name, at) => html`${at > 0 ? " or " : ""}<a href="#credential-${name}">${name}</a>`)}.</p>
      ${tryForm(document, placed)}
      ${Object.entries(details.responses)
        .filter(([, { content }]) => content === undefined || "application/json" in content)
        .map(([status, answer]) => success(document, `${method} ${path}`, status, answer))}
      ${refusals(document, details)}
    </div>
  </details>`;
}

type Answer = Placed["operation"]["responses"][string];

function success(document: ApiDocument, of: string, status: string, { description, content }: Answer): Markup {
  const schema = content?.["application/json"]?.schema;
  if (!schema) return html`<h4>${status}: ${description}</h4>`;
  const data = resolve(document, schema).properties?.["data"];
  const name = nameOf(schema) ?? (data ? nameOf(data) : null);
  return html`<h4>${status}: ${description}</h4>
    ${name === null ? "" : html`<p>Its fields: <a href="#shape-${name}">${name}</a>.</p>`}
    ${jsonBlock(exampleOf(document, schema, false), `Example of ${status} of ${of}`)}`;
}

function refusals({ components }: ApiDocument, { responses }: Placed["operation"]): Markup {
  const codes = Object.values(responses).flatMap(({ content }) =>
    Object.keys(content?.["application/problem+json"]?.examples ?? {}),
  );
  return html`<h4>Refusals</h4>
    <ul class="refusals">${codes.map((code) => {
      const { status, title } = components.examples[code]?.value ?? { status: "", title: "" };
      return html`<li>${status} <a href="#problem-${code}"><code>${code}</code></a> ${title}</li>`;
    })}</ul>`;
}

function problems({ components }: ApiDocument): Markup {
  const all = Object.entries(components.examples).sort(([, a], [, b]) => a.value.status - b.value.status);
  return html`<section aria-labelledby="problems">
    <h2 id="problems">Problems</h2>
    <p>What a refusal is answered with, as <code>application/problem+json</code>.</p>
    ${all.map(
      ([code, { value }]) => html`<details id="problem-${code}">
      <summary>${value.status} <code>${code}</code> <span class="says">${value.title}</span></summary>
      <div class="told">
        <p><a href="/problems/${code}">What to do about ${code}</a></p>
        ${jsonBlock(value, `Example of ${code}`)}
      </div>
    </details>`,
    )}
  </section>`;
}

function shapes(document: ApiDocument): Markup {
  const all = Object.entries(document.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  return html`<section aria-labelledby="shapes">
    <h2 id="shapes">Shapes</h2>
    ${all.map(
      ([name, schema]) => html`<details id="shape-${name}">
      <summary><code>${name}</code></summary>
      <div class="told">${fieldsTable(document, schema, `Fields of ${name}`)}</div>
    </details>`,
    )}
  </section>`;
}

/** A path may be broken after each slash. */
function breakable(path: string): string {
  return path.replaceAll("/", "/<wbr>");
}
