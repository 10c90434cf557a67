// Sets the image of an event or of the organisation, or removes it (rule E11). The bytes are stored in KV before a row
// refers to them.

import { storeImage } from "../../cache/images.ts";
import { updateEvent } from "../../db/events/event-changes.ts";
import { type Event, readEvent } from "../../db/events/events.ts";
import { keepImage } from "../../db/images/images.ts";
import { type Organization, readOrganization } from "../../db/organizations/organizations.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import type { EventId } from "../../domain/ids.ts";
import { imageIdFrom } from "../../domain/image/image-id.ts";
import type { Picture } from "../../domain/image/picture.ts";
import type { IfMatch } from "../../domain/if-match.ts";
import { MAX_IMAGES_A_DAY } from "../../domain/limits.ts";
import { can, type Organiser } from "../../domain/people/policy.ts";
import { accept, assert, refuse, type Result } from "../../domain/result.ts";
import { sha256HexOf } from "../../shared/sha256.ts";
import { auditOf } from "../audit-of.ts";
import { CHANGE_ATTEMPTS, changedFields, isEmpty, readMatching } from "../changed-fields.ts";
import { writeOrganization } from "../organizations/change-organization.ts";
import type { Context } from "../context.ts";
import { refreshPublishedEvent } from "../events/refresh-published-event.ts";

/** `alt`: the text in place of the picture; null when the picture adds nothing to the text beside it. */
export type SentImage = { readonly picture: Picture; readonly alt: string | null };

export async function changeEventImage(
  context: Context<Organiser>,
  id: EventId,
  image: SentImage | null,
  ifMatch: IfMatch,
): Promise<Result<Event, Refusal>> {
  const { actor, db } = context;
  assert(can(actor, "event.write"), "the route has checked the permission");
  const read = () => readEvent(db, actor, id, context.now);
  // Checked before the bytes are stored, so that a refused request leaves no image without a row.
  const first = await readMatching(read, ifMatch);
  if (!first.ok) return first;
  const stored = await storedImage(context, image);
  if (!stored.ok) return stored;
  for (let attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
    const current = await readMatching(read, ifMatch);
    if (!current.ok) return current;
    const fields = changedFields(current.value, stored.value);
    if (!isEmpty(fields)) {
      const audit = auditOf(context, {
        organizationId: current.value.organization_id,
        action: "event.change",
        resourceKind: "event",
        resourceId: id,
        changes: imageAuditFields(fields),
      });
      if (!(await updateEvent(db, current.value, fields, audit))) continue;
    }
    const changed = await read();
    if (!changed) return refuse({ code: "not_found" });
    await refreshPublishedEvent(context, id);
    return accept(changed);
  }
  return refuse(UNAVAILABLE);
}

export async function changeOrganizationImage(
  context: Context<Organiser>,
  image: SentImage | null,
  ifMatch: IfMatch,
): Promise<Result<Organization, Refusal>> {
  assert(can(context.actor, "organization.write"), "the route has checked the permission");
  const current = await readMatching(() => readOrganization(context.db, context.actor.organizationId), ifMatch);
  if (!current.ok) return current;
  const fields = await storedImage(context, image);
  return fields.ok ? writeOrganization(context, fields.value, ifMatch, imageAuditFields) : fields;
}

type ImageFields = Pick<Event, "image_id" | "image_width" | "image_height" | "image_alt">;
const NO_IMAGE: ImageFields = { image_id: null, image_width: null, image_height: null, image_alt: null };

/**
 * The fields of a row that refers to the image, once KV has it. The bytes are stored again even if KV should have them,
 * since it may have lost them.
 */
async function storedImage(
  context: Context<Organiser>,
  sentImage: SentImage | null,
): Promise<Result<ImageFields, Refusal>> {
  if (sentImage === null) return accept(NO_IMAGE);
  const { picture, alt } = sentImage;
  const { organizationId } = context.actor;
  const { width, height, kept } = picture;
  const id = imageIdFrom(sha256HexOf(organizationId, kept));
  const image = { id, organizationId, bytes: kept.byteLength, now: context.now };
  const outcome = await keepImage(context.db, image, MAX_IMAGES_A_DAY);
  if (outcome === "too many") return refuse({ code: "rate_limited", retryAfterSeconds: 60 * 60 });
  if (outcome === "deleting") return refuse({ code: "temporarily_unavailable", retryAfterSeconds: 60 });
  try {
    await storeImage(context.catalogueCache, id, kept);
  } catch {
    // KV is away, or stored the same image less than a second ago; repeating the request does what is left.
    return refuse(UNAVAILABLE);
  }
  return accept({ image_id: id, image_width: width, image_height: height, image_alt: alt });
}

/** For an image that is the same as before, only the text in its place. */
function imageAuditFields({ image_id, image_alt }: Partial<ImageFields>): object {
  return { ...(image_id !== undefined && { image: image_id }), ...(image_alt !== undefined && { image_alt }) };
}
