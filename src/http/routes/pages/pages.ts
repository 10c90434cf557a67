// Serves the pages of the shop (docs/api.md, "Pages"). Each is loaded by the first request for it, so that no call of the
// API waits for it.

import { problemsForPeople } from "../../pages/refusals/browser-problems.ts";
import { newRouter } from "../../routing.ts";

export const pages = newRouter();

pages.use(problemsForPeople);

pages.get("/o/:org", async (c) => (await import("../../pages/events/list-pages.ts")).showOrganizer(c));
pages.get("/e/:org/:slug", async (c) => (await import("../../pages/events/event-page.ts")).showEvent(c));
pages.post("/e/:org/:slug", async (c) => (await import("../../pages/events/event-page.ts")).holdTickets(c));
pages.get("/e/:org/:slug/event.ics", async (c) => (await import("../../pages/events/event-page.ts")).showCalendar(c));
pages.get("/b/:event", async (c) => (await import("../../pages/basket/basket-page.ts")).showBasket(c));
pages.post("/b/:event", async (c) => (await import("../../pages/basket/basket-page.ts")).postBasket(c));
pages.get("/r/:order", async (c) => (await import("../../pages/orders/order-page.ts")).showOrder(c));
pages.post("/r/:order", async (c) => (await import("../../pages/orders/order-page.ts")).openOrder(c));
pages.post("/r/:order/cancel", async (c) => (await import("../../pages/orders/order-page.ts")).cancelOwnOrder(c));
pages.post("/r/:order/confirm", async (c) => (await import("../../pages/orders/order-page.ts")).confirmInDemo(c));
pages.get("/t", async (c) => (await import("../../pages/orders/ticket-page.ts")).showTicketPage(c));
pages.post("/t", async (c) => (await import("../../pages/orders/ticket-page.ts")).openTicket(c));
pages.get("/accent/:file", async (c) => (await import("../../pages/events/accent-sheet.ts")).showAccent(c));
pages.get("/sitemap.xml", async (c) => (await import("../../pages/events/site-files.ts")).showSitemap(c));
pages.get("/robots.txt", async (c) => (await import("../../pages/events/site-files.ts")).showRobots(c));
