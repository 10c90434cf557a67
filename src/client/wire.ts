// Defines what goes over the wire; generated from the API document by `npm run client`. Do not edit.

export type ScanInput = { readonly scan_id: string; readonly gate_id: string; readonly acked?: readonly (string)[]; readonly from_lease?: number; readonly override?: { readonly reason: string } | null; readonly code: string; readonly direction: "in" | "out"; readonly source: "camera" | "reader" | "typed" };

export type CompanionInput = { readonly scan_id: string; readonly gate_id: string; readonly acked?: readonly (string)[]; readonly from_lease?: number; readonly override?: { readonly reason: string } | null; readonly ticket_id: string; readonly direction: "in"; readonly source: "party" };

export type UploadsInput = { readonly uploads: readonly (UploadInput)[] };

export type UploadInput = { readonly scan_id: string; readonly serial: string | null; readonly type_number: number | null; readonly generation: number | null; readonly direction: "in" | "out"; readonly source: "camera" | "reader" | "typed"; readonly gate_id: string; readonly at: string; readonly clock_unsure?: boolean; readonly counter: number; readonly verdict: "unreadable" | "unknown_key" | "forged" | "typed_needs_network" | "wrong_event" | "void" | "superseded" | "blocked" | "not_open_yet" | "event_over" | "gate_closed" | "wrong_gate" | "too_early" | "too_late" | "already_inside" | "used" | "day_limit" | "entry_limit" | "too_soon" | "gate_full" | "venue_full" | "lease_used_up" | "admitted" | "readmitted" | "exited" | "exit_unmatched"; readonly override?: { readonly reason: string } | null; readonly from_lease?: number; readonly after?: string | null };

export type Hold = { readonly id: string; readonly ticket_type_id: string; readonly event_id: string; readonly organization_id: string; readonly user_id: string; readonly quantity: number; readonly status: "active" | "expired" | "converted" | "cancelled"; readonly source: "web" | "scanner"; readonly notes: string | null; readonly unit_price: string; readonly currency: string; readonly held_until: string; readonly expires_in_seconds: number; readonly first_placed_at: string; readonly extensions: number; readonly order_id: string | null; readonly replaces: string | null; readonly replaced_by: string | null; readonly created_at: string; readonly updated_at: string };

export type Problem = { readonly type: string; readonly title: string; readonly status: number; readonly code: string; readonly detail: string; readonly request_id: string; readonly errors?: readonly ({ readonly path: string; readonly message: string })[]; readonly [name: string]: unknown };

export type HoldInput = { readonly quantity: number; readonly source?: "web" | "scanner"; readonly replaces?: string | null; readonly notes?: string | null };

export type Basket = { readonly holds: readonly (Hold)[]; readonly refused: readonly ({ readonly ticket_type_id: string; readonly code: string | null; readonly [name: string]: unknown })[] };

export type BasketInput = { readonly items: readonly ({ readonly ticket_type_id: string; readonly quantity: number })[]; readonly all_or_nothing: boolean };

export type Shopper = { readonly shopper_id: string; readonly token: string; readonly expires_at: string };

export type PublicEventSummary = { readonly id: string; readonly name: string; readonly slug: string; readonly description: string | null; readonly status: "draft" | "published" | "live" | "ended" | "archived"; readonly start_time: string; readonly end_time: string; readonly doors_open: string; readonly sale_start: string; readonly sale_end: string; readonly hold_extension: "while_available" | "always" | "never"; readonly order_minutes: number; readonly price_from: string | null; readonly price_to: string | null; readonly currency: string; readonly accent_color: string | null; readonly image: { readonly url: string; readonly width: number; readonly height: number; readonly alt: string | null } | null; readonly organization: { readonly id: string; readonly name: string; readonly slug: string; readonly accent_color: string | null; readonly image: { readonly url: string; readonly width: number; readonly height: number; readonly alt: string | null } | null }; readonly venue: { readonly id: string; readonly name: string; readonly address: string; readonly city: string; readonly country: string; readonly timezone: string } };

export type PublicEvent = (PublicEventSummary) & ({ readonly description_html: string | null; readonly ticket_types: readonly ({ readonly id: string; readonly name: string; readonly description: string | null; readonly price: string; readonly currency: string; readonly sale_start: string | null; readonly sale_end: string | null; readonly status: "available" | "sold_out" | "hidden"; readonly min_per_order: number; readonly max_per_order: number })[] });

export type Availability = { readonly event_id: string; readonly at: string; readonly ticket_types: readonly ({ readonly id: string; readonly seq: number; readonly status: "available" | "sold_out" | "hidden"; readonly total: number; readonly sold: number; readonly held: number; readonly available: number })[] };

export type CheckedOutOrder = (Order) & ({ readonly order_link: string | null });

export type Contact = { readonly name: string; readonly email: string; readonly phone: string | null } | null;

export type Order = { readonly id: string; readonly reference: string; readonly organization_id: string; readonly event_id: string; readonly user_id: string; readonly status: "reserved" | "confirmed" | "cancelled" | "expired"; readonly items: readonly ({ readonly ticket_type_id: string; readonly hold_id: string; readonly quantity: number; readonly unit_price: string; readonly amount: string; readonly returned_quantity: number })[]; readonly total: string; readonly returned_total: string; readonly currency: string; readonly contact: Contact; readonly locale: "en" | "af"; readonly expires_at: string; readonly created_at: string; readonly updated_at: string };

export type CheckoutInput = { readonly hold_ids: readonly (string)[]; readonly contact?: { readonly name: string; readonly email: string; readonly phone?: string | null } | null; readonly locale?: "en" | "af" };

export type Venue = { readonly id: string; readonly organization_id: string; readonly name: string; readonly slug: string; readonly address: string; readonly city: string; readonly country: string; readonly postal_code: string | null; readonly timezone: string; readonly capacity: number; readonly settings: { readonly [name: string]: unknown }; readonly status: "active" | "archived"; readonly created_at: string; readonly updated_at: string; readonly version: number };

