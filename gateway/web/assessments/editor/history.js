// Steps that can be taken back and done again. What is typed in one go is one step.

const STEPS = 200;
const ONE_GO_MS = 1_500;

/**
 * @template T
 * @typedef {object} History
 * @property {readonly T[]} past
 * @property {readonly T[]} future
 * @property {string} tag What the last step was about.
 * @property {number} at When it was.
 */

/** @returns {History<any>} */
export function emptyHistory() {
  return { past: [], future: [], tag: "", at: 0 };
}

/**
 * @template T
 * @param {History<T>} history
 * @param {T} before What there was before the step.
 * @param {string} tag Steps of the same tag that follow closely are one; empty for one of its own.
 * @param {number} now
 * @returns {History<T>}
 */
export function stepped(history, before, tag, now) {
  const goesOn = tag !== "" && tag === history.tag && now - history.at < ONE_GO_MS && history.past.length > 0;
  const past = goesOn ? history.past : [...history.past, before].slice(-STEPS);
  return { past, future: [], tag, at: now };
}

/**
 * @template T
 * @param {History<T>} history
 * @param {T} present
 * @param {"undo" | "redo"} way
 * @returns {{ history: History<T>, present: T } | null} Null if there is no step.
 */
export function taken(history, present, way) {
  const from = way === "undo" ? history.past : history.future;
  const next = from.at(-1);
  if (next === undefined) return null;
  const rest = from.slice(0, -1);
  const other = [...(way === "undo" ? history.future : history.past), present];
  const [past, future] = way === "undo" ? [rest, other] : [other, rest];
  return { history: { past, future, tag: "", at: 0 }, present: next };
}

/**
 * The same steps upon what somebody else has changed.
 * @template T
 * @param {History<T>} history
 * @param {(work: T) => T} rebase
 * @returns {History<T>}
 */
export function rebased(history, rebase) {
  return { ...history, past: history.past.map(rebase), future: history.future.map(rebase) };
}
