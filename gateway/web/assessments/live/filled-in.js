// What is filled in and not sent, for the open question: it survives a reload of this tab, and is shown
// where the question has closed without it.

import { useEffect, useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { recall, remember } from "../../app/storage.js";

const KEY = "stoa.answer";
/** How long before its end a question gets what is filled in: on the way it may not take longer than the game gives back. */
const BEFORE_END_MS = 250;

/** @typedef {import("./wire.js").Question} Question */
/** @typedef {{ name: string, value: any }} Kept */

/** In this tab, also where the browser keeps nothing. @type {Kept | null} */
let newest = null;

/** @param {Question} question @returns {string} Empty where it is not of a game. */
function nameOf({ liveQuizId, index }) {
  return liveQuizId && `${liveQuizId}/${index}`;
}

/** @param {Question} question @param {unknown} value */
export function keepFilledIn(question, value) {
  const name = nameOf(question);
  if (!name) return;
  newest = { name, value };
  remember("sessionStorage", KEY, newest);
}

/** @param {Question} question @returns {any} Null if there is nothing. */
export function filledIn(question) {
  const name = nameOf(question);
  const kept = newest ?? recall("sessionStorage", KEY);
  return name && kept?.name === name ? kept.value : null;
}

/**
 * Give what is filled in at the end of the time, since nobody can press anything afterwards.
 * @param {import("./wire.js").Time} time
 * @param {() => number} now The server's clock.
 * @param {(answer: import("./wire.js").Answer) => void} give
 * @returns {import("preact/hooks").MutableRef<import("./wire.js").Answer | null>} What would be given.
 */
export function useAtEndOf({ closesAt, paused }, now, give) {
  const answer = useRef(/** @type {import("./wire.js").Answer | null} */ (null));
  const latest = useRef(give);
  latest.current = give;
  useEffect(() => {
    if (paused) return undefined;
    const timer = setTimeout(() => answer.current !== null && latest.current(answer.current), Math.max(0, closesAt - now() - BEFORE_END_MS));
    return () => clearTimeout(timer);
  }, [closesAt, paused, now]);
  return answer;
}

/** What the question has closed without. @param {{ question: Question }} properties */
export function Unsent({ question }) {
  const value = filledIn(question);
  const parts = value === null ? [] : [value].flat().map((part, n) => partText(question, part, n));
  if (!parts.some(Boolean)) return null;
  return html`<p class="hint unsent">${t("live.not_sent")} <span class="plain-text" dir="auto">${parts.filter(Boolean).join(" · ")}</span></p>`;
}

/** @param {Question} question @param {unknown} part @param {number} n @returns {string} */
function partText({ prompts, options }, part, n) {
  if (typeof part === "string") return part.trim();
  const text = options?.find(({ id }) => id === part)?.text;
  if (text === undefined) return "";
  return prompts ? `${prompts[n]} → ${text}` : text;
}