export type VenueInput = { readonly name: string; readonly slug?: string; readonly address: string; readonly city: string; readonly country: string; readonly timezone: string; readonly capacity: number; readonly postal_code?: string | null; readonly settings?: { readonly [name: string]: unknown } };

export type VenueChange = { readonly name?: string; readonly slug?: string; readonly settings?: { readonly [name: string]: unknown }; readonly address?: string; readonly city?: string; readonly country?: string; readonly timezone?: string; readonly capacity?: number; readonly postal_code?: string | null };

export type Gate = { readonly id: string; readonly venue_id: string; readonly organization_id: string; readonly gate_code: string; readonly name: string; readonly status: "open" | "closed"; readonly capacity: number | null; readonly settings: { readonly [name: string]: unknown }; readonly created_at: string; readonly updated_at: string; readonly version: number };

export type GateInput = { readonly gate_code: string; readonly name: string; readonly status?: "open" | "closed"; readonly capacity?: number | null; readonly settings?: { readonly [name: string]: unknown } };

export type GateChange = { readonly gate_code?: string; readonly name?: string; readonly status?: "open" | "closed"; readonly capacity?: number | null; readonly settings?: { readonly [name: string]: unknown } };

export type Event = { readonly id: string; readonly organization_id: string; readonly venue_id: string; readonly name: string; readonly slug: string; readonly description: string | null; readonly description_html: string | null; readonly accent_color: string | null; readonly image: { readonly url: string; readonly width: number; readonly height: number; readonly alt: string | null } | null; readonly status: "draft" | "published" | "live" | "ended" | "archived"; readonly start_time: string; readonly end_time: string; readonly sale_start: string; readonly sale_end: string; readonly capacity: number; readonly hold_extension: "while_available" | "always" | "never"; readonly order_minutes: number; readonly payment_instructions: string | null; readonly doors_open: string | null; readonly day_starts: string; readonly admission_capacity: number | null; readonly settings: { readonly [name: string]: unknown }; readonly created_at: string; readonly updated_at: string; readonly version: number };

export type EventInput = { readonly venue_id: string; readonly name: string; readonly slug?: string; readonly description?: string | null; readonly accent_color?: string | null; readonly start_time: string; readonly end_time: string; readonly sale_start: string; readonly sale_end: string; readonly capacity: number; readonly hold_extension?: "while_available" | "always" | "never"; readonly order_minutes?: number; readonly payment_instructions?: string | null; readonly doors_open?: string | null; readonly day_starts?: string; readonly admission_capacity?: number | null; readonly settings?: { readonly [name: string]: unknown } };

export type EventChange = { readonly venue_id?: string; readonly name?: string; readonly slug?: string; readonly description?: string | null; readonly settings?: { readonly [name: string]: unknown }; readonly accent_color?: string | null; readonly start_time?: string; readonly end_time?: string; readonly sale_start?: string; readonly sale_end?: string; readonly capacity?: number; readonly hold_extension?: "while_available" | "always" | "never"; readonly order_minutes?: number; readonly payment_instructions?: string | null; readonly doors_open?: string | null; readonly day_starts?: string; readonly admission_capacity?: number | null };

export type DuplicateInput = { readonly start_time: string; readonly name?: string; readonly slug?: string };

export type Organization = { readonly id: string; readonly name: string; readonly slug: string; readonly status: "active" | "suspended"; readonly description: string | null; readonly description_html: string | null; readonly accent_color: string | null; readonly image: { readonly url: string; readonly width: number; readonly height: number; readonly alt: string | null } | null; readonly settings: { readonly [name: string]: unknown }; readonly created_at: string; readonly updated_at: string; readonly version: number };

export type TicketType = { readonly id: string; readonly event_id: string; readonly organization_id: string; readonly name: string; readonly description: string | null; readonly price: string; readonly currency: string; readonly total_quantity: number; readonly sold_count: number; readonly held_count: number; readonly withdrawn_count: number; readonly available_quantity: number; readonly counts_seq: number; readonly counts_hash: string | null; readonly sale_start: string | null; readonly sale_end: string | null; readonly status: "available" | "sold_out" | "hidden"; readonly min_per_order: number; readonly max_per_order: number; readonly max_unpaid_per_address: number | null; readonly admission: Admission; readonly settings: { readonly [name: string]: unknown }; readonly created_at: string; readonly updated_at: string; readonly version: number };

export type Admission = { readonly entry: "once" | "reentry" | "free"; readonly gates: readonly (string)[] | null; readonly windows: readonly ({ readonly from: string; readonly until: string })[] | null; readonly per_day: number | null; readonly max_entries: number | null; readonly gap_minutes: number | null; readonly admits: number };

export type TicketTypeInput = { readonly name: string; readonly description?: string | null; readonly price: string; readonly currency?: "ZAR"; readonly total_quantity: number; readonly sale_start?: string | null; readonly sale_end?: string | null; readonly status?: "available" | "hidden"; readonly min_per_order?: number; readonly max_per_order?: number; readonly max_unpaid_per_address?: number | null; readonly admission?: AdmissionInput; readonly settings?: { readonly [name: string]: unknown } };

export type AdmissionInput = { readonly entry?: "once" | "reentry" | "free"; readonly gates?: readonly (string)[] | null; readonly windows?: readonly ({ readonly from: string; readonly until: string })[] | null; readonly per_day?: number | null; readonly max_entries?: number | null; readonly gap_minutes?: number | null; readonly admits?: number } | null;

export type TicketTypeChange = { readonly name?: string; readonly description?: string | null; readonly price?: string; readonly currency?: "ZAR"; readonly total_quantity?: number; readonly sale_start?: string | null; readonly sale_end?: string | null; readonly status?: "available" | "hidden"; readonly min_per_order?: number; readonly max_per_order?: number; readonly max_unpaid_per_address?: number | null; readonly admission?: AdmissionInput; readonly settings?: { readonly [name: string]: unknown } };

