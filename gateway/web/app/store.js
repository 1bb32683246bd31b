// State that several components share: a value, and who wants to hear of the next one.

import { useEffect, useRef, useState } from "preact/hooks";

/**
 * @template T
 * @typedef {object} Store
 * @property {() => T} get
 * @property {(next: T | ((before: T) => T)) => void} set
 * @property {(listener: (value: T) => void) => () => void} subscribe Returns how to stop it.
 */

/**
 * @template T
 * @param {T} initial
 * @returns {Store<T>}
 */
export function createStore(initial) {
  let value = initial;
  /** @type {Set<(value: T) => void>} */
  const listeners = new Set();
  return {
    get: () => value,
    set(next) {
      const after = typeof next === "function" ? /** @type {(before: T) => T} */ (next)(value) : next;
      if (Object.is(after, value)) return;
      value = after;
      for (const listener of [...listeners]) listener(value);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * The part of a store that a component shows; it is drawn again when that part is another one.
 * @template T, [Part=T]
 * @param {Store<T>} store
 * @param {(value: T) => Part} [select]
 * @returns {Part}
 */
export function useStore(store, select = /** @type {(value: T) => any} */ ((value) => value)) {
  const latest = useRef(select);
  latest.current = select;
  const [part, setPart] = useState(() => select(store.get()));
  useEffect(() => {
    const look = () => setPart(() => latest.current(store.get()));
    look(); // what changed between drawing and now
    return store.subscribe(look);
  }, [store]);
  return part;
}
