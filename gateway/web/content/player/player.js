// A film that plays: controls of the browser, and beside them the speed, captions and what keys do.

import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../app/announcer.js";
import { html } from "../../app/html.js";
import { failureText, formatNumber, hasWord, t } from "../../app/locale.js";
import { SelectField } from "../../kit/form.js";
import { useCaptions } from "./captions.js";
import { playFilm } from "./engine.js";
import { RATES, STEP_SECONDS, deedOf, nextRate } from "./keys.js";
import { makeLink } from "./link.js";
import { habits, keepHabits } from "./positions.js";
import { Resume, usePosition } from "./resume.js";

/**
 * @typedef {import("./link.js").Stream} Stream
 * @typedef {{ title: string, width: number | null, height: number | null }} Film
 */

/**
 * @param {object} properties
 * @param {Film} properties.film
 * @param {Stream} properties.first The link to begin with.
 * @param {() => Promise<Stream>} properties.ask For the next one. A constant.
 * @param {string | null} properties.lesson Where it is remembered how far somebody was, if at all.
 */
export function Player({ film, first, ask, lesson }) {
  const { ref, link, trouble, again } = useFilm(first, ask);
  const [rate, setRate] = useRate(ref);
  const captions = useCaptions(ref, link);
  const position = usePosition(ref, lesson);
  const isSound = film.width === null;
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const video = ref.current;
    if (!video || (event.target !== video && event.target instanceof Element && event.target.closest("input, select, textarea, button, summary"))) return;
    const deed = deedOf(event, event.target === video && video.matches(":focus"));
    if (deed === null) return;
    event.preventDefault();
    event.stopPropagation(); // some browsers do the same by themselves, and twice is not at all
    perform(deed, video, { captions, setRate });
  };
  return html`
    <div class=${`player ${isSound ? "sound" : ""}`} onKeyDownCapture=${onKeyDown}>
      <${Resume} ...${position} />
      <video ref=${ref} controls playsinline preload="metadata" aria-label=${film.title} width=${film.width ?? undefined} height=${film.height ?? undefined} poster=${isSound ? undefined : posterOf(link)}>
        ${captions.tracks.map(({ language, label, url }) => html`<track key=${language} kind="captions" srclang=${language} label=${label} src=${url} />`)}
      </video>
      <${TroubleNote} trouble=${trouble} again=${again} />
      <div class="player-tools">
        <${SelectField} label=${t("player.speed")} value=${String(rate)} onChange=${(/** @type {string} */ next) => setRate(Number(next))} options=${RATES.map((each) => [String(each), rateText(each)])} />
        ${captions.tracks.length > 0 && html`<${SelectField} label=${t("player.captions")} value=${captions.shown} onChange=${captions.show} options=${[["", t("player.captions_off")], ...captions.tracks.map(({ language, label }) => [language, label])]} />`}
        <${Keys} />
      </div>
    </div>
  `;
}

/** @param {number} rate */
function rateText(rate) {
  return t("player.times", { rate: formatNumber(rate) });
}

/** @param {import("./link.js").Link | null} link Of its first link: it stays. */
function posterOf(link) {
  return link?.addressOf("poster.jpg");
}

/**
 * The film in the element of the reference.
 * @param {Stream} first
 * @param {() => Promise<Stream>} ask
 */
function useFilm(first, ask) {
  /** @type {import("preact/hooks").MutableRef<HTMLVideoElement | null>} */
  const ref = useRef(null);
  const [link, setLink] = useState(/** @type {import("./link.js").Link | null} */ (null));
  const [trouble, setTrouble] = useState(/** @type {import("./engine.js").Trouble} */ (null));
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const video = ref.current;
    if (!video) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const made = makeLink(first, ask, { signal });
    setTrouble(null);
    setLink(made);
    void playFilm(video, made, { signal, tell: (next) => signal.aborted || setTrouble(next) });
    return () => controller.abort(new DOMException("The player is gone", "AbortError"));
  }, [first, ask, tries]);
  return { ref, link, trouble, again: () => setTries((count) => count + 1) };
}

/**
 * How fast it plays, as it was chosen the last time.
 * @param {import("preact/hooks").MutableRef<HTMLVideoElement | null>} ref
 * @returns {[number, (next: number) => void]}
 */
function useRate(ref) {
  const [rate, setRate] = useState(() => habits().rate ?? 1);
  useEffect(() => {
    const video = ref.current;
    if (!video) return undefined;
    video.defaultPlaybackRate = video.playbackRate = habits().rate ?? 1;
    // The browser's own menu has it, too.
    const changed = () => setRate(video.playbackRate);
    video.addEventListener("ratechange", changed);
    return () => video.removeEventListener("ratechange", changed);
  }, [ref]);
  const change = (/** @type {number} */ next) => {
    if (ref.current) ref.current.defaultPlaybackRate = ref.current.playbackRate = next;
    setRate(next);
    keepHabits({ rate: next });
  };
  return [rate, change];
}

/** @param {{ trouble: import("./engine.js").Trouble, again: () => void }} properties */
function TroubleNote({ trouble, again }) {
  const text = trouble === null ? "" : trouble === "away" ? t("player.away") : troubleText(trouble);
  return html`
    <div class="player-trouble" role="status">
      ${text && html`<p class="hint"><span class="grow">${text}</span> ${trouble !== "away" && html`<button type="button" class="small" onClick=${again}>${t("kit.retry")}</button>`}</p>`}
    </div>
  `;
}

/** @param {import("../../app/graphql.js").Failure} failure */
export function troubleText(failure) {
  const word = `player.failure.${failure.code.toLowerCase()}`;
  return hasWord(word) ? t(/** @type {any} */ (word)) : failureText(failure);
}

/**
 * @param {import("./keys.js").Deed} deed
 * @param {HTMLVideoElement} video
 * @param {{ captions: ReturnType<typeof useCaptions>, setRate: (rate: number) => void }} tools
 */
function perform(deed, video, { captions, setRate }) {
  const seek = (/** @type {number} */ by) => {
    if (Number.isFinite(video.duration)) video.currentTime = Math.max(0, Math.min(video.duration, video.currentTime + by));
  };
  const speed = (/** @type {1 | -1} */ direction) => {
    const next = nextRate(video.playbackRate, direction);
    setRate(next);
    announce(t("player.speed_is", { rate: rateText(next) }));
  };
  const deeds = {
    play: () => (video.paused ? void video.play().catch(() => {}) : video.pause()),
    back: () => seek(-STEP_SECONDS),
    forward: () => seek(STEP_SECONDS),
    fullscreen: () => void (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen?.().catch(() => {})),
    mute: () => void (video.muted = !video.muted),
    captions: () => captions.toggle(),
    slower: () => speed(-1),
    faster: () => speed(1),
  };
  deeds[deed]();
}

function Keys() {
  const seconds = { seconds: STEP_SECONDS };
  const keys = [
    [t("player.key_space"), "K", t("player.key_play")],
    ["←", "J", t("player.key_back", seconds)],
    ["→", "L", t("player.key_forward", seconds)],
    ["F", t("player.key_fullscreen")],
    ["M", t("player.key_mute")],
    ["C", t("player.key_captions")],
    ["<", t("player.key_slower")],
    [">", t("player.key_faster")],
  ];
  return html`
    <details class="player-keys">
      <summary>${t("player.keys")}</summary>
      <dl>${keys.map((line) => html`<div key=${line.join()}><dt>${line.slice(0, -1).map((key) => html`<kbd key=${key}>${key}</kbd> `)}</dt><dd>${line[line.length - 1]}</dd></div>`)}</dl>
    </details>
  `;
}
