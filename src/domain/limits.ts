// Rule X4: everything has a limit. Times are milliseconds unless the name says otherwise.

export const MAX_BODY_BYTES = 64 * 1024;
export const MAX_JSON_DEPTH = 16;
export const MAX_NAME = 200;
/** RFC 5321. */
export const MAX_EMAIL = 254;
/** A part of a reference, or of a name, that a search is given. */
export const MAX_SEARCH = 200;
export const MAX_NOTES = 500;
export const MAX_DESCRIPTION = 5_000;
export const MAX_PAYMENT_INSTRUCTIONS = 2_000;
/** Rule E11: of an image, and what is said in its place. */
export const MAX_IMAGE_BYTES = 500_000;
export const MAX_IMAGE_SIDE = 4_096;
export const MAX_IMAGE_ALT = 200;
/** Of one organisation, in 24 hours. */
export const MAX_IMAGES_A_DAY = 200;
/** Rule E11: how long an image stays that nothing refers to. D1 can be restored to 30 days ago, and what it then refers to is there. */
export const UNUSED_IMAGE_MS = 32 * 24 * 60 * 60_000;
export const MAX_SETTINGS_BYTES = 16 * 1024;
export const MAX_TICKET_TYPES_PER_EVENT = 100;
export const MAX_SOCKETS = 10_000;
/** Of those of an event's feed, kept for its scanners: a crowd of viewers must not lock out the doors. */
export const SOCKETS_FOR_SCANNERS = 1_000;
/** A device has one and a dashboard a few: more of one credential is a loop, or a leak. */
export const MAX_SOCKETS_PER_CREDENTIAL = 50;
/** Of the public's, on one object: more of one address is a script, not the crowd behind a shared address. */
export const MAX_SOCKETS_PER_ADDRESS = 1_000;
/** What a viewer may send in one frame, bytes: all that it has to say is `ping`. */
export const MAX_FRAME_BYTES = 1_024;
/** What a scanner may send in one frame, bytes: a code as a reader delivers it, or that many acknowledgements. */
export const MAX_SCANNER_FRAME_BYTES = 8_192;
export const MAX_FEED_SHARDS = 32;
export const MAX_BATCH = 256;
/** The platform refuses a text or a row of more than 2,000,000 bytes, in D1 and in an object's SQLite alike. */
export const MAX_BOUND_BYTES = 1_900_000;
/** Of a scan: what a reader may deliver, the verdicts that it acknowledges, and a supervisor's reason. */
export const MAX_SCANNED = 1_000;
/** More rows of a ticket than these are no evening's: no upload adds to them, or one phone could make a row too large to write. */
export const MAX_ROWS_A_TICKET = 1_000;
/** Rule D16: persons that one click counts. */
export const MAX_CLICKED = 50;
export const MAX_ACKED = 50;
export const MAX_OVERRIDE_REASON = 200;
/** Rule N8: what the gates are told of a ticket. */
export const MAX_GATE_TEXT = 200;
export const MAX_HOLDS_PER_CHECKOUT = 10;
export const MAX_ITEMS_PER_BASKET = 10;
/** Orders that one request confirms, each by itself. */
export const MAX_CONFIRMED_TOGETHER = 100;
/** Rule N1: ten holds of 100. */
export const MAX_TICKETS_AN_ORDER = 1_000;
export const MAX_QUANTITY = 1_000_000;
export const MAX_CAPACITY = 1_000_000;
export const MAX_PER_ORDER = 100;
/** Of the counts over time that one request reads: each reads some ledger rows. */
export const MAX_BUCKETS = 500;
export const MAX_PAGE = 100;
/** Rule O16: of one file. */
export const MAX_EXPORTED = 100_000;
export const DEFAULT_PAGE = 25;
/** How many of what refers to something its `in_use` names. */
export const MAX_IN_USE = 10;