export type LedgerRow = { readonly seq: number; readonly at: string; readonly kind: "terms" | "hold" | "release" | "expire" | "extend" | "swap" | "checkout" | "claim" | "unclaim" | "confirm" | "cancel" | "expire_order" | "lapse" | "return" | "withdraw" | "contact"; readonly hold_id: string | null; readonly order_id: string | null; readonly quantity: number; readonly total: number; readonly sold: number; readonly held: number; readonly withdrawn: number; readonly actor: string; readonly request_id: string | null; readonly hash: string };

export type LedgerCheckpoint = { readonly seq: number; readonly at: string; readonly total: number; readonly sold: number; readonly held: number; readonly withdrawn: number; readonly hash: string } | null;

export type CountsHistory = { readonly data: readonly (CountsBucket)[]; readonly since: string; readonly until: string; readonly bucket_seconds: number; readonly checkpoint: LedgerCheckpoint };

export type CountsBucket = { readonly at: string; readonly seq: number; readonly total: number; readonly sold: number; readonly held: number; readonly withdrawn: number; readonly available: number };

export type OrderHistory = { readonly data: readonly (LedgerRow)[]; readonly returns: readonly (OrderReturn)[] };

export type OrderReturn = { readonly seq: number; readonly items: readonly ({ readonly hold_id: string; readonly quantity: number })[]; readonly ticket_ids: readonly (string)[] | null; readonly return_to_stock: boolean; readonly reason: string | null };

export type ReturnInput = { readonly items: ("all") | (readonly ({ readonly hold_id: string; readonly quantity: number })[]) | ({ readonly tickets: readonly (string)[] }); readonly return_to_stock?: boolean; readonly reason?: string | null; readonly force?: boolean };

export type MailedAgain = { readonly order_id: string; readonly mail: "reserved" | "confirmed" | "cancelled"; readonly email: string | null };

export type ConfirmedOrders = { readonly data: readonly (ConfirmedOrder)[]; readonly confirmed: number; readonly refused: number };

export type ConfirmedOrder = { readonly order_id: string; readonly order: (Order) | (null); readonly problem: { readonly type: string; readonly title: string; readonly status: number; readonly code: string; readonly detail: string; readonly request_id: string; readonly [name: string]: unknown } | null };

export type ConfirmOrdersInput = { readonly order_ids: readonly (string)[] };

export type MatchedLines = { readonly as_of: string; readonly behind: boolean; readonly data: readonly (MatchedLine)[] };

export type MatchedLine = { readonly line: number; readonly outcome: "match" | "wrong_amount" | "repeated" | "already_confirmed" | "not_waiting" | "several_references" | "unknown_reference" | "no_reference"; readonly reference: string | null; readonly order: (Order) | (null); readonly same_as: number | null };

export type MatchInput = { readonly lines: readonly ({ readonly text: string; readonly amount: string })[]; readonly event_id?: string | null };

export type FoundOrders = { readonly as_of: string; readonly behind: boolean; readonly data: readonly (FoundOrder)[]; readonly searched: readonly ("reference" | "serial" | "order_id" | "ticket_id" | "email" | "name")[]; readonly more: boolean };

export type FoundOrder = { readonly found_by: "reference" | "serial" | "order_id" | "ticket_id" | "email" | "name"; readonly order: Order; readonly ticket: { readonly id: string; readonly serial: string; readonly status: "valid" | "void" } | null };

export type Ticket = { readonly id: string; readonly order_id: string; readonly event_id: string; readonly organization_id: string; readonly ticket_type_id: string; readonly number: number; readonly serial: string; readonly status: "valid" | "void"; readonly generation: number; readonly blocked: boolean; readonly block_note: string | null; readonly attention: string | null };

export type TicketCode = { readonly ticket_id: string; readonly serial: string; readonly generation: number; readonly ticket_code: string; readonly typed_code: string };

export type TicketLink = { readonly ticket_id: string; readonly ticket_link: string };

export type VoidInput = { readonly return_to_stock?: boolean; readonly reason?: string | null; readonly force?: boolean };

export type BlockInput = { readonly note?: string | null };

export type AttentionInput = { readonly text: string | null };

export type GivenPassword = { readonly password: string };

export type Member = { readonly id: string; readonly organization_id: string; readonly user_id: string; readonly name: string; readonly email: string; readonly role: "owner" | "admin" | "staff" | "viewer" | "scanner_only"; readonly created_at: string; readonly updated_at: string; readonly version: number };

export type Acceptance = { readonly invitation_id: string };

export type Membership = { readonly organization: { readonly id: string; readonly name: string; readonly slug: string; readonly status: "active" | "suspended" }; readonly role: "owner" | "admin" | "staff" | "viewer" | "scanner_only"; readonly active: boolean };

export type ActiveOrganizationInput = { readonly organization_id: string };

export type MemberChange = { readonly role: "owner" | "admin" | "staff" | "viewer" | "scanner_only" };

export type RevokedWithMember = { readonly api_keys: readonly (ApiKey)[]; readonly devices: readonly (Device)[]; readonly crew_codes: readonly (CrewCode)[] };

export type ApiKey = { readonly id: string; readonly organization_id: string; readonly name: string; readonly permissions: readonly ("manage_tenant_users" | "manage_events_and_venues" | "manage_ticketing_and_pricing" | "manage_financials" | "view_financials" | "manage_devices" | "view_orders" | "view_full_analytics" | "view_limited_analytics" | "view_read_only" | "perform_scans")[]; readonly creator_id: string | null; readonly expires_at: string | null; readonly last_used_at: string | null; readonly revoked_at: string | null; readonly created_at: string };

export type Device = { readonly id: string; readonly organization_id: string; readonly gate_id: string | null; readonly event_id: string | null; readonly crew_code_id: string | null; readonly name: string; readonly creator_id: string | null; readonly expires_at: string | null; readonly last_seen_at: string | null; readonly revoked_at: string | null; readonly created_at: string };

export type CrewCode = { readonly id: string; readonly organization_id: string; readonly event_id: string; readonly gate_id: string | null; readonly uses: number; readonly uses_left: number; readonly creator_id: string | null; readonly expires_at: string; readonly ended_at: string | null; readonly created_at: string };

