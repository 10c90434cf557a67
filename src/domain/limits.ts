// Rule X4: lists the limits of everything. Times are milliseconds unless the name says otherwise.

export const MAX_BODY_BYTES = 64 * 1024;
export const MAX_JSON_DEPTH = 16;
export const MAX_NAME = 200;
/** RFC 5321. */
export const MAX_EMAIL = 254;
/** The longest part of a reference, or of a name, that a search may have. */
export const MAX_SEARCH = 200;
export const MAX_NOTES = 500;
export const MAX_DESCRIPTION = 5_000;
export const MAX_PAYMENT_INSTRUCTIONS = 2_000;
/** Rule E11: the largest image in bytes and in pixels of a side, and the longest text in its place. */
export const MAX_IMAGE_BYTES = 500_000;
export const MAX_IMAGE_SIDE = 4_096;
export const MAX_IMAGE_ALT = 200;
/** How many images an organisation may upload in 24 hours. */
export const MAX_IMAGES_A_DAY = 200;
/**
 * Rule E11: how long an image without a reference is kept. D1 can be restored to 30 days ago, and the images that it then
 * refers to must still exist.
 */
export const UNUSED_IMAGE_MS = 32 * 24 * 60 * 60_000;
export const MAX_SETTINGS_BYTES = 16 * 1024;
export const MAX_TICKET_TYPES_PER_EVENT = 100;
export const MAX_SOCKETS = 10_000;
/**
 * How many of the sockets of an event's feed are kept for its scanners, so that a crowd of viewers does not lock out the
 * doors.
 */
export const SOCKETS_FOR_SCANNERS = 1_000;
/** A device has one and a dashboard a few; more sockets of one credential are a loop, or a leak. */
export const MAX_SOCKETS_PER_CREDENTIAL = 50;
/** For public sockets of one object: more from one address are a script, not the crowd behind a shared address. */
export const MAX_SOCKETS_PER_ADDRESS = 1_000;
/** The largest message of a viewer, bytes. A viewer has nothing to send but `ping`. */
export const MAX_FRAME_BYTES = 1_024;
/** The largest message of a scanner, bytes: a code as a reader delivers it, or as many acknowledgements. */
export const MAX_SCANNER_FRAME_BYTES = 8_192;
export const MAX_FEED_SHARDS = 32;
export const MAX_BATCH = 256;
/** The platform refuses a text or a row of more than 2,000,000 bytes, in D1 and in an object's SQLite alike. */
export const MAX_BOUND_BYTES = 1_900_000;
/** The limits of a scan: what a reader may deliver, how many verdicts it may acknowledge, and a supervisor's reason. */
export const MAX_SCANNED = 1_000;
/**
 * No ticket has more rows in an evening. Beyond it no upload adds any, since otherwise one phone could make a row too large
 * to write.
 */
export const MAX_ROWS_A_TICKET = 1_000;
/** Rule D16: the most persons that one click counts. */
export const MAX_CLICKED = 50;
export const MAX_ACKED = 50;
export const MAX_OVERRIDE_REASON = 200;
/** Rule N8: the text for the gates about a ticket. */
export const MAX_GATE_TEXT = 200;
export const MAX_HOLDS_PER_CHECKOUT = 10;
export const MAX_ITEMS_PER_BASKET = 10;
/** How many orders one request may confirm, each by itself. */
export const MAX_CONFIRMED_TOGETHER = 100;
/** Rule N1: ten holds of 100. */
export const MAX_TICKETS_AN_ORDER = 1_000;
export const MAX_QUANTITY = 1_000_000;
export const MAX_CAPACITY = 1_000_000;
export const MAX_PER_ORDER = 100;
/** How many buckets of counts over time one request may read, each of which takes some ledger rows. */
export const MAX_BUCKETS = 500;
export const MAX_PAGE = 100;
/** Rule O16: the most orders in one file. */
export const MAX_EXPORTED = 100_000;
export const DEFAULT_PAGE = 25;
/** How many of the things that refer to a subject `in_use` names. */
export const MAX_IN_USE = 10;

