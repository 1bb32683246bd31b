// The link to a film, which ends after the film's length. It is renewed in time, or when a request finds it over; what
// was loaded by an older one goes on by the newest.

import { Failure } from "../../app/graphql.js";
import { waitToTryAgain } from "../waiting.js";
import { fileBelow, lifeOf } from "./reckoning.js";

/** Of its life: then it is renewed, while the film plays. */
const RENEWED_AFTER = 0.75;
/** Of its life: then it is taken for over, so that no request comes too late. */
const OVER_AFTER = 0.95;

/**
 * @typedef {import("./documents.js").LessonStreamQuery["generateStreamingUrl"]} Stream
 * @typedef {object} Link
 * @property {() => Stream} newest
 * @property {(address: string) => string} addressOf Of a file of the film, whichever link named it.
 * @property {() => boolean} isDue Whether it is time to renew it.
 * @property {() => boolean} isOver
 * @property {() => number} dueIn Milliseconds.
 * @property {() => Promise<void>} renew Rejects with a `Failure` for who may see it no more, and with the signal's reason.
 * @property {(listener: () => void) => () => void} onRenewed Returns how to stop it.
 */

/**
 * @param {Stream} first
 * @param {() => Promise<Stream>} ask
 * @param {{ signal: AbortSignal, now?: () => number }} options
 * @returns {Link}
 */
export function makeLink(first, ask, { signal, now = Date.now }) {
  let stream = first;
  let [since, life] = [now(), lifeOf(first, now())];
  /** @type {Promise<void> | null} */
  let renewing = null;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const age = () => now() - since;
  const renewed = async () => {
    try {
      stream = await patiently(ask, signal);
      [since, life] = [now(), lifeOf(stream, now())];
      for (const listener of [...listeners]) listener();
    } finally {
      renewing = null;
    }
  };
  return {
    newest: () => stream,
    addressOf: (address) => fileBelow(address, stream.url, location.href),
    isDue: () => age() >= life * RENEWED_AFTER,
    isOver: () => age() >= life * OVER_AFTER || age() < 0,
    dueIn: () => Math.max(0, life * RENEWED_AFTER - age()),
    renew: () => (renewing ??= renewed()),
    onRenewed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What is not ready is said to be tried again, but not by who waits for an answer. */
const NOT_READY = "VIDEO_NOT_READY";

/**
 * Ask until there is an answer that is one.
 * @template T
 * @param {() => Promise<T>} deed
 * @param {AbortSignal} signal
 */
export async function patiently(deed, signal) {
  for (let failed = 1; ; failed += 1) {
    try {
      return await deed();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure) || !error.retryable || error.code === NOT_READY) throw error;
      await waitToTryAgain(failed, { signal });
    }
  }
}