/** Rule O14: mails of orders to one address. */
export const MAILS_AN_HOUR = 10;
/** Rule P7: an account that nobody confirms, and a session, however often it is lengthened. */
export const UNCONFIRMED_MS = 7 * 24 * 60 * 60_000;
export const SESSION_MS = 30 * 24 * 60 * 60_000;
/** Rule P8: how long after its password was given a session may do what is sensitive. */
export const PASSWORD_GIVEN_MS = 60 * 60_000;
/** Rule P7: of one organisation. */
export const MAX_OPEN_INVITATIONS = 50;
export const MAX_INVITATIONS_A_DAY = 100;

/** Rule O13: how long after the end of its event the link of an order is good. */
export const ORDER_LINK_MS = 30 * 24 * 60 * 60_000;

/** Rule X2: commands that may wait in an object, and how old the oldest may be, before new ones are shed. */
export const MAX_WAITING = 2_000;
export const MAX_WAIT_MS = 1_000;
/** Rule D19: scans that were decided alone, in one request. */
export const MAX_UPLOADS = 200;
/** Rule D24: so many of them are decided together, and so many batches wait; a line of so many scans refuses them. */
export const UPLOADS_A_SLICE = 20;
export const MAX_UPLOADS_IN_LINE = 200;
export const MAX_WAITING_FOR_UPLOADS = MAX_WAITING / 4;
export const MAX_WAIT_FOR_UPLOADS_MS = MAX_WAIT_MS / 4;
/** Rule X4: beyond it nothing is taken, whatever it is: an object that runs out of memory serves nobody. */
export const MAX_IN_LINE = 10_000;
/** Rule X7: active holds, reserved orders and live claims of one object, together. */
export const MAX_LIVE = 100_000;
/** Rule H14: how often a shopper gives back in so long, and how many shoppers an object counts at one time. */
export const MAX_GIVEN_BACK = 60;
export const GIVEN_BACK_MS = 10 * 60_000;
export const MAX_COUNTED_SHOPPERS = 10_000;
/** Rule H3: a ledger row that lies further ahead of the clock than this was written by a clock that was wrong. */
export const CLOCK_AHEAD_MS = 60_000;
/** Rule H4: more holds than these that are found to have run out at one time are one row of the ledger. */
export const MAX_EXPIRY_ROWS = 1_000;
/** How long an object keeps a claim before it asks the order's home what the attempt came to (rule O2). */
export const DOUBT_MS = 30_000;
/** How long the answer to the end of an order waits for the other ticket types to follow (rule O3). */
export const FOLLOW_WAIT_MS = 1_000;
/** How long the answer to a change of tickets waits for their door (rule N9): with what follows, less than a call of the home may take. */
export const JUDGE_WAIT_MS = 3_500;
/** While D1 is asked, time goes on giving holds back (rule H4). */
export const TURN_MS = 500;
/** How long after an order's expiry an object that has heard nothing of it asks its home. */
export const UNHEARD_MS = 10_000;
/** How long it is remembered that D1 has none: by an object without terms, by an isolate of an event (rule X5). */
export const NO_TERMS_MS = 5_000;
/** Rule O9: how often a hold is extended, how long after its first placing it ends at the latest, and the least gain. */
export const MAX_EXTENSIONS = 10;
export const MAX_HELD_MS = 60 * 60 * 1_000;
export const MIN_EXTENSION_MS = 1_000;
/**
 * Rule O10: how long the request of a basket goes on to place holds, and how long after the first of them a repeat takes
 * it for still at work. Between the two lies the longest call of an inventory, 5 s, and as much for clocks that differ.
 */
export const BASKET_PLACING_MS = 5_000;
export const BASKET_OPEN_MS = 15_000;
export const SHOPPER_TOKEN_MS = 7 * 24 * 60 * 60 * 1_000;
/** How long the link of a mail sets a password (rule P4); that of `bootstrap` does so for a day. */
export const PASSWORD_LINK_MS = 60 * 60 * 1_000;
export const INVITATION_MS = 7 * 24 * 60 * 60 * 1_000;
/** The platform's limit of a D1 database, bytes. It cannot be raised. */
export const D1_BYTES = 10_000_000_000;
/** Above so much of it the cron says so (rule X4). */
export const D1_FILLING_BYTES = D1_BYTES * 0.6;
