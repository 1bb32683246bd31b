// The time left, as a bar and in seconds.

import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";

const SECOND_MS = 1_000;
const LATE_MS = 10; // a timer may come a little early
const SOON_MS = 5_000;

/** @typedef {import("./wire.js").Time} Time */

/**
 * @param {Time} time
 * @param {number} now
 * @returns {{ left: number, share: number }} Milliseconds, and which part of the whole they are.
 */
export function leftOf({ opensAt, closesAt, paused, remainingMs }, now) {
  const whole = Math.max(1, closesAt - opensAt);
  const rest = paused ? remainingMs ?? closesAt - now : closesAt - Math.max(now, opensAt);
  const left = Math.max(0, rest);
  return { left, share: Math.min(1, left / whole) };
}

/**
 * `held`: while there is no connection nobody knows how the server's clock goes on, so it stands.
 * @param {{ time: Time, now: () => number, held?: boolean }} properties
 */
export function Countdown({ time, now, held = false }) {
  const { opensAt, closesAt, paused = false, remainingMs } = time;
  const [shown, setShown] = useState(() => leftOf(time, now()));
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const bar = useRef(null);
  const stands = held || paused;
  useEffect(() => {
    const at = () => leftOf({ opensAt, closesAt, paused, remainingMs }, now());
    if (stands) {
      setShown(at());
      return undefined;
    }
    const way = toNothing(/** @type {HTMLElement} */ (bar.current), at(), Math.max(0, opensAt - now()));
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const look = () => {
      const next = at();
      setShown(next);
      way.isAt(next.left);
      if (next.left > 0) timer = setTimeout(look, (next.left % SECOND_MS || SECOND_MS) + LATE_MS);
    };
    look();
    return () => {
      clearTimeout(timer);
      way.stop();
    };
  }, [opensAt, closesAt, paused, remainingMs, now, stands]);
  return html`
    <div class=${`countdown ${stands ? "stands" : shown.left < SOON_MS ? "soon" : ""}`} role="timer" aria-label=${t("live.seconds_left")}>
      <div class="track"><div class="left" ref=${bar} style=${{ transform: `scaleX(${shown.share.toFixed(3)})` }}></div></div>
      <span class="seconds tabular">${paused ? "❙❙" : formatNumber(Math.ceil(shown.left / 1000))}</span>
    </div>
  `;
}

/**
 * The bar on its way to nothing, which the browser draws by itself: no script runs for a frame of it.
 * @param {HTMLElement} bar
 * @param {{ left: number, share: number }} from
 * @param {number} delay Milliseconds until it begins.
 */
function toNothing(bar, { left, share }, delay) {
  const steps = matchMedia("(prefers-reduced-motion: reduce)").matches ? Math.max(1, Math.ceil(left / SECOND_MS)) : 0;
  const moving = bar.animate([{ transform: `scaleX(${share})` }, { transform: "scaleX(0)" }], { duration: left, delay, fill: "both", easing: steps ? `steps(${steps})` : "linear" });
  return {
    /** After a sleep of the machine, or when the server's clock is known better. @param {number} now Milliseconds left. */
    isAt(now) {
      const due = delay + left - now;
      if (now < left && Math.abs(Number(moving.currentTime) - due) > SECOND_MS / 4) moving.currentTime = due;
    },
    stop: () => moving.cancel(),
  };
}