export type Invitation = { readonly id: string; readonly organization_id: string; readonly email: string; readonly role: "owner" | "admin" | "staff" | "viewer" | "scanner_only"; readonly inviter_id: string; readonly expires_at: string; readonly created_at: string };

export type InvitationInput = { readonly email: string; readonly role: "owner" | "admin" | "staff" | "viewer" | "scanner_only" };

export type Me = { readonly kind: "user" | "api_key" | "device"; readonly id: string; readonly organization: { readonly id: string; readonly name: string; readonly slug: string; readonly status: "active" | "suspended" }; readonly permissions: readonly ("manage_tenant_users" | "manage_events_and_venues" | "manage_ticketing_and_pricing" | "manage_financials" | "view_financials" | "manage_devices" | "view_orders" | "view_full_analytics" | "view_limited_analytics" | "view_read_only" | "perform_scans")[]; readonly role: "owner" | "admin" | "staff" | "viewer" | "scanner_only" | null; readonly gate_id: string | null };

export type OrganizationChange = { readonly name?: string; readonly description?: string | null; readonly accent_color?: string | null; readonly settings?: { readonly [name: string]: unknown } };

export type Attention = { readonly data: readonly (AttentionItem)[]; readonly as_of: string };

export type AttentionItem = { readonly kind: "door_alerts" | "orders_waiting" | "mails_failing" | "draft"; readonly action: "review_conflicts" | "confirm_or_cancel" | "check_address" | "complete" | "publish"; readonly path: string; readonly event: { readonly id: string; readonly name: string; readonly start_time: string } | null; readonly count: number; readonly at_least: boolean; readonly at: string | null; readonly due_at: string | null; readonly missing: readonly (string)[]; readonly email: string | null };

export type NewApiKey = (ApiKey) & ({ readonly secret: string | null });

export type ApiKeyInput = { readonly name: string; readonly permissions: readonly ("manage_events_and_venues" | "manage_ticketing_and_pricing" | "view_financials" | "manage_devices" | "view_orders" | "view_full_analytics" | "view_limited_analytics" | "view_read_only" | "perform_scans")[]; readonly expires_at?: string | null };

export type NewDevice = (Device) & ({ readonly secret: string | null });

export type DeviceInput = { readonly name: string; readonly gate_id: string };

export type AuditEntry = { readonly id: string; readonly organization_id: string; readonly actor_kind: string; readonly actor_id: string; readonly action: string; readonly resource_kind: string; readonly resource_id: string; readonly changes: { readonly [name: string]: unknown }; readonly request_id: string; readonly created_at: string };

export type Heartbeat = { readonly device: DeskDevice; readonly notice: Notice };

export type DeskDevice = { readonly id: string; readonly gate_id: string | null; readonly queued_scans: number; readonly queued_since: string | null; readonly last_heartbeat_at: string; readonly on_duty: boolean };

export type Notice = { readonly text: string | null; readonly version: number; readonly updated_at: string } | null;

export type HeartbeatInput = { readonly queued_scans?: number; readonly queued_since?: string | null; readonly gate_id?: string | null };

export type Desk = { readonly event_id: string; readonly at: string; readonly devices: readonly (DeskDevice)[]; readonly notice: Notice };

export type NoticeInput = { readonly text: string | null };

export type Scan = { readonly scan_id: string; readonly verdict: "unreadable" | "unknown_key" | "forged" | "typed_needs_network" | "wrong_event" | "void" | "superseded" | "blocked" | "not_open_yet" | "event_over" | "gate_closed" | "wrong_gate" | "too_early" | "too_late" | "already_inside" | "used" | "day_limit" | "entry_limit" | "too_soon" | "gate_full" | "venue_full" | "lease_used_up" | "admitted" | "readmitted" | "exited" | "exit_unmatched" | "repeat"; readonly let_in: boolean; readonly again: boolean; readonly at: string; readonly serial: string | null; readonly ticket_type_id: string | null; readonly event?: { readonly id: string; readonly name: string; readonly start_time: string }; readonly since?: string; readonly note?: string | null; readonly opens_at?: string; readonly ended_at?: string; readonly open_gates?: readonly (string)[]; readonly gates?: readonly (string)[]; readonly window?: { readonly from: string; readonly until: string } | null; readonly entered?: { readonly at: string; readonly gate_id: string | null; readonly device_id: string | null }; readonly left?: { readonly at: string; readonly gate_id: string | null; readonly device_id: string | null } | null; readonly limit?: number; readonly free_at?: string | null; readonly inside?: number; readonly inside_by?: number; readonly capacity?: number; readonly hard?: boolean; readonly attention?: string | null; readonly persons?: number; readonly against?: string | null; readonly from_lease?: number; readonly left_of_lease?: number };

export type Uploads = { readonly at: string; readonly uploads: readonly ({ readonly scan_id: string; readonly outcome: "taken" | "repeat" | "ticket_full" | "scan_id_reused" | "forbidden" | "not_found"; readonly conflicts: readonly ({ readonly id: string; readonly kind: "double_entry" | "void_entry" | "superseded_entry" | "blocked_entry" | "over_capacity" | "wrong_gate_entry" | "outside_window_entry" | "against_verdict" | "clock_off" })[]; readonly from_lease?: number })[] };

export type ScansInput = (ScanInput) | (CompanionInput) | (UploadsInput);

export type Undo = { readonly scan_id: string; readonly at: string; readonly outcome: "undone" | "awaited" | "nothing" };

export type UndoInput = { readonly scan_id: string };

export type Door = { readonly event_id: string; readonly seq: number; readonly at: string; readonly inside: number; readonly admitted: number; readonly capacity: { readonly soft: number; readonly hard: number }; readonly gates: readonly (GateCounts)[] };

export type GateCounts = { readonly gate_id: string; readonly entries: number; readonly exits: number; readonly inside_by: number };

export type DoorCountsInput = ({ readonly kind: "click"; readonly scan_id: string; readonly gate_id: string; readonly count: number }) | ({ readonly kind: "set"; readonly scan_id: string; readonly gates: readonly ({ readonly gate_id: string; readonly inside_by: number })[]; readonly reason: string }) | ({ readonly kind: "sweep"; readonly scan_id: string; readonly reason: string });

