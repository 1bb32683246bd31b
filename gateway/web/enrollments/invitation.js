// What led here: a link that a teacher has given out, or an e-mail that invites one address.

import { place } from "../app/router.js";
import { claimsOf } from "../app/session.js";
import { recall, remember } from "../app/storage.js";

const KEY = "stoa.invitation"; // until it is used: signing in and reloading do not lose it

/** @typedef {{ token: string, courseId: string | null, email: string | null }} Invitation `courseId` and `email`: of an e-mail. */

/**
 * @param {string | undefined} linkToken Of the address.
 * @returns {Invitation | null}
 */
export function invitationHere(linkToken) {
  if (linkToken) return { token: linkToken, courseId: null, email: null };
  const given = new URLSearchParams(place.get().hash);
  const token = given.get("invitation");
  if (token) remember("sessionStorage", KEY, { token, courseId: given.get("course"), email: claimsOf(token).claims?.email ?? null });
  return recall("sessionStorage", KEY);
}

export function forgetInvitation() {
  remember("sessionStorage", KEY, null);
}
