// The one way to call a Durable Object: with a deadline, and with repeats only where the platform says that they help.

import { type Pauses, pauseMs } from "../../domain/time/backoff.ts";
import { type Refusal, UNAVAILABLE } from "../../domain/errors.ts";
import { refuse, type Result } from "../../domain/result.ts";
import { Unavailable, withDeadline } from "../deadline.ts";
import { sleep } from "../timing.ts";
import { logError } from "../log.ts";

/** An object that has not replied within this time, ms, repeats included, counts as unreachable. */
export const CALL_LIMIT_MS = 5_000;
/** An object that moved, or whose code was replaced, can be reached again after one of these pauses. */
const PAUSES: Pauses = { leastMs: 20, firstMs: 100, longestMs: 400 };
const REPEATS = 2;

/** A call that got no reply: whether it took effect is not known. `cause` is what the platform threw. */
export class ObjectAway extends Unavailable {
  override readonly name = "ObjectAway";
  /** The platform is shedding calls of this object, so that an immediate repeat would make it worse. */
  readonly overloaded: boolean;

  constructor(cause: unknown) {
    super("an object did not answer", { cause });
    this.overloaded = markOf(cause).overloaded === true;
  }
}

/** The text says what did not reply, since a log line has nothing else of it. */
const tooLate = () => Promise.reject(new Unavailable(`an object: no answer within ${CALL_LIMIT_MS} ms`));

/** The properties that the platform sets on its errors. */
type Mark = { readonly retryable?: unknown; readonly overloaded?: unknown };

function markOf(fault: unknown): Mark {
  return fault instanceof Error ? (fault as Mark) : {};
}

/**
 * Calls an object through `call`, which takes a new stub each time. Rejects with `ObjectAway` after 5 s at the latest. What
 * the platform calls retryable is repeated after a pause, so `call` must be harmless when it takes effect twice.
 */
export async function callObject<T>(call: () => Promise<T>, random: () => number = Math.random): Promise<T> {
  let isOver = false;

  async function attempt(failures: number): Promise<T> {
    try {
      return await call();
    } catch (fault) {
      if (failures === REPEATS || !mayRepeat(fault)) throw fault;
      await sleep(pauseMs(PAUSES, failures + 1, random()));
      if (isOver) throw fault;
      return attempt(failures + 1);
    }
  }

  try {
    return await withDeadline(attempt(0), CALL_LIMIT_MS, tooLate);
  } catch (fault) {
    throw new ObjectAway(fault);
  } finally {
    isOver = true;
  }
}

function mayRepeat(fault: unknown): boolean {
  const { retryable, overloaded } = markOf(fault);
  return retryable === true && overloaded !== true;
}

/**
 * Calls an object as `callObject` does, and returns `temporarily_unavailable` instead of rejecting. `line` is what is then
 * logged.
 */
export async function callOrUnavailable<T>(
  line: Readonly<Record<"event", string> & Record<string, string>>,
  call: () => Promise<Result<T, Refusal>>,
): Promise<Result<T, Refusal>> {
  try {
    return await callObject(call);
  } catch (fault) {
    if (fault instanceof ObjectAway && fault.overloaded) return refuse({ code: "overloaded", retryAfterSeconds: 1 });
    logError(line, fault);
    return refuse(UNAVAILABLE);
  }
}