export type DoorRow = { readonly seq: number; readonly at: string; readonly received_at: string; readonly kind: "terms" | "entry" | "exit" | "undo" | "count" | "set" | "sweep" | "revoke" | "lease"; readonly scan_id: string | null; readonly actor: string; readonly request_id: string; readonly gate_id: string | null; readonly serial: string | null; readonly type_number: number | null; readonly generation: number | null; readonly source: "camera" | "reader" | "typed" | "party" | null; readonly decided: "door" | "override" | "alone" | null; readonly verdict: string | null; readonly facts: { readonly event?: { readonly id: string; readonly name: string; readonly start_time: string }; readonly since?: string; readonly note?: string | null; readonly opens_at?: string; readonly ended_at?: string; readonly open_gates?: readonly (string)[]; readonly gates?: readonly (string)[]; readonly window?: { readonly from: string; readonly until: string } | null; readonly entered?: { readonly at: string; readonly gate_id: string | null; readonly device_id: string | null }; readonly left?: { readonly at: string; readonly gate_id: string | null; readonly device_id: string | null } | null; readonly limit?: number; readonly free_at?: string | null; readonly inside?: number; readonly inside_by?: number; readonly capacity?: number; readonly hard?: boolean; readonly attention?: string | null; readonly persons?: number; readonly against?: string | null; readonly from_lease?: number; readonly left_of_lease?: number }; readonly detail: string | null; readonly terms_version: number | null; readonly reason: string | null; readonly forced: boolean | null; readonly ref: string | null; readonly count: number | null; readonly let_in: boolean; readonly inside: number; readonly admitted: number; readonly gates: readonly (GateCounts)[]; readonly hash: string };

export type DoorCheckpoint = { readonly seq: number; readonly at: string; readonly inside: number; readonly admitted: number; readonly gates: readonly (GateCounts)[]; readonly hash: string } | null;

export type DoorReport = { readonly event_id: string; readonly inside: number; readonly admitted: number; readonly gates: readonly (GateCounts)[]; readonly seq: number; readonly as_of: string | null };

export type Party = { readonly data: readonly ({ readonly ticket_id: string; readonly serial: string; readonly ticket_type_id: string; readonly entered: boolean })[] };

export type DoorConflict = { readonly id: string; readonly kind: "double_entry" | "void_entry" | "superseded_entry" | "blocked_entry" | "over_capacity" | "wrong_gate_entry" | "outside_window_entry" | "against_verdict" | "clock_off"; readonly at: string; readonly scan_id: string | null; readonly other_scan_id: string | null; readonly serial: string | null; readonly gate_id: string | null; readonly device_id: string; readonly inside: number | null; readonly capacity: number | null; readonly found_at: string; readonly gone_at: string | null; readonly seen: { readonly at: string; readonly by: string } | null };

export type Lease = { readonly granted: number; readonly drawn: number; readonly returned: number; readonly written_off: number; readonly calls: number };

export type LeaseInput = { readonly returned: number; readonly calls: number; readonly wants?: boolean };

export type LeasesOut = { readonly data: readonly (LeaseOut)[] };

export type LeaseOut = { readonly device_id: string; readonly open: boolean; readonly reserved: number; readonly called_back: boolean; readonly granted: number; readonly drawn: number; readonly returned: number; readonly written_off: number };

export type WriteOffInput = { readonly scan_id: string; readonly reason: string };

export type NewCrewCode = (CrewCode) & ({ readonly secret: string | null; readonly qr_svg: string | null });

export type CrewCodeInput = { readonly uses: number; readonly gate_id?: string | null; readonly expires_at?: string | null };

export type PairedDevice = (Device) & ({ readonly secret: string });

export type PairingInput = { readonly code: string; readonly pairing_id: string; readonly name: string };

export type PublicOrganization = { readonly id: string; readonly name: string; readonly slug: string; readonly description: string | null; readonly description_html: string | null; readonly accent_color: string | null; readonly image: { readonly url: string; readonly width: number; readonly height: number; readonly alt: string | null } | null };

/** The input of a route that takes none. */
export type Nothing = { readonly [name: string]: never };

