// Which sound belongs to what has happened in a game. Pure.

import { outcome } from "./player-state.js";

/**
 * @typedef {import("./synth.js").Cue} Cue
 * @typedef {object} Scene
 * @property {import("./wire.js").Phase} phase
 * @property {number} index
 * @property {Cue | null} own What became of the own answer.
 * @property {Cue | null} end What the end of the game sounds like.
 */

const LAST_SECONDS = 5;

/** @param {import("./host-state.js").Desk} desk @returns {Scene} */
export function ofHost({ phase, question }) {
  return { phase, index: question?.index ?? -1, own: null, end: "fanfare" };
}

/** @param {import("./player-state.js").Game} game @returns {Scene} */
export function ofPlayer({ phase, question, result, rank }) {
  return { phase, index: question?.index ?? -1, own: phase === "reveal" && result ? ownCue(result) : null, end: rank <= 3 ? "fanfare" : "reveal" };
}

/** @param {import("./wire.js").Result} result @returns {Cue} */
function ownCue(result) {
  const found = outcome(result);
  return found === "right" || found === "wrong" ? found : found === "none" ? "wrong" : "reveal";
}

/**
 * @param {Scene | null} before Null when the page has just been opened: what has happened before makes no noise.
 * @param {Scene} after
 * @returns {Cue[]}
 */
export function cuesOf(before, after) {
  if (before === null) return [];
  /** @type {Cue[]} */
  const cues = [];
  const moved = before.phase !== after.phase;
  if (moved && after.phase === "closed") cues.push("gong");
  if (moved && after.phase === "finished" && after.end) cues.push(after.end);
  if (after.own && (before.own === null || before.index !== after.index)) cues.push(after.own);
  else if (moved && after.phase === "reveal") cues.push("reveal");
  return cues;
}

/**
 * The tick of a second, once.
 * @param {number} left Milliseconds.
 * @param {number} ticked The second of the last tick.
 * @returns {{ second: number, cue: Cue | null }}
 */
export function tickOf(left, ticked) {
  const second = Math.ceil(left / 1000);
  const due = second !== ticked && second >= 1 && second <= LAST_SECONDS;
  return { second, cue: due ? (second === 1 ? "last" : "tick") : null };
}
