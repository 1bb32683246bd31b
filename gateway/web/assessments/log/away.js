// How long a student was away from the page of an attempt, by its log.

/**
 * @typedef {{ at: string, kind: string }} Entry
 * @typedef {object} Away
 * @property {ReadonlyMap<number, number>} until Milliseconds away, by the index of the line that ends it.
 * @property {number} total Milliseconds.
 * @property {number} times
 * @property {boolean} isAway Whether the last line leaves the student away.
 */

const LEAVES = new Set(["LEFT", "DISCONNECTED"]);
const COMES = new Set(["RETURNED", "CONNECTED", "ENDED"]);

/**
 * Away is whoever has left the page, or whose last device is gone, until the page is there again or the attempt ends.
 * @param {readonly Entry[]} entries In their order, from the first.
 * @returns {Away}
 */
export function awayIn(entries) {
  const until = new Map();
  let [total, times] = [0, 0];
  /** @type {number | null} */
  let since = null;
  let isOver = false;
  entries.forEach(({ at, kind }, index) => {
    if (kind === "ENDED" || kind === "REOPENED") isOver = kind === "ENDED";
    if (LEAVES.has(kind) && !isOver) since ??= Date.parse(at);
    if (!COMES.has(kind) || since === null) return;
    const ms = Date.parse(at) - since;
    until.set(index, ms);
    total += ms;
    times += 1;
    since = null;
  });
  return { until, total, times, isAway: since !== null };
}