/** For each route, the input of a call and the body of a successful response. */
export type Operations = {
  /** Hold tickets */
  "POST /v1/ticket-types/{id}/holds": { ask: { readonly idempotencyKey: string; readonly id: string; readonly body: HoldInput }; answer: Hold };
  /** List a ticket type's holds */
  "GET /v1/ticket-types/{id}/holds": { ask: { readonly id: string; readonly query?: { readonly limit?: number; readonly cursor?: string; readonly status?: "active" | "expired" | "converted" | "cancelled"; readonly user_id?: string; readonly source?: "web" | "scanner" } }; answer: { readonly data: readonly (Hold)[]; readonly next_cursor: string | null } };
  /** Read a hold */
  "GET /v1/holds/{id}": { ask: { readonly id: string }; answer: Hold };
  /** Release a hold */
  "DELETE /v1/holds/{id}": { ask: { readonly ifMatch?: string; readonly id: string }; answer: Hold };
  /** Extend a hold */
  "POST /v1/holds/{id}/extend": { ask: { readonly idempotencyKey: string; readonly id: string }; answer: Hold };
  /** Hold tickets of several types */
  "POST /v1/events/{id}/holds": { ask: { readonly idempotencyKey: string; readonly id: string; readonly body: BasketInput }; answer: Basket };
  /** Become a shopper */
  "POST /v1/shoppers": { ask: Nothing; answer: Shopper };
  /** List an organisation's public events */
  "GET /v1/public/organizations/{slug}/events": { ask: { readonly slug: string; readonly query?: { readonly limit?: number; readonly cursor?: string } }; answer: { readonly data: readonly (PublicEventSummary)[]; readonly next_cursor: string | null } };
  /** Read a public event */
  "GET /v1/public/events/{id}": { ask: { readonly ifNoneMatch?: string; readonly id: string }; answer: PublicEvent | null };
  /** Read a public event by its slug */
  "GET /v1/public/organizations/{slug}/events/{event_slug}": { ask: { readonly ifNoneMatch?: string; readonly slug: string; readonly event_slug: string }; answer: PublicEvent | null };
  /** Read what is available now */
  "GET /v1/public/events/{id}/availability": { ask: { readonly id: string }; answer: Availability };
  /** Check holds out */
  "POST /v1/checkouts": { ask: { readonly idempotencyKey: string; readonly body: CheckoutInput }; answer: CheckedOutOrder };
  /** List a shopper's own orders */
  "GET /v1/shoppers/me/orders": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string } }; answer: { readonly data: readonly (Order)[]; readonly next_cursor: string | null; readonly as_of: string } };
  /** Read an order */
  "GET /v1/orders/{id}": { ask: { readonly id: string }; answer: Order };
  /** Confirm an order */
  "POST /v1/orders/{id}/confirm": { ask: { readonly ifMatch?: string; readonly id: string }; answer: Order };
  /** Cancel an order */
  "POST /v1/orders/{id}/cancel": { ask: { readonly ifMatch?: string; readonly id: string }; answer: Order };
  /** Erase the contact of an order */
  "DELETE /v1/orders/{id}/contact": { ask: { readonly id: string }; answer: Order };
  /** Whether the Worker runs */
  "GET /healthz": { ask: Nothing; answer: { readonly status: "ok" } };
  /** Whether everything that the Worker needs is available */
  "GET /readyz": { ask: Nothing; answer: { readonly status: "ready"; readonly d1: { readonly size_bytes: number; readonly limit_bytes: number } } };
  /** List venues */
  "GET /v1/venues": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string; readonly status?: "active" | "archived" } }; answer: { readonly data: readonly (Venue)[]; readonly next_cursor: string | null } };
  /** Create a venue */
  "POST /v1/venues": { ask: { readonly idempotencyKey?: string; readonly body: VenueInput }; answer: Venue };
  /** Read a venue */
  "GET /v1/venues/{id}": { ask: { readonly id: string }; answer: Venue };
  /** Change a venue */
  "PATCH /v1/venues/{id}": { ask: { readonly ifMatch: string; readonly id: string; readonly body: VenueChange }; answer: Venue };
  /** Archive a venue */
  "DELETE /v1/venues/{id}": { ask: { readonly ifMatch: string; readonly id: string }; answer: Venue };
  /** Restore an archived venue */
  "POST /v1/venues/{id}/restore": { ask: { readonly ifMatch: string; readonly id: string }; answer: Venue };
  /** List a venue's gates */
  "GET /v1/venues/{id}/gates": { ask: { readonly id: string; readonly query?: { readonly limit?: number; readonly cursor?: string; readonly status?: "open" | "closed" } }; answer: { readonly data: readonly (Gate)[]; readonly next_cursor: string | null } };
  /** Create a gate */
  "POST /v1/venues/{id}/gates": { ask: { readonly idempotencyKey?: string; readonly id: string; readonly body: GateInput }; answer: Gate };
  /** Read a gate */
  "GET /v1/gates/{id}": { ask: { readonly id: string }; answer: Gate };
  /** Change a gate */
  "PATCH /v1/gates/{id}": { ask: { readonly ifMatch: string; readonly id: string; readonly body: GateChange }; answer: Gate };
  /** Delete a gate */
  "DELETE /v1/gates/{id}": { ask: { readonly ifMatch: string; readonly id: string }; answer: null };
  /** List events */
  "GET /v1/events": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string; readonly status?: "draft" | "published" | "live" | "ended" | "archived"; readonly venue_id?: string; readonly starts_after?: string; readonly starts_before?: string } }; answer: { readonly data: readonly (Event)[]; readonly next_cursor: string | null } };
  /** Create an event */
  "POST /v1/events": { ask: { readonly idempotencyKey?: string; readonly body: EventInput }; answer: Event };
  /** Read an event */
  "GET /v1/events/{id}": { ask: { readonly id: string }; answer: Event };
  /** Change an event */
  "PATCH /v1/events/{id}": { ask: { readonly ifMatch: string; readonly id: string; readonly body: EventChange }; answer: Event };
  /** Delete an event */
  "DELETE /v1/events/{id}": { ask: { readonly ifMatch: string; readonly id: string }; answer: null };
  /** Publish an event */
  "POST /v1/events/{id}/publish": { ask: { readonly ifMatch?: string; readonly id: string }; answer: Event };
  /** Start an event */
  "POST /v1/events/{id}/start": { ask: { readonly ifMatch?: string; readonly id: string }; answer: Event };
  /** End an event */
  "POST /v1/events/{id}/end": { ask: { readonly ifMatch?: string; readonly id: string }; answer: Event };
  /** Archive an event */
  "POST /v1/events/{id}/archive": { ask: { readonly ifMatch?: string; readonly id: string }; answer: Event };
  /** Duplicate an event */
  "POST /v1/events/{id}/duplicate": { ask: { readonly idempotencyKey?: string; readonly id: string; readonly body: DuplicateInput }; answer: Event };
  /** Set the image of an event */
  "PUT /v1/events/{id}/image": { ask: { readonly ifMatch: string; readonly id: string; readonly query?: { readonly alt?: string }; readonly body: Blob }; answer: Event };
  /** Remove the image of an event */
  "DELETE /v1/events/{id}/image": { ask: { readonly ifMatch: string; readonly id: string }; answer: Event };
  /** Set the image of the organisation */
  "PUT /v1/organization/image": { ask: { readonly ifMatch: string; readonly query?: { readonly alt?: string }; readonly body: Blob }; answer: Organization };
  /** Remove the image of the organisation */
  "DELETE /v1/organization/image": { ask: { readonly ifMatch: string }; answer: Organization };
  /** List an event's ticket types */
  "GET /v1/events/{id}/ticket-types": { ask: { readonly id: string; readonly query?: { readonly limit?: number; readonly cursor?: string; readonly status?: "available" | "sold_out" | "hidden" } }; answer: { readonly data: readonly (TicketType)[]; readonly next_cursor: string | null } };
  /** Create a ticket type */
  "POST /v1/events/{id}/ticket-types": { ask: { readonly idempotencyKey?: string; readonly id: string; readonly body: TicketTypeInput }; answer: TicketType };
  /** Read a ticket type */
  "GET /v1/ticket-types/{id}": { ask: { readonly id: string }; answer: TicketType };
  /** Change a ticket type */
  "PATCH /v1/ticket-types/{id}": { ask: { readonly ifMatch: string; readonly id: string; readonly body: TicketTypeChange }; answer: TicketType };
  /** Delete a ticket type */
  "DELETE /v1/ticket-types/{id}": { ask: { readonly ifMatch: string; readonly id: string }; answer: null };
  /** Read a ticket type's ledger */
  "GET /v1/ticket-types/{id}/ledger": { ask: { readonly id: string; readonly query?: { readonly limit?: number; readonly cursor?: string; readonly after_seq?: number } }; answer: { readonly data: readonly (LedgerRow)[]; readonly next_cursor: string | null; readonly checkpoint: LedgerCheckpoint } };
  /** Read a ticket type's counts over time */
  "GET /v1/ticket-types/{id}/history": { ask: { readonly id: string; readonly query?: { readonly since?: string; readonly until?: string; readonly bucket?: number } }; answer: CountsHistory };
  /** List an event's holds */
  "GET /v1/holds": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string; readonly event_id: string; readonly status?: "active" | "expired" | "converted" | "cancelled" } }; answer: { readonly data: readonly (Hold)[]; readonly next_cursor: string | null } };
  /** List orders */
  "GET /v1/orders": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string; readonly status?: "reserved" | "confirmed" | "cancelled" | "expired"; readonly event_id?: string; readonly user_id?: string; readonly since?: string; readonly until?: string; readonly reference?: string; readonly serial?: string; readonly email?: string; readonly name?: string } }; answer: { readonly data: readonly (Order)[]; readonly next_cursor: string | null; readonly as_of: string; readonly behind: boolean } };
  /** Read the history of an order */
  "GET /v1/orders/{id}/history": { ask: { readonly id: string }; answer: OrderHistory };
  /** Return sold tickets */
  "POST /v1/orders/{id}/returns": { ask: { readonly ifMatch?: string; readonly idempotencyKey: string; readonly id: string; readonly body: ReturnInput }; answer: Order };
  /** Mail an order's contact again */
  "POST /v1/orders/{id}/resend": { ask: { readonly id: string }; answer: MailedAgain };
  /** Confirm many orders */
  "POST /v1/orders/confirm": { ask: { readonly body: ConfirmOrdersInput }; answer: ConfirmedOrders };
  /** Match payments to orders */
  "POST /v1/orders/match": { ask: { readonly body: MatchInput }; answer: MatchedLines };
  /** Search for orders */
  "GET /v1/search": { ask: { readonly query?: { readonly q: string; readonly event_id?: string } }; answer: FoundOrders };
  /** List the tickets of an order */
  "GET /v1/orders/{id}/tickets": { ask: { readonly id: string }; answer: { readonly data: readonly (Ticket)[] } };
  /** Read a ticket */
  "GET /v1/tickets/{id}": { ask: { readonly id: string }; answer: Ticket };
  /** Show the code of a ticket */
  "GET /v1/tickets/{id}/code": { ask: { readonly id: string }; answer: TicketCode };
  /** Make the link of a ticket */
  "POST /v1/tickets/{id}/link": { ask: { readonly id: string }; answer: TicketLink };
  /** Take a ticket back */
  "POST /v1/tickets/{id}/void": { ask: { readonly idempotencyKey: string; readonly id: string; readonly body: VoidInput }; answer: Ticket };
  /** Block a ticket at the gates */
  "POST /v1/tickets/{id}/block": { ask: { readonly id: string; readonly body: BlockInput }; answer: Ticket };
  /** Free a blocked ticket */
  "POST /v1/tickets/{id}/unblock": { ask: { readonly id: string }; answer: Ticket };
  /** Set a note for the gate that admits */
  "POST /v1/tickets/{id}/attention": { ask: { readonly id: string; readonly body: AttentionInput }; answer: Ticket };
  /** Reissue a ticket */
  "POST /v1/tickets/{id}/reissue": { ask: { readonly idempotencyKey: string; readonly id: string }; answer: Ticket };
  /** Give the password again */
  "POST /api/auth/confirm-password": { ask: { readonly body: GivenPassword }; answer: null };
  /** Accept an invitation */
  "POST /api/auth/accept-invitation": { ask: { readonly body: Acceptance }; answer: Member };
  /** List one's own organisations */
  "GET /api/auth/organizations": { ask: Nothing; answer: { readonly data: readonly (Membership)[] } };
  /** Choose the organisation in which this session acts */
  "POST /api/auth/active-organization": { ask: { readonly body: ActiveOrganizationInput }; answer: null };
  /** List members */
  "GET /v1/members": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string } }; answer: { readonly data: readonly (Member)[]; readonly next_cursor: string | null } };
  /** Read a member */
  "GET /v1/members/{id}": { ask: { readonly id: string }; answer: Member };
  /** Change the role of a member */
  "PATCH /v1/members/{id}": { ask: { readonly ifMatch: string; readonly id: string; readonly body: MemberChange }; answer: Member };
  /** Remove a member */
  "DELETE /v1/members/{id}": { ask: { readonly id: string }; answer: RevokedWithMember };
  /** List open invitations */
  "GET /v1/invitations": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string } }; answer: { readonly data: readonly (Invitation)[]; readonly next_cursor: string | null } };
  /** Invite somebody by e-mail */
  "POST /v1/invitations": { ask: { readonly idempotencyKey?: string; readonly body: InvitationInput }; answer: Invitation };
  /** Withdraw an invitation */
  "DELETE /v1/invitations/{id}": { ask: { readonly id: string }; answer: null };
  /** Who acts, with what permissions */
  "GET /v1/me": { ask: Nothing; answer: Me };
  /** Read the organisation */
  "GET /v1/organization": { ask: Nothing; answer: Organization };
  /** Change the organisation's name or settings */
  "PATCH /v1/organization": { ask: { readonly ifMatch: string; readonly body: OrganizationChange }; answer: Organization };
  /** List what has to be done */
  "GET /v1/attention": { ask: Nothing; answer: Attention };
  /** List API keys */
  "GET /v1/api-keys": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string } }; answer: { readonly data: readonly (ApiKey)[]; readonly next_cursor: string | null } };
  /** Make an API key */
  "POST /v1/api-keys": { ask: { readonly idempotencyKey?: string; readonly body: ApiKeyInput }; answer: NewApiKey };
  /** Revoke an API key */
  "DELETE /v1/api-keys/{id}": { ask: { readonly id: string }; answer: null };
  /** List devices */
  "GET /v1/devices": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string; readonly event_id?: string } }; answer: { readonly data: readonly (Device)[]; readonly next_cursor: string | null } };
  /** Make a device at a gate */
  "POST /v1/devices": { ask: { readonly idempotencyKey?: string; readonly body: DeviceInput }; answer: NewDevice };
  /** Revoke a device */
  "DELETE /v1/devices/{id}": { ask: { readonly id: string }; answer: null };
  /** Read the audit log */
  "GET /v1/audit-log": { ask: { readonly query?: { readonly limit?: number; readonly cursor?: string; readonly actor_id?: string; readonly action?: string; readonly resource_id?: string; readonly since?: string; readonly until?: string } }; answer: { readonly data: readonly (AuditEntry)[]; readonly next_cursor: string | null } };
  /** Report a device on duty */
  "POST /v1/events/{id}/desk/heartbeat": { ask: { readonly id: string; readonly body: HeartbeatInput }; answer: Heartbeat };
  /** See who is on duty */
  "GET /v1/events/{id}/desk": { ask: { readonly id: string }; answer: Desk };
  /** Tell all gates */
  "PUT /v1/events/{id}/desk/notice": { ask: { readonly id: string; readonly body: NoticeInput }; answer: Notice };
  /** Scan a ticket, or upload what was decided alone */
  "POST /v1/events/{id}/scans": { ask: { readonly id: string; readonly body: ScansInput }; answer: (Scan) | (Uploads) };
  /** Read the door's log */
  "GET /v1/events/{id}/scans": { ask: { readonly id: string; readonly query?: { readonly limit?: number; readonly cursor?: string; readonly after_seq?: number; readonly decided?: "door" | "override" | "alone"; readonly verdict?: "unreadable" | "unknown_key" | "forged" | "typed_needs_network" | "wrong_event" | "void" | "superseded" | "blocked" | "not_open_yet" | "event_over" | "gate_closed" | "wrong_gate" | "too_early" | "too_late" | "already_inside" | "used" | "day_limit" | "entry_limit" | "too_soon" | "gate_full" | "venue_full" | "lease_used_up" | "admitted" | "readmitted" | "exited" | "exit_unmatched"; readonly gate_id?: string; readonly device_id?: string } }; answer: { readonly data: readonly (DoorRow)[]; readonly next_cursor: string | null; readonly checkpoint: DoorCheckpoint } };
  /** Undo a scan or a click */
  "POST /v1/events/{id}/scans/{scan_id}/undo": { ask: { readonly id: string; readonly scan_id: string; readonly body: UndoInput }; answer: Undo };
  /** Count without tickets */
  "POST /v1/events/{id}/door/counts": { ask: { readonly id: string; readonly body: DoorCountsInput }; answer: Door };
  /** Read a door's counts for a report */
  "GET /v1/events/{id}/door/counts": { ask: { readonly id: string }; answer: DoorReport };
  /** Count who is inside, or scan over a WebSocket */
  "GET /v1/events/{id}/door": { ask: { readonly id: string }; answer: Door };
  /** See who came with a ticket */
  "GET /v1/events/{id}/door/party": { ask: { readonly id: string; readonly query?: { readonly serial: string } }; answer: Party };
  /** List a door's conflicts */
  "GET /v1/events/{id}/door/conflicts": { ask: { readonly id: string; readonly query?: { readonly limit?: number; readonly cursor?: string; readonly seen?: "true" | "false" } }; answer: { readonly data: readonly (DoorConflict)[]; readonly next_cursor: string | null } };
  /** Mark a conflict as seen */
  "POST /v1/events/{id}/door/conflicts/{conflict_id}/seen": { ask: { readonly id: string; readonly conflict_id: string }; answer: DoorConflict };
  /** Request a lease, or report on it */
  "POST /v1/events/{id}/door/lease": { ask: { readonly id: string; readonly body: LeaseInput }; answer: Lease };
  /** List a door's leases */
  "GET /v1/events/{id}/door/leases": { ask: { readonly id: string }; answer: LeasesOut };
  /** Write off a lease */
  "POST /v1/events/{id}/door/leases/{device_id}/write-off": { ask: { readonly id: string; readonly device_id: string; readonly body: WriteOffInput }; answer: LeaseOut };
  /** List the crew codes of an event */
  "GET /v1/events/{id}/crew-codes": { ask: { readonly id: string; readonly query?: { readonly limit?: number; readonly cursor?: string } }; answer: { readonly data: readonly (CrewCode)[]; readonly next_cursor: string | null } };
  /** Make a crew code */
  "POST /v1/events/{id}/crew-codes": { ask: { readonly idempotencyKey?: string; readonly id: string; readonly body: CrewCodeInput }; answer: NewCrewCode };
  /** End a crew code */
  "DELETE /v1/events/{id}/crew-codes/{crew_code_id}": { ask: { readonly id: string; readonly crew_code_id: string }; answer: null };
  /** Pair a phone by a crew code */
  "POST /v1/devices/pair": { ask: { readonly body: PairingInput }; answer: PairedDevice };
  /** Read an organisation */
  "GET /v1/public/organizations/{slug}": { ask: { readonly slug: string }; answer: PublicOrganization };
};
