// Why a film could not be processed, in words.

import { hasWord, t } from "../../app/locale.js";

/** What another try may change. */
const AGAIN = new Set(["TOO_SLOW", "NOT_POSSIBLE"]);

/** @param {string} fault */
export function faultText(fault) {
  const word = `films.fault.${fault.toLowerCase()}`;
  return t(/** @type {any} */ (hasWord(word) ? word : "films.fault.not_possible"));
}

/** Whether it is worth trying the same file again. @param {string} fault */
export function mayHelp(fault) {
  return AGAIN.has(fault);
}
