// Serves the files for search engines: which pages exist, and which belong to one reader alone.

import { originOf } from "../../middleware/origin.ts";
import type { PageContext } from "../page-response.ts";
import { readListed } from "./upcoming.ts";

const FOR_ALL = "public, max-age=3600";

export function showRobots(c: PageContext): Response {
  const origin = originOf(c) ?? new URL(c.req.url).origin;
  const closed = ["/b/", "/r/", "/t", "/account", "/console", "/v1/", "/api/"].map((path) => `Disallow: ${path}`);
  c.header("Cache-Control", FOR_ALL);
  return c.text(`${["User-agent: *", ...closed, `Sitemap: ${origin}/sitemap.xml`].join("\n")}\n`);
}

/** The events that are public now, and the pages of who holds them (rule S16). Slugs have no character that XML reads. */
export async function showSitemap(c: PageContext): Promise<Response> {
  const origin = originOf(c) ?? new URL(c.req.url).origin;
  const events = await readListed(c);
  const organizers = [...new Set(events.map(({ organization }) => organization.slug))];
  const pages = [
    ...["/", ...organizers.map((slug) => `/o/${slug}`)].map((path) => `<url><loc>${origin}${path}</loc></url>`),
    ...events.map(({ organization, slug, updated_at }) => {
      const changed = new Date(updated_at).toISOString().slice(0, 10);
      return `<url><loc>${origin}/e/${organization.slug}/${slug}</loc><lastmod>${changed}</lastmod></url>`;
    }),
  ];
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${pages.join("\n")}\n</urlset>\n`;
  c.header("Cache-Control", FOR_ALL);
  return c.body(text, 200, { "Content-Type": "application/xml; charset=utf-8" });
}
