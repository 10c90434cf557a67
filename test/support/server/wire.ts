// Types responses and frames as docs/api.md describes them, for tests from outside. It uses nothing of src/.

export type Hold = {
  readonly id: string;
  readonly ticket_type_id: string;
  readonly event_id: string;
  readonly organization_id: string;
  readonly user_id: string;
  readonly quantity: number;
  readonly status: "active" | "expired" | "converted" | "cancelled";
  readonly source: "web" | "scanner";
  readonly notes: string | null;
  readonly unit_price: string;
  readonly currency: string;
  readonly held_until: string;
  readonly expires_in_seconds: number;
  readonly order_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

export type OrderItem = {
  readonly ticket_type_id: string;
  readonly hold_id: string;
  readonly quantity: number;
  readonly unit_price: string;
  readonly amount: string;
};

export type Order = {
  readonly id: string;
  readonly organization_id: string;
  readonly event_id: string;
  readonly user_id: string;
  readonly status: "reserved" | "confirmed" | "cancelled" | "expired";
  readonly items: readonly OrderItem[];
  readonly total: string;
  readonly currency: string;
  readonly expires_at: string;
  readonly created_at: string;
  readonly updated_at: string;
};

export type Occupancy = {
  readonly id: string;
  readonly seq: number;
  readonly status: "available" | "sold_out" | "hidden";
  readonly total: number;
  readonly sold: number;
  readonly held: number;
  readonly available: number;
};

export type Availability = {
  readonly event_id: string;
  readonly at: string;
  readonly ticket_types: readonly Occupancy[];
};

export type Frame = {
  readonly type: string;
  readonly at?: string;
  readonly code?: string;
  readonly event?: { readonly id: string; readonly status: string };
  readonly ticket_types?: readonly Occupancy[];
};

export type Page<T> = { readonly data: readonly T[]; readonly next_cursor: string | null };

export type Shopper = { readonly shopper_id: string; readonly token: string; readonly expires_at: string };

/** The fields of organisers' resources that tests read. */
export type Resource = { readonly id: string; readonly status: string; readonly version: number };
export type TicketType = Resource & {
  readonly total_quantity: number;
  readonly sold_count: number;
  readonly held_count: number;
  readonly available_quantity: number;
  readonly counts_seq: number;
};

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly [fact: string]: unknown;
};
