// The server's clock, as far as it can be known here: a request cannot be answered before it was sent,
// nor after its answer came. The device's own clock may say what it wants, and be set at any time.

/** @typedef {ReturnType<typeof createServerClock>} ServerClock */

export function createServerClock() {
  let [least, most] = [-Infinity, Infinity];
  return {
    /**
     * @param {number} now What the server has said.
     * @param {number} sent `performance.now()` when it was asked.
     * @param {number} [came]
     */
    heard(now, sent, came = performance.now()) {
      const [low, high] = [now - came, now - sent];
      const agrees = low <= most && high >= least; // not after this machine has slept
      [least, most] = agrees ? [Math.max(low, least), Math.min(high, most)] : [low, high];
    },
    /** Milliseconds since the epoch. */
    now: () => performance.now() + (least + most) / 2,
  };
}
