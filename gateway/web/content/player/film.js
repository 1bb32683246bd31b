// The film of a lesson, or one of the library: the player, or what there is instead.

import { useCallback, useEffect, useState } from "preact/hooks";
import { Failure, online } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { loadStyles } from "../../app/styles.js";
import { Loading } from "../../kit/states.js";
import { FILM, FILM_STREAM, LESSON_FILM, LESSON_STREAM } from "./documents.js";
import { patiently } from "./link.js";
import { Player, troubleText } from "./player.js";

const LOOK_EVERY_MS = 5_000;

/**
 * @typedef {NonNullable<import("./documents.js").FilmQuery["video"]>} Film
 * @typedef {import("./link.js").Stream} Stream
 */

/** @param {{ lessonId: string }} properties */
export function LessonFilm({ lessonId }) {
  const look = useCallback(async () => (await request(LESSON_FILM, { lessonId })).lesson?.video ?? null, [lessonId]);
  const ask = useCallback(async () => (await request(LESSON_STREAM, { lessonId })).generateStreamingUrl, [lessonId]);
  return html`<${FilmPlace} key=${lessonId} look=${look} ask=${ask} lesson=${lessonId} />`;
}

/** @param {{ videoId: string }} properties */
export function FilmPreview({ videoId }) {
  const look = useCallback(async () => (await request(FILM, { id: videoId })).video, [videoId]);
  const ask = useCallback(async () => (await request(FILM_STREAM, { id: videoId })).videoPreview, [videoId]);
  return html`<${FilmPlace} key=${videoId} look=${look} ask=${ask} lesson=${null} />`;
}

/** @param {{ look: () => Promise<Film | null>, ask: () => Promise<Stream>, lesson: string | null }} properties */
function FilmPlace({ look, ask, lesson }) {
  const { film, first, failure, away, again } = useFirstLink(look, ask);
  useEffect(() => void loadStyles("content/player/player.css"), []);
  if (film && first) return html`<${Player} film=${film} first=${first} ask=${ask} lesson=${lesson} />`;
  if (failure) return html`<${Unplayed} failure=${failure} again=${again} />`;
  if (film?.status === "PROCESSING") return html`<p class="hint" role="status">${t("player.preparing")}</p>`;
  if (film?.status === "FAILED") return html`<p class="hint" role="status">${t("player.not_shown")}</p>`;
  return away ? html`<p class="hint" role="status">${t("player.away")}</p>` : html`<${Loading} lines=${4} />`;
}

/** @param {{ failure: Failure, again: () => void }} properties */
function Unplayed({ failure, again }) {
  const way = failure.code === "AUTHENTICATION_ERROR"
    ? html`<a class="button small" href=${`/sign-in?to=${encodeURIComponent(location.pathname)}`}>${t("nav.sign_in")}</a>`
    : html`<button type="button" class="small" onClick=${again}>${t("kit.retry")}</button>`;
  return html`<p class="hint" role="alert"><span class="grow">${troubleText(failure)}</span> ${way}</p>`;
}

/**
 * What film it is and its first link, as soon as there is one: what is being prepared is looked for again.
 * @param {() => Promise<Film | null>} look
 * @param {() => Promise<Stream>} ask
 */
function useFirstLink(look, ask) {
  const [state, setState] = useState(/** @type {{ film: Film | null, first: Stream | null, failure: Failure | null }} */ ({ film: null, first: null, failure: null }));
  const [tries, setTries] = useState(0);
  const [isAway, setAway] = useState(() => !online.get());
  useEffect(() => online.subscribe((reached) => setAway(!reached)), []);
  useEffect(() => {
    const controller = new AbortController();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const find = async () => {
      try {
        const film = document.hidden && timer ? null : await patiently(look, controller.signal);
        const first = film?.status === "READY" ? await patiently(ask, controller.signal).catch(unlessNotReady) : null;
        if (controller.signal.aborted) return;
        if (film) setState({ film, first, failure: null });
        if (!first) timer = setTimeout(find, LOOK_EVERY_MS);
      } catch (error) {
        if (controller.signal.aborted) return;
        if (!(error instanceof Failure)) throw error;
        setState((before) => ({ ...before, failure: error }));
      }
    };
    void find();
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [look, ask, tries]);
  const again = () => {
    setState((before) => ({ ...before, failure: null }));
    setTries((count) => count + 1);
  };
  return { ...state, away: isAway, again };
}

/** @param {unknown} error */
function unlessNotReady(error) {
  if (error instanceof Failure && error.code === "VIDEO_NOT_READY") return null;
  throw error;
}
