// Serves the OpenAPI document, made from the routes, and the API page at /docs that shows it.

import type { Context as HonoContext } from "hono";
import type { ApiDocument } from "../../pages/api-page/document.ts";
import { apiPage } from "../../pages/api-page/page.ts";
import { API_PAGE_SCRIPT } from "../../pages/api-page/script.ts";
import { API_PAGE_ICON, API_PAGE_STYLE } from "../../pages/api-page/style.ts";
import { etagOf, matchesEtag } from "../../responses/etag.ts";
import { limitPage } from "../../pages/html-page.ts";
import { problemExample, ROUTE_CODES } from "../../problems/problem-samples.ts";
import type { HonoEnv, newRouter } from "../../routing.ts";

type App = ReturnType<typeof newRouter>;

const SOURCES = "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; ";

const DESCRIPTION = `Holds, orders and live counts of ticket types that cannot oversell.

Times are ISO 8601 UTC, money is a decimal string with its currency, ids are opaque. Lists answer \`{data, next_cursor}\`.
Errors are RFC 9457 problems; each code has a page at its \`type\`. Every answer has \`X-Request-Id\`; 429 and 503 have \`Retry-After\`.`;

const TAGS = [
  { name: "Storefront", description: "The public catalogue, holds and checkouts." },
  { name: "Live", description: "WebSockets with counts." },
  { name: "Orders", description: "Read, confirm and cancel." },
  { name: "Tickets", description: "The tickets of confirmed orders, their codes and links." },
  { name: "Venues", description: "Venues and their gates." },
  { name: "Events", description: "Events and their transitions." },
  { name: "Ticket types", description: "Ticket types, their prices and totals, and their holds." },
  { name: "Door", description: "Scans at the gates of an event, who is inside, and the log of both." },
  { name: "Door desk", description: "Which devices are on duty at an event, and the notice to its gates." },
  { name: "Crew", description: "Codes by which phones are paired for an event." },
  { name: "Organisation", description: "The caller, the organisation, and its audit log." },
  { name: "People", description: "Members and invitations. Accounts and sessions under /api/auth: docs/api.md." },
  { name: "Credentials", description: "API keys and devices." },
  { name: "Operations", description: "Health." },
];

function describe(app: App): object {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "VoelgoedEvents",
      version: "1",
      description: DESCRIPTION,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: "/", description: "This server" }],
    tags: TAGS,
  });
}

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
    description: "The link of an order, `vgo_…`, from the response to its checkout or from its mails.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "ticketLink", {
    type: "http",
    scheme: "bearer",
    description: "The link of a ticket, `vgt_…`, from POST /v1/tickets/{id}/link.",
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
      "A member's session, after signing in under /api/auth; without TLS, on a local server, `voelgoed.session_token`. To change something the request needs the server's own `Origin`.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "device", {
    type: "http",
    scheme: "bearer",
    description: "A device's token, `vgd_…`.",
  });
  for (const code of ROUTE_CODES) {
    const value = problemExample(code);
    app.openAPIRegistry.registerComponent("examples", code, { summary: value.title, value });
  }
  const document = once(() => JSON.stringify(describe(app)));
  const page = once(() => {
    // The cast holds, since the page reads the document that was made above.
    const text = apiPage(JSON.parse(document()) as ApiDocument);
    return { text, etag: etagOf(text) };
  });
  app.get("/openapi.json", (c) => c.body(document(), 200, { "Content-Type": "application/json" }));
  app.get("/docs", (c) => answerPage(c, page()));
  app.get("/docs/page.js", (c) => part(c, API_PAGE_SCRIPT, "text/javascript; charset=utf-8"));
  app.get("/docs/page.css", (c) => part(c, API_PAGE_STYLE, "text/css; charset=utf-8"));
  app.get("/docs/icon.svg", (c) => part(c, API_PAGE_ICON, "image/svg+xml"));
  app.get("/", home);
}

/** People get the front page of the shop; programs that ask for JSON get the addresses of the API's documents. */
async function home(c: HonoContext<HonoEnv>) {
  c.header("Vary", "Accept");
  const accepted = c.req.header("Accept") ?? "";
  if (accepted.includes("application/json") && !accepted.includes("text/html")) {
    return c.json({ name: "VoelgoedEvents", docs: "/docs", openapi: "/openapi.json" }, 200);
  }
  return (await import("../../pages/events/list-pages.ts")).showFront(c);
}

function answerPage(c: HonoContext<HonoEnv>, { text, etag }: { readonly text: string; readonly etag: string }) {
  limitPage(c, SOURCES);
  c.header("Cache-Control", "public, no-cache");
  c.header("ETag", etag);
  if (matchesEtag(c.req.header("If-None-Match"), etag)) return c.body(null, 304);
  return c.html(text);
}

function part(c: HonoContext<HonoEnv>, text: string, type: string) {
  return c.body(text, 200, { "Content-Type": type, "Cache-Control": "public, no-cache" });
}

/** Makes the value when it is first needed, and keeps it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
