// Gives a shopper's element its surroundings without a server: an event, holds as the API returns them, and storage.

import type { Hold, PublicEvent } from "../../../src/client/wire.ts";
import {
  type SavedState,
  NOTHING_SAVED,
  parseSaved,
  type Store,
  serialiseSaved,
} from "../../../src/ui/element/saved-state.ts";

export const [TYPE, OTHER] = ["tt_one", "tt_other"];
const LOOK = { accent_color: null, image: null };

export const EVENT: PublicEvent = {
  ...LOOK,
  id: "evt_one",
  name: "Bushveld Sounds",
  slug: "bushveld-sounds",
  description: null,
  description_html: null,
  status: "published",
  start_time: "2026-12-05T16:00:00.000Z",
  end_time: "2026-12-05T22:00:00.000Z",
  doors_open: "2026-12-05T14:00:00.000Z",
  sale_start: "2026-11-01T00:00:00.000Z",
  sale_end: "2026-12-05T16:00:00.000Z",
  hold_extension: "while_available",
  order_minutes: 15,
  price_from: "150.00",
  price_to: "350.00",
  currency: "ZAR",
  organization: { ...LOOK, id: "org_one", name: "Bosveld Live", slug: "bosveld-live" },
  venue: {
    id: "ven_one",
    name: "Bosveld Arena",
    address: "1 Kerkstraat",
    city: "Pretoria",
    country: "ZA",
    timezone: "Africa/Johannesburg",
  },
  ticket_types: [typeOf(TYPE, "General", "150.00"), typeOf(OTHER, "VIP", "350.00")],
};

function typeOf(id: string, name: string, price: string): PublicEvent["ticket_types"][number] {
  return {
    ...{ id, name, price, description: null, currency: "ZAR", sale_start: null, sale_end: null },
    ...{ status: "available", min_per_order: 1, max_per_order: 10 },
  };
}

export function holdOf(id: string, changes: Partial<Hold> = {}): Hold {
  const at = "2026-11-30T12:00:00.000Z";
  return {
    ...{ id, ticket_type_id: TYPE, event_id: EVENT.id, organization_id: "org_one", user_id: "shp_one", quantity: 2 },
    ...{ status: "active", source: "web", notes: null, unit_price: "150.00", currency: "ZAR", extensions: 0 },
    ...{ held_until: "2026-11-30T12:05:00.000Z", expires_in_seconds: 300, first_placed_at: at },
    ...{ order_id: null, replaces: null, replaced_by: null, created_at: at, updated_at: at },
    ...changes,
  };
}

/** Two of them on one `kept` are two tabs. */
export function memoryStore(kept: { text: string | null } = { text: null }): Store {
  return {
    remembers: true,
    read: () => parseSaved(kept.text),
    change(how: (kept: SavedState) => SavedState) {
      const next = how(parseSaved(kept.text));
      kept.text = serialiseSaved(next);
      return next;
    },
    follow: () => () => undefined,
  };
}

export const SHOPPER: SavedState = { ...NOTHING_SAVED, token: "vgs_one" };
