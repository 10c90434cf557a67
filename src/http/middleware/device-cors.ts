// Declares CORS for the routes of tickets and devices, which only the whole application has (docs/api.md). Those of
// storefronts are in another file, since they are needed before an isolate's first response.

import { allow, type Router } from "./storefront-cors.ts";

/** The routes that a scanner in a browser calls with a device's token (docs/api.md, "Organiser"). */
const DEVICES: Readonly<Record<string, readonly string[]>> = {
  "/v1/devices/pair": ["POST"],
  "/v1/me": ["GET"],
  "/v1/gates/:id": ["GET"],
  "/v1/venues/:id/gates": ["GET"],
  "/v1/events": ["GET"],
  "/v1/events/:id": ["GET"],
  "/v1/events/:id/ticket-types": ["GET"],
  "/v1/ticket-types/:id": ["GET"],
  "/v1/events/:id/desk": ["GET"],
  "/v1/events/:id/desk/heartbeat": ["POST"],
  "/v1/events/:id/door": ["GET"],
  "/v1/events/:id/door/bundle": ["GET"],
  "/v1/events/:id/door/party": ["GET"],
  "/v1/events/:id/door/counts": ["GET", "POST"],
  "/v1/events/:id/door/lease": ["POST"],
  "/v1/events/:id/scans": ["POST"],
  "/v1/events/:id/scans/:scan_id/undo": ["POST"],
};

/** The public routes that the storefront does not have. */
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  "/v1/public/organizations/:slug": ["GET"],
  "/v1/public/images/:id": ["GET"],
};

/** The routes for the tickets of a storefront's buyers. */
const TICKETS: Readonly<Record<string, readonly string[]>> = {
  "/v1/orders/:id/tickets": ["GET"],
  "/v1/tickets/:id": ["GET"],
  "/v1/tickets/:id/code": ["GET"],
  "/v1/tickets/:id/link": ["POST"],
  "/v1/tickets/:id/reissue": ["POST"],
};

export function allowTicketsAndDevices(app: Router): void {
  allow(app, PUBLIC);
  allow(app, TICKETS);
  allow(app, DEVICES);
}
