// Where somebody left off, and the way to go on there.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { clockTime } from "./clock.js";
import { keepPosition, positionIn } from "./positions.js";
import { isInside } from "./reckoning.js";

const KEPT_EVERY_SECONDS = 5;
/** Who has watched so much from the beginning does not want to go on elsewhere. */
const BEGUN_SECONDS = 10;

/**
 * Keeps how far a film is, and offers to go on where it was left.
 * @param {import("preact/hooks").MutableRef<HTMLVideoElement | null>} ref
 * @param {string | null} lesson
 * @returns {{ seconds: number | null, goOn: () => void, begin: () => void }} `seconds`: where to go on.
 */
export function usePosition(ref, lesson) {
  const [offered, setOffered] = useState(() => (lesson === null ? null : positionIn(lesson)));
  const isOffered = offered !== null;
  useEffect(() => {
    const video = ref.current;
    if (!video || lesson === null) return undefined;
    let kept = -KEPT_EVERY_SECONDS;
    const keep = () => {
      const { currentTime, duration } = video;
      if (!Number.isFinite(duration) || currentTime === 0 || (isOffered && currentTime < BEGUN_SECONDS)) return;
      if (isOffered) setOffered(null);
      kept = currentTime;
      keepPosition(lesson, isInside(currentTime, duration) ? currentTime : null);
    };
    const now = () => Math.abs(video.currentTime - kept) >= KEPT_EVERY_SECONDS && keep();
    const ended = () => keepPosition(lesson, null);
    const hidden = () => document.hidden && keep();
    const events = /** @type {const} */ ([["timeupdate", now], ["pause", keep], ["seeked", keep], ["ended", ended]]);
    for (const [name, listener] of events) video.addEventListener(name, listener);
    document.addEventListener("visibilitychange", hidden);
    addEventListener("pagehide", keep);
    return () => {
      keep();
      for (const [name, listener] of events) video.removeEventListener(name, listener);
      document.removeEventListener("visibilitychange", hidden);
      removeEventListener("pagehide", keep);
    };
  }, [ref, lesson, isOffered]);
  const start = (/** @type {number} */ at) => {
    setOffered(null);
    const video = ref.current;
    if (!video) return;
    seek(video, at);
    video.play().catch(() => {}); // then its user presses the button
    video.focus({ preventScroll: true });
  };
  return { seconds: offered, goOn: () => start(offered ?? 0), begin: () => start(0) };
}

/** Go to a moment, as soon as there is a film. @param {HTMLVideoElement} video @param {number} at */
function seek(video, at) {
  const go = () => void (video.currentTime = Math.min(at, video.duration));
  if (video.readyState > 0) go();
  else video.addEventListener("loadedmetadata", go, { once: true });
}

/** @param {ReturnType<typeof usePosition>} properties */
export function Resume({ seconds, goOn, begin }) {
  if (seconds === null) return null;
  return html`
    <p class="row">
      <button type="button" class="primary" onClick=${goOn}>${t("player.go_on", { time: clockTime(seconds) })}</button>
      <button type="button" onClick=${begin}>${t("player.from_beginning")}</button>
    </p>
  `;
}
