// Images of events as an organiser gives and takes them, and their rows in D1.

import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { pngChunk, pngOf, type Sides } from "../../../support/images.ts";
import { ask, bodyOf } from "../../support/http.ts";

export const headersAt = (version: number, type = "image/png") => ({
  "If-Match": `"${version}"`,
  "Content-Type": type,
});
let pictures = 0;
/** A picture that no other test has. */
export const picture = (sides: Sides = {}) => pngOf(sides, pngChunk("pHYs", [0, 0, (pictures += 1), 1, 0, 0, 0, 1, 1]));

type How = { readonly version?: number; readonly type?: string; readonly query?: string; readonly token?: string };

/** Of an organisation by its key; `token`: by another. */
export function imagesBy(key: () => string) {
  return {
    give: (eventId: string, raw: BodyInit, { version = 1, type = "image/png", query = "", token = key() }: How = {}) =>
      ask("PUT", `/v1/events/${eventId}/image${query}`, { token, raw, headers: headersAt(version, type) }),
    take: (eventId: string, version: number) =>
      ask("DELETE", `/v1/events/${eventId}/image`, { token: key(), headers: { "If-Match": `"${version}"` } }),
  };
}

type Shown = { readonly url: string; readonly width: number; readonly height: number; readonly alt: string | null };
export async function imageOf(answer: Response | Promise<Response>): Promise<Shown> {
  const body = await bodyOf(await answer);
  expect(body, JSON.stringify(body)).toMatchObject({
    image: { url: expect.stringMatching(/^\/v1\/public\/images\/img_/) },
  });
  return body["image"] as Shown;
}
export const rowOf = (url: string) =>
  env.DB.prepare("SELECT organization_id, bytes, unused_since, swept_at FROM images WHERE id = ?")
    .bind(url.split("/").at(-1))
    .first<{ organization_id: string; bytes: number; unused_since: number | null; swept_at: number | null }>();
