// Sets and removes the images of events and of the organisation (rule E11). public-images.ts serves them.

import { changeEventImage, changeOrganizationImage } from "../../../app/images/change-image.ts";
import { organiser } from "../../middleware/access.ts";
import { imageBody, imageContent, limitImage } from "../../middleware/image-body.ts";
import { problem } from "../../problems/problem.ts";
import { contextOf, endpoint, newRouter } from "../../routing.ts";
import { idParam, json } from "../../schemas/common.ts";
import { Event, renderEvent } from "../../schemas/catalogue/event.ts";
import { imageQuery } from "../../schemas/catalogue/look-input.ts";
import { Organization, renderOrganization } from "../../schemas/catalogue/organization.ts";
import { requiredIfMatch, versionTag } from "../../responses/version-tag.ts";

export const images = newRouter();

const ABOUT =
  "The body is the image itself: JPEG, PNG or WebP without animation, at most 500 KB and 4,096 pixels wide and high, complete. Metadata beside the picture is not kept. The same image again changes nothing.";

const putOfEvent = endpoint(
  {
    method: "put",
    path: "/v1/events/{id}/image",
    tags: ["Events"],
    summary: "Set the image of an event",
    description: ABOUT,
    middleware: [limitImage, organiser("event.write"), requiredIfMatch, imageBody] as const,
    request: { params: idParam("evt"), query: imageQuery, body: { required: true, content: imageContent } },
    responses: { 200: { description: "The event", content: json(Event) } },
  },
  ["not_found", "rate_limited"],
);

images.openapi(putOfEvent, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const image = { picture: c.get("picture"), alt: c.req.valid("query").alt ?? null };
  const changed = await changeEventImage(contextOf(c), id, image, c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderEvent(changed.value), 200);
});

const deleteOfEvent = endpoint(
  {
    method: "delete",
    path: "/v1/events/{id}/image",
    tags: ["Events"],
    summary: "Remove the image of an event",
    description: "An event without one is returned as it is.",
    middleware: [organiser("event.write"), requiredIfMatch] as const,
    request: { params: idParam("evt") },
    responses: { 200: { description: "The event", content: json(Event) } },
  },
  ["not_found"],
);

images.openapi(deleteOfEvent, async (c) => {
  const { id } = c.req.valid("param");
  if (!id) return problem(c, { code: "not_found" });
  const changed = await changeEventImage(contextOf(c), id, null, c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderEvent(changed.value), 200);
});

const putOfOrganization = endpoint(
  {
    method: "put",
    path: "/v1/organization/image",
    tags: ["Organisation"],
    summary: "Set the image of the organisation",
    description: ABOUT,
    middleware: [limitImage, organiser("organization.write"), requiredIfMatch, imageBody] as const,
    request: { query: imageQuery, body: { required: true, content: imageContent } },
    responses: { 200: { description: "The organisation", content: json(Organization) } },
  },
  ["rate_limited"],
);

images.openapi(putOfOrganization, async (c) => {
  const image = { picture: c.get("picture"), alt: c.req.valid("query").alt ?? null };
  const changed = await changeOrganizationImage(contextOf(c), image, c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderOrganization(changed.value), 200);
});

const deleteOfOrganization = endpoint({
  method: "delete",
  path: "/v1/organization/image",
  tags: ["Organisation"],
  summary: "Remove the image of the organisation",
  description: "An organisation without one is returned as it is.",
  middleware: [organiser("organization.write"), requiredIfMatch] as const,
  responses: { 200: { description: "The organisation", content: json(Organization) } },
});

images.openapi(deleteOfOrganization, async (c) => {
  const changed = await changeOrganizationImage(contextOf(c), null, c.get("ifMatch"));
  if (!changed.ok) return problem(c, changed.refusal);
  c.header("ETag", versionTag(changed.value.version));
  return c.json(renderOrganization(changed.value), 200);
});
