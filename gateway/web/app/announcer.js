// Tell screen readers what has changed, without moving the focus.

import { createStore } from "./store.js";

export const announcement = createStore("");

/** @param {string} text */
export function announce(text) {
  // The same words once more are only read when something about them is new.
  announcement.set(text === announcement.get() ? `${text}\u00a0` : text);
}
