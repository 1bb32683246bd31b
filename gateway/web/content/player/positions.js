// How far somebody was in a film, in this browser, and how they like to watch.

import { session } from "../../app/session.js";
import { recall, remember } from "../../app/storage.js";

const POSITIONS = "stoa.films.";
const HABITS = "stoa.player";
const KEPT = 200;

/**
 * @typedef {{ seconds: number, at: number }} Position
 * @typedef {{ rate?: number, captions?: string }} Habits `captions`: a language, or empty for none.
 */

/** Seconds, or null. @param {string} lesson */
export function positionIn(lesson) {
  return kept()[lesson]?.seconds ?? null;
}

/** @param {string} lesson @param {number | null} seconds Null forgets it. */
export function keepPosition(lesson, seconds) {
  const { [lesson]: before, ...others } = kept();
  if (seconds === null && !before) return;
  const all = seconds === null ? others : { ...others, [lesson]: { seconds, at: Date.now() } };
  const newest = Object.entries(all).sort(([, one], [, other]) => other.at - one.at).slice(0, KEPT);
  remember("localStorage", key(), newest.length > 0 ? Object.fromEntries(newest) : null);
}

/** @returns {Habits} */
export function habits() {
  return recall("localStorage", HABITS) ?? {};
}

/** @param {Habits} part */
export function keepHabits(part) {
  remember("localStorage", HABITS, { ...habits(), ...part });
}

function key() {
  return `${POSITIONS}${session.get().user?.id ?? "guest"}`;
}

/** @returns {Record<string, Position>} */
function kept() {
  return recall("localStorage", key()) ?? {};
}
