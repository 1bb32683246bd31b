// How this browser's host wants games to be shown.

import { recall, remember } from "../../app/storage.js";
import { createStore, useStore } from "../../app/store.js";

const BARS_KEY = "stoa.host.bars-while-open";
const QUIET_KEY = "stoa.host.quiet";

/**
 * @typedef {object} Preferences
 * @property {boolean} bars Whether what was chosen is shown before the answer is.
 * @property {boolean} quiet Without celebration.
 * @property {() => void} toggleBars
 * @property {() => void} toggleQuiet
 */

const bars = createStore(recall("localStorage", BARS_KEY) === true);
const quiet = createStore(recall("localStorage", QUIET_KEY) === true);

/** @returns {Preferences} */
export function usePreferences() {
  return { bars: useStore(bars), quiet: useStore(quiet), toggleBars: () => toggle(bars, BARS_KEY), toggleQuiet: () => toggle(quiet, QUIET_KEY) };
}

/**
 * @param {import("../../app/store.js").Store<boolean>} store
 * @param {string} key
 */
function toggle(store, key) {
  store.set(!store.get());
  remember("localStorage", key, store.get());
}

// The projector's window follows what the teacher chooses in another one.
addEventListener("storage", (event) => {
  if (event.key === BARS_KEY) bars.set(recall("localStorage", BARS_KEY) === true);
  if (event.key === QUIET_KEY) quiet.set(recall("localStorage", QUIET_KEY) === true);
});
