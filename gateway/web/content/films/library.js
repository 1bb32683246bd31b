// The films of a course for those who teach it: uploaded, watched, named, replaced, given captions and deleted.

import { useEffect, useRef } from "preact/hooks";
import { announce } from "../../app/announcer.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { loadStyles } from "../../app/styles.js";
import { FileDrop } from "../../kit/file-drop.js";
import { Empty, Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { Uploads } from "../edit/uploads.js";
import { enqueue, jobs, taken } from "../upload/queue.js";
import { FILMS } from "./documents.js";
import { FilmItem } from "./film-item.js";
import { ACCEPT, MAX_BYTES } from "./kinds.js";

const LOOK_EVERY_MS = 3_000;

/** @typedef {NonNullable<import("./documents.js").FilmsQuery["course"]>["videos"][number]} Film */

/** @param {{ courseId: string, mayChange: boolean }} properties */
export function Films({ courseId, mayChange }) {
  const query = useQuery(FILMS, { courseId });
  const { reload } = query;
  const films = query.data?.course?.videos ?? [];
  useEffect(() => void loadStyles("content/content.css"), []);
  useEffect(() => taken.subscribe((last) => void (last?.use === "VIDEO" && reload())), [reload]);
  useEffect(() => () => void (jobs.get().some(({ state }) => state !== "failed") && toast(t("content.goes_on"))), []);
  useLookWhile(films.some(isAtWork), reload);
  useToldEnds(films);
  return html`
    ${mayChange && html`<${Adding} courseId=${courseId} />`}
    <section class="card stack" aria-labelledby="films">
      <h2 id="films">${t("films.films")}</h2>
      <${Loaded} query=${query}>
        ${() =>
          films.length === 0
            ? html`<${Empty} title=${t("films.none")} text=${mayChange ? t("films.none_text") : undefined} />`
            : html`<ul class="lines films">${films.map((film) => html`<li key=${film.id}><${FilmItem} courseId=${courseId} film=${film} mayChange=${mayChange} reload=${reload} /></li>`)}</ul>`}
      <//>
    </section>
  `;
}

/** @param {{ courseId: string }} properties */
function Adding({ courseId }) {
  return html`
    <section class="card stack" aria-labelledby="adding">
      <h2 id="adding">${t("films.add")}</h2>
      <${FileDrop} multiple label=${t("films.files")} hint=${t("films.files_hint")} accept=${ACCEPT} maxBytes=${MAX_BYTES} onFiles=${(/** @type {File[]} */ files) => enqueue(files, { courseId, use: "VIDEO" })} />
      <${Uploads} courseId=${courseId} use="VIDEO" />
    </section>
  `;
}

/** Whether a file of it is being processed, or waits for that. @param {Pick<Film, "status" | "progress">} film */
export function isAtWork({ status, progress }) {
  return status === "PROCESSING" || progress !== null;
}

/**
 * Read anew again and again while something is being processed and the page is seen.
 * @param {boolean} wanted
 * @param {() => void} reload
 */
export function useLookWhile(wanted, reload) {
  useEffect(() => {
    if (!wanted) return undefined;
    const timer = setInterval(() => document.hidden || reload(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [wanted, reload]);
}

/** Say which films have become ready, or could not be. @param {readonly Film[]} films */
function useToldEnds(films) {
  const before = useRef(/** @type {ReadonlySet<string>} */ (new Set()));
  useEffect(() => {
    const ended = films.filter((film) => before.current.has(film.id) && !isAtWork(film));
    before.current = new Set(films.filter(isAtWork).map(({ id }) => id));
    if (ended.length > 0) announce(ended.map(({ title, fault }) => t(fault ? "films.not_ready_now" : "films.ready_now", { title })).join(" "));
  }, [films]);
}
