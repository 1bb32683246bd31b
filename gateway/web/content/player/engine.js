// What plays a film: hls.js, or the browser itself where it has no MediaSource. Both go on by the newest link.

import { Failure } from "../../app/graphql.js";
import { loaderBy } from "./loader.js";

const MASTER = "master.m3u8";
/** Ahead of what is shown: little before somebody has begun, so that a page that is only looked at costs little. */
const AHEAD_BEFORE_SECONDS = 4;
const AHEAD_SECONDS = 30;
const KEPT_BEHIND_SECONDS = 90;
/** How often in a row it is begun anew at the same place, before that is an error. */
const MOST_RESTARTS = 3;
const PLAYED_ON_SECONDS = 5;

/**
 * @typedef {import("./link.js").Link} Link
 * @typedef {import("./loader.js").Trouble} Trouble
 */

/**
 * Play by a link until `signal` ends it.
 * @param {HTMLVideoElement} video
 * @param {Link} link
 * @param {{ signal: AbortSignal, tell: (trouble: Trouble) => void }} options
 */
export async function playFilm(video, link, options) {
  renewInTime(video, link, options);
  if ("MediaSource" in globalThis) await playBySegments(video, link, options);
  else if (video.canPlayType("application/vnd.apple.mpegurl")) playByItself(video, link, options);
  else options.tell(unplayable());
}

/** What no browser of this kind can play, or what is damaged. */
function unplayable() {
  return new Failure({ extensions: { code: "FILM_UNPLAYABLE" } });
}

/**
 * @param {HTMLVideoElement} video
 * @param {Link} link
 * @param {{ signal: AbortSignal, tell: (trouble: Trouble) => void }} options
 */
async function playBySegments(video, link, { signal, tell }) {
  const { default: Hls } = await import("../../vendor/hls/hls.min.js");
  if (signal.aborted) return;
  if (!Hls.isSupported()) return tell(unplayable());
  const loader = /** @type {any} */ (loaderBy(Hls.DefaultConfig.loader, link, tell));
  const settings = {
    loader,
    enableWorker: false, // the films are in pieces that need no conversion; so no worker need be allowed
    maxBufferLength: video.paused ? AHEAD_BEFORE_SECONDS : AHEAD_SECONDS,
    backBufferLength: KEPT_BEHIND_SECONDS,
    capLevelToPlayerSize: true,
    subtitleTrackController: undefined, // captions are the page's own
    subtitleStreamController: undefined,
    timelineController: undefined,
  };
  const hls = new Hls(settings);
  const mayRestart = restarts(video);
  const begin = (/** @type {number} */ at) => {
    hls.config.startPosition = at;
    hls.loadSource(link.addressOf(MASTER));
  };
  hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (!fatal) return;
    if (!mayRestart()) tell(unplayable());
    else if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else begin(video.currentTime); // another file may have taken the place of the film
  });
  let length = link.newest().durationSeconds;
  link.onRenewed(() => {
    const { durationSeconds } = link.newest();
    if (durationSeconds === length) return;
    length = durationSeconds; // a newer file is ready
    begin(Math.min(video.currentTime, length));
  });
  video.addEventListener("play", () => void (hls.config.maxBufferLength = AHEAD_SECONDS), { signal });
  signal.addEventListener("abort", () => hls.destroy());
  hls.attachMedia(video);
  begin(-1);
}

/**
 * Where the browser loads the film itself, its address is changed at the same place.
 * @param {HTMLVideoElement} video
 * @param {Link} link
 * @param {{ signal: AbortSignal, tell: (trouble: Trouble) => void }} options
 */
function playByItself(video, link, { signal, tell }) {
  const mayRestart = restarts(video);
  const begin = () => {
    const [at, wasPaused] = [video.currentTime, video.paused];
    video.src = link.addressOf(MASTER);
    if (at > 0) video.addEventListener("loadedmetadata", () => void (video.currentTime = at), { once: true, signal });
    if (!wasPaused) video.play().catch(() => {}); // where it may not, its user presses the button
  };
  const stop = link.onRenewed(begin);
  video.addEventListener("error", () => {
    if (!mayRestart()) return tell(unplayable());
    tell("away");
    return renewed(link, tell);
  }, { signal });
  video.addEventListener("playing", () => tell(null), { signal });
  signal.addEventListener("abort", () => {
    stop();
    video.removeAttribute("src");
    video.load();
  });
  begin();
}

/**
 * While it plays, before the link ends; also once it goes on after a pause.
 * @param {HTMLVideoElement} video
 * @param {Link} link
 * @param {{ signal: AbortSignal, tell: (trouble: Trouble) => void }} options
 */
function renewInTime(video, link, { signal, tell }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const look = () => {
    clearTimeout(timer);
    if (video.paused || signal.aborted) return;
    if (link.isDue()) void renewed(link, tell);
    else timer = setTimeout(look, link.dueIn());
  };
  const stop = link.onRenewed(look);
  video.addEventListener("play", look, { signal });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    stop();
  });
}

/** @param {Link} link @param {(trouble: Trouble) => void} tell */
async function renewed(link, tell) {
  try {
    await link.renew();
  } catch (error) {
    if (error instanceof Failure) tell(error);
    else if (!(error instanceof DOMException)) throw error;
  }
}

/** Whether it may be begun anew; not again and again where it does not get on. @param {HTMLVideoElement} video */
function restarts(video) {
  let [count, at] = [0, 0];
  return () => {
    if (Math.abs(video.currentTime - at) > PLAYED_ON_SECONDS) count = 0;
    at = video.currentTime;
    count += 1;
    return count <= MOST_RESTARTS;
  };
}
