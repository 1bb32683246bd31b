// How long somebody is at a lesson: only while the page is seen and its reader gives a sign of life,
// told to the server in steps.

import { useEffect } from "preact/hooks";
import { keepTime, sendKeptTime } from "./outbox.js";

const TICK_MS = 1_000;
const STEP_SECONDS = 60;
const LEAST_SECONDS = 3; // who only passes through says nothing
const IDLE_MS = 5 * 60_000;
const SIGNS = /** @type {const} */ (["pointerdown", "pointermove", "keydown", "scroll", "wheel", "touchstart"]);

/**
 * What has been counted so far. Pure: the moments come in as milliseconds of a clock that never goes back.
 * @typedef {{ seconds: number, last: number, sign: number }} Count
 * @param {Count} count
 * @param {number} now
 * @param {boolean} seen
 * @returns {Count}
 */
export function counted({ seconds, last, sign }, now, seen) {
  const passed = Math.min(now - last, 2 * TICK_MS); // a device that slept counts nothing of it
  return { seconds: seen && now - sign < IDLE_MS ? seconds + passed / 1000 : seconds, last: now, sign };
}

/**
 * Keep the time of a lesson while the component is there.
 * @param {{ enrollmentId: string, lessonId: string } | null} place Null keeps none.
 */
export function useTimeKept(place) {
  const [enrollmentId, lessonId] = [place?.enrollmentId, place?.lessonId];
  useEffect(() => {
    if (!enrollmentId || !lessonId) return undefined;
    const start = performance.now();
    let count = { seconds: 0, last: start, sign: start };
    const report = (/** @type {number} */ least) => {
      const seconds = Math.floor(count.seconds);
      if (seconds < least) return;
      count = { ...count, seconds: count.seconds - seconds };
      keepTime(enrollmentId, lessonId, seconds);
      sendKeptTime();
    };
    const tick = () => {
      count = counted(count, performance.now(), document.visibilityState === "visible");
      report(STEP_SECONDS);
    };
    const hidden = () => {
      count = counted(count, performance.now(), document.visibilityState === "hidden"); // it was seen until now
      report(LEAST_SECONDS);
    };
    const alive = () => {
      count.sign = performance.now();
    };
    const timer = setInterval(tick, TICK_MS);
    document.addEventListener("visibilitychange", hidden);
    for (const sign of SIGNS) addEventListener(sign, alive, { passive: true });
    sendKeptTime();
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", hidden);
      for (const sign of SIGNS) removeEventListener(sign, alive);
      report(LEAST_SECONDS);
    };
  }, [enrollmentId, lessonId]);
}
