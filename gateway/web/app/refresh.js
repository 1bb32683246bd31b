// The exchange of the refresh cookie for an access token, which tabs do one at a time.

import { REFRESH } from "./documents.js";
import { post } from "./post.js";
import { recall, remember } from "./storage.js";

/** The key under which other tabs see whether there may be a refresh cookie to ask with. */
export const SIGNED_IN = "stoa.signed-in";
/** The name of an answer to it that was asked for ahead. */
export const REFRESH_AHEAD = "refresh";
const LOCK = "stoa.session";

export function maySignIn() {
  return recall("localStorage", SIGNED_IN) === true;
}

/** @param {boolean} may */
export function rememberSignedIn(may) {
  remember("localStorage", SIGNED_IN, may || null);
}

/** @returns {Promise<Response>} */
export function askRefresh() {
  return alone(() => post({ query: REFRESH, variables: {} }));
}

/**
 * Run `task` while no other tab of this site runs one: they share one refresh cookie.
 * @template T
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
export function alone(task) {
  return navigator.locks ? navigator.locks.request(LOCK, task) : task(); // plain HTTP has no locks
}
