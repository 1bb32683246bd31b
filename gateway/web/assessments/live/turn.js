// Of several windows of one kind in a browser only one has its turn: the one that took it last, or
// else the first. They agree without a server, and without HTTPS, as on a school's own network.

import { randomId } from "../../app/storage.js";
import { createStore } from "../../app/store.js";

/** How long a window waits for one that has the turn to say so. */
const ANSWER_MS = 200;
/** How often it looks whether that one is still there. */
const LOOK_MS = 1_000;

/**
 * @typedef {object} Turn
 * @property {import("../../app/store.js").Store<boolean>} has Whether this window has it.
 * @property {() => void} take Have it, whoever else has it.
 * @property {() => void} want Have it as soon as nobody else does.
 * @property {() => void} leave
 *
 * @typedef {object} Message
 * @property {string} by
 * @property {"wants" | "takes" | "has"} said
 * @property {number} since When it began its turn.
 */

/** @param {string} name @returns {Turn} */
export function createTurn(name) {
  const own = randomId();
  const has = createStore(false);
  const channel = new BroadcastChannel(name);
  let since = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let next;
  const say = (/** @type {Message["said"]} */ said) => channel.postMessage({ by: own, said, since });
  const then = (/** @type {() => void} */ deed, /** @type {number} */ ms) => {
    clearTimeout(next);
    next = setTimeout(deed, ms);
  };
  const begin = (/** @type {"takes" | "has"} */ said) => {
    clearTimeout(next);
    since = Date.now();
    has.set(true);
    say(said);
  };
  const want = () => {
    if (has.get()) return;
    say("wants");
    then(() => begin("has"), ANSWER_MS);
  };
  const leave = () => {
    clearTimeout(next);
    next = undefined;
    has.set(false);
  };
  channel.onmessage = (/** @type {MessageEvent<Message>} */ { data }) => {
    const wasFirst = since < data.since || (since === data.since && own < data.by);
    if (has.get() && (data.said === "wants" || (data.said === "has" && wasFirst))) return say("has");
    if (data.said === "wants" || (!has.get() && next === undefined)) return undefined;
    has.set(false);
    return then(want, LOOK_MS);
  };
  return { has, take: () => begin("takes"), want, leave };
}
