// Serves the front page of the shop, and the page of an organiser's events.

import { CURRENCY } from "../../../domain/money.ts";
import { MAX_SLUG } from "../../../domain/events/slug.ts";
import { frontView, type ListedShow, organizerView } from "../../../ui/shared/views/list.ts";
import { h } from "../../../ui/shared/views/tree.ts";
import { originOf } from "../../middleware/origin.ts";
import { cursorFor, readCursor } from "../../paging.ts";
import { readPublicList } from "../../reads/shared-lists.ts";
import { pageResponse, hrefIn, type PageContext, wordingFor } from "../page-response.ts";
import { readFront } from "./upcoming.ts";
import { refusalPage } from "./words-page.ts";

const A_PAGE = 24;

export async function showFront(c: PageContext): Promise<Response> {
  const wording = wordingFor(c);
  const shows = (await readFront(c)).map((event) => listed(c, event));
  const main = frontView(wording, shows, { account: "/console", api: "/docs" });
  return pageResponse(c, { wording, main, title: `${wording.t.front.title} · VoelgoedEvents`, listed: true });
}

type Listed = {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly start_time: number;
  readonly price_from: number | null;
  readonly price_to: number | null;
  readonly organization: { readonly name: string; readonly slug: string };
  readonly venue: ListedShow["venue"];
};

function listed(c: PageContext, event: Listed): ListedShow {
  const { id, name, start_time: startTime, organization: organizer, venue } = event;
  const [priceFrom, priceTo] = [event.price_from, event.price_to];
  const href = hrefIn(c, `/e/${organizer.slug}/${event.slug}`);
  return { id, name, startTime, organizer, venue, href, priceFrom, priceTo, currency: CURRENCY };
}

export async function showOrganizer(c: PageContext): Promise<Response> {
  const slug = c.req.param("org") ?? "";
  const bound = { list: "organizer page", slug };
  const position = readCursor(c.req.query("after"), bound);
  const refuse = (refusal: Parameters<typeof refusalPage>[1]) => refusalPage(c, refusal, c.get("requestId"));
  if (slug.length > MAX_SLUG || !position.ok) return refuse({ code: "not_found" });
  const after = position.value && { startTime: position.value.createdAt, id: position.value.id };
  const found = await readPublicList(c, { slug, limit: A_PAGE + 1, after });
  if (!found.ok) return refuse(found.refusal);
  const now = Date.now();
  const { name } = found.value;
  const events = found.value.events.slice(0, A_PAGE);
  const last = found.value.events.length > A_PAGE ? events.at(-1) : undefined;
  const cursor = last && cursorFor({ createdAt: last.start_time, id: last.id }, bound);
  const wording = wordingFor(c);
  const path = `/o/${slug}`;
  const shows = events.filter(({ end_time }) => end_time > now).map((event) => listed(c, event));
  return pageResponse(c, {
    wording,
    main: organizerView(wording, name, shows, cursor ? hrefIn(c, path, [["after", cursor]]) : null),
    title: wording.t.list.title(name),
    brand: { name, href: hrefIn(c, path) },
    head: [h("link", { rel: "canonical", href: `${originOf(c) ?? new URL(c.req.url).origin}${path}` })],
    listed: true,
  });
}