/** Rule O14: the most mails of orders to one address. */
export const MAILS_AN_HOUR = 10;
/** Rule P7: how long an unconfirmed account lasts, and a session, however often it is renewed. */
export const UNCONFIRMED_MS = 7 * 24 * 60 * 60_000;
export const SESSION_MS = 30 * 24 * 60 * 60_000;
/** Rule P8: how long after the password was given a session may do what is sensitive. */
export const RECENT_PASSWORD_MS = 60 * 60_000;
/** Rule P7: how many open invitations an organisation may have. */
export const MAX_OPEN_INVITATIONS = 50;
export const MAX_INVITATIONS_A_DAY = 100;

/** Rule O13: how long after the end of its event the link of an order works. */
export const ORDER_LINK_MS = 30 * 24 * 60 * 60_000;

/** Rule X2: commands that may wait in an object, and how old the oldest may be, before new ones are shed. */
export const MAX_WAITING = 2_000;
export const MAX_WAIT_MS = 1_000;
/** Rule D19: the most scans decided alone in one request. */
export const MAX_UPLOADS = 200;
/**
 * Rule D24: how many uploads are decided together, how many batches may wait, and from which length of the queue on they
 * are shed.
 */
export const UPLOADS_A_SLICE = 20;
export const MAX_UPLOADS_IN_LINE = 200;
export const MAX_WAITING_FOR_UPLOADS = MAX_WAITING / 4;
export const MAX_WAIT_FOR_UPLOADS_MS = MAX_WAIT_MS / 4;
/** Rule X4: beyond it no command is taken, since an object that runs out of memory serves nobody. */
export const MAX_IN_LINE = 10_000;
/** Rule X7: active holds, reserved orders and live claims of one object, together. */
export const MAX_LIVE = 100_000;
/** Rule H14: how often a shopper may give back, in which time, and how many shoppers an object counts. */
export const MAX_GIVEN_BACK = 60;
export const GIVEN_BACK_MS = 10 * 60_000;
export const MAX_COUNTED_SHOPPERS = 10_000;
/** Rule H3: a ledger row that lies further ahead of the clock than this was written by a wrong clock. */
export const CLOCK_AHEAD_MS = 60_000;
/** Rule H4: when more holds than this are found expired at once, one ledger row gives them back. */
export const MAX_EXPIRY_ROWS = 1_000;
/** How long an object keeps a claim in doubt before it queries the order's home about the attempt (rule O2). */
export const DOUBT_MS = 30_000;
/** How long the reply to the end of an order waits for the other ticket types to follow (rule O3). */
export const FOLLOW_WAIT_MS = 1_000;
/**
 * How long the reply to a change of tickets waits for the door's verdict (rule N9). With what follows it must be shorter
 * than the deadline of a call of the home.
 */
export const JUDGE_WAIT_MS = 3_500;
/** While the object waits for D1, it runs a batch this often, so that holds expire (rule H4). */
export const TURN_MS = 500;
/** How long after an order's expiry an object that received no update queries its home. */
export const NO_UPDATE_MS = 10_000;
/** For this long an object without terms, and an isolate, remember that D1 has no such type or event (rule X5). */
export const NO_TERMS_MS = 5_000;
/** Rule O9: how often a hold is extended, how long after its first placing it ends at the latest, and the least gain. */
export const MAX_EXTENSIONS = 10;
export const MAX_HELD_MS = 60 * 60 * 1_000;
export const MIN_EXTENSION_MS = 1_000;
/**
 * Rule O10: how long a basket's request goes on to place holds, and for how long after the first of them a repeat assumes
 * that it is still running. The difference is the longest call of an inventory, 5 s, and as much for clocks that differ.
 */
export const BASKET_PLACING_MS = 5_000;
export const BASKET_OPEN_MS = 15_000;
export const SHOPPER_TOKEN_MS = 7 * 24 * 60 * 60 * 1_000;
/** How long the link in a mail can set a password (rule P4); that of `bootstrap` can for a day. */
export const PASSWORD_LINK_MS = 60 * 60 * 1_000;
export const INVITATION_MS = 7 * 24 * 60 * 60 * 1_000;
/** The platform's limit of a D1 database, bytes. It cannot be raised. */
export const D1_BYTES = 10_000_000_000;
/** Above this size the cron warns (rule X4). */
export const D1_FILLING_BYTES = D1_BYTES * 0.6;
