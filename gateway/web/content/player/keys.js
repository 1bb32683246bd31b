// What keys do in a player. Pure.

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
export const STEP_SECONDS = 10;

/** @typedef {"play" | "back" | "forward" | "fullscreen" | "mute" | "captions" | "slower" | "faster"} Deed */

/** @type {Record<string, Deed>} */
const LETTERS = { k: "play", j: "back", l: "forward", f: "fullscreen", m: "mute", c: "captions", "<": "slower", ">": "faster" };
/** Those that a control inside the player may want for itself. @type {Record<string, Deed>} */
const OTHERS = { " ": "play", ArrowLeft: "back", ArrowRight: "forward" };

/**
 * @param {{ key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean }} event
 * @param {boolean} isOnFilm Whether the film itself has the focus, and none of its controls.
 * @returns {Deed | null}
 */
export function deedOf({ key, ctrlKey, metaKey, altKey }, isOnFilm) {
  if (ctrlKey || metaKey || altKey) return null;
  return LETTERS[key.toLowerCase()] ?? (isOnFilm ? OTHERS[key] : undefined) ?? null;
}

/** The next speed, as far as there is one. @param {number} rate @param {1 | -1} direction */
export function nextRate(rate, direction) {
  const further = RATES.filter((each) => (direction > 0 ? each > rate : each < rate));
  return (direction > 0 ? further[0] : further[further.length - 1]) ?? rate;
}
