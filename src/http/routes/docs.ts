// The API page at /docs, served from our own assets, and the OpenAPI document that it shows, made from the routes.

import { html } from "hono/html";
import type { Context as HonoContext } from "hono";
import { htmlPage } from "../html-page.ts";
import { plainPage } from "../plain-page.ts";
import { problem } from "../problem.ts";
import type { HonoEnv, newRouter } from "../routing.ts";

type App = ReturnType<typeof newRouter>;

/** What the page needs of the assets' directory; the rest of it is not served. */
const ASSETS: Readonly<Record<string, string>> = {
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "swagger-ui.css": "text/css; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

// Why 'unsafe-inline' for styles alone: Swagger UI sets style attributes; its pictures are data URLs.
const SOURCES = "script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; ";

const START = `window.ui = SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null });\n`;

const DESCRIPTION = `Holds, orders and live counts of ticket types that cannot oversell.

Times are ISO 8601 UTC, money is a decimal string with its currency, ids are opaque. Lists answer \`{data, next_cursor}\`.
Errors are RFC 9457 problems; each code has a page at its \`type\`. Every answer has \`X-Request-Id\`; 429 and 503 have \`Retry-After\`.`;

const TAGS = [
  { name: "Storefront", description: "The public catalogue, holds and checkouts." },
  { name: "Live", description: "WebSockets with counts." },
  { name: "Orders", description: "Read, confirm and cancel." },
  { name: "Venues", description: "Venues and their gates." },
  { name: "Events", description: "Events and their transitions." },
  { name: "Ticket types", description: "What is sold, and who holds it." },
  { name: "Organisation", description: "Who acts, the organisation, and what was changed in it." },
  { name: "People", description: "Members and invitations. Accounts and sessions under /api/auth: docs/api.md." },
  { name: "Credentials", description: "API keys and devices." },
  { name: "Operations", description: "Health." },
];

/** To be called when all routers are mounted. */
export function serveDocumentation(app: App): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "shopper", {
    type: "http",
    scheme: "bearer",
    description: "A shopper's token, `vgs_…`, from POST /v1/shoppers.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "orderLink", {
    type: "http",
    scheme: "bearer",
    description: "The link of an order, `vgo_…`, from the answer of its checkout or from its mails.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: "An organiser's API key, `vgk_…`, with the permission that the route needs.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "__Host-voelgoed.session_token",
    description:
      "A member's session, after signing in under /api/auth; without TLS, on a local server, `voelgoed.session_token`. To change something the request needs our own `Origin`.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "device", {
    type: "http",
    scheme: "bearer",
    description: "A device's token, `vgd_…`.",
  });
  let document: string | undefined;
  app.get("/openapi.json", (c) => {
    document ??= JSON.stringify(
      app.getOpenAPI31Document({
        openapi: "3.1.0",
        info: {
          title: "VoelgoedEvents",
          version: "1",
          description: DESCRIPTION,
          license: { name: "MIT", url: "https://opensource.org/license/mit" },
        },
        servers: [{ url: "/", description: "This server" }],
        tags: TAGS,
      }),
    );
    return c.body(document, 200, { "Content-Type": "application/json" });
  });
  app.get("/docs", page);
  app.get("/docs/start.js", (c) => c.body(START, 200, { "Content-Type": "text/javascript; charset=utf-8" }));
  app.get("/docs/:file", asset);
  app.get("/", home);
}

/** For people a page, for programs the same as JSON. */
function home(c: HonoContext<HonoEnv>) {
  c.header("Vary", "Accept");
  if (!c.req.header("Accept")?.includes("text/html")) {
    return c.json({ name: "VoelgoedEvents", docs: "/docs", openapi: "/openapi.json" }, 200);
  }
  return plainPage(
    c,
    "VoelgoedEvents",
    html`<h1>VoelgoedEvents</h1>
    <p>Ticketing that cannot oversell.</p>
    <ul>
      <li><a href="/docs">The API, to read and to try</a></li>
      <li><a href="/openapi.json">The OpenAPI document</a></li>
      <li><a href="/account">Your account: sign in, set a password or accept an invitation</a></li>
      <li><a href="/readyz">The state of this server</a></li>
    </ul>`,
  );
}

function page(c: HonoContext<HonoEnv>) {
  const head = html`<link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">`;
  const body = html`<div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>`;
  return htmlPage(c, { title: "VoelgoedEvents API", sources: SOURCES, head, body });
}

async function asset(c: HonoContext<HonoEnv, "/docs/:file">) {
  const file = c.req.param("file");
  const type = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
  if (type === undefined) return problem(c, { code: "not_found" });
  const found = await c.env.ASSETS.fetch(new URL(`/${file}`, c.req.url).href);
  if (!found.ok) return problem(c, { code: "not_found" });
  return c.body(await found.arrayBuffer(), 200, { "Content-Type": type, "Cache-Control": "public, max-age=86400" });
}
