// Of several windows of one game in a browser only one makes noise: its kind is remembered, and of
// several of that kind one has its turn.

import { useEffect, useState } from "preact/hooks";
import { recall, remember } from "../../app/storage.js";
import { createStore, useStore } from "../../app/store.js";
import { createTurn } from "./turn.js";

/**
 * @typedef {"player" | "host" | "projector"} Kind
 * @typedef {object} Choice
 * @property {import("../../app/store.js").Store<Kind | null>} chosen The kind of window, or none.
 * @property {string} key
 */

/** Which of a host's windows this is. @returns {Kind} */
export function hostWindow() {
  return new URLSearchParams(location.search).get("view") === "projector" ? "projector" : "host";
}

/** @param {string} key @returns {Choice} */
export function rememberedChoice(key) {
  const chosen = createStore(/** @type {Kind | null} */ (recall("localStorage", key)));
  addEventListener("storage", (event) => {
    if (event.key === key) chosen.set(recall("localStorage", key));
  });
  return { chosen, key };
}

/**
 * Whether this window makes noise, and how to turn that on and off.
 * @param {Choice} choice
 * @param {Kind} kind
 * @returns {[boolean, (on: boolean) => void]}
 */
export function useChoice({ chosen, key }, kind) {
  const [turn] = useState(() => createTurn(`${key}.${kind}`));
  const isChosen = useStore(chosen) === kind;
  const has = useStore(turn.has);
  useEffect(() => {
    if (!isChosen) return undefined;
    turn.want();
    return turn.leave;
  }, [turn, isChosen]);
  const set = (/** @type {boolean} */ on) => {
    remember("localStorage", key, on ? kind : null);
    chosen.set(on ? kind : null);
    if (on) turn.take();
  };
  return [isChosen && has, set];
}
