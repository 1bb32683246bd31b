// What a lesson shows: a film that is uploaded now, one of the course, or a film elsewhere.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { useStore } from "../../app/store.js";
import { FileDrop } from "../../kit/file-drop.js";
import { RadioGroup, SelectField } from "../../kit/form.js";
import { Uploads } from "../edit/uploads.js";
import { clockTime } from "../player/clock.js";
import { enqueue, jobs, taken } from "../upload/queue.js";
import { FILMS_TO_CHOOSE } from "./documents.js";
import { faultText } from "./faults.js";
import { ACCEPT, MAX_BYTES } from "./kinds.js";
import { isAtWork, useLookWhile } from "./library.js";

/** @type {Map<string, string>} By the form, the job of the film that it waits for; and the films that have come. */
const awaited = new Map();
/** @type {Map<string, string>} */
const come = new Map();
taken.subscribe((last) => last?.use === "VIDEO" && come.set(last.key, last.id));

/** @typedef {NonNullable<import("./documents.js").FilmsToChooseQuery["course"]>["videos"][number]} Film */
/** @typedef {"upload" | "film" | "address"} Source */

/**
 * @param {object} properties
 * @param {string} properties.courseId
 * @param {string} properties.form Which form it is in: an upload that was begun there is waited for there.
 * @param {string | null} properties.videoId
 * @param {boolean} properties.hasAddress
 * @param {(videoId: string | null) => void} properties.onChange
 * @param {(underway: boolean) => void} properties.onUnderway Whether a film that belongs here is on its way.
 * @param {string} properties.error
 * @param {any} properties.address The field of an address; null where that is no other source.
 */
export function FilmField({ courseId, form, videoId, hasAddress, onChange, onUnderway, error, address }) {
  const query = useQuery(FILMS_TO_CHOOSE, { courseId });
  const films = query.data?.course?.videos ?? [];
  const [source, setSource] = useState(/** @type {Source} */ (videoId ? "film" : hasAddress ? "address" : "upload"));
  const { reload } = query;
  useLookWhile(films.some(isAtWork), reload);
  useAwaited(form, onUnderway, (id) => {
    onChange(id);
    setSource("film");
    void reload();
  });
  const choose = (/** @type {Source} */ next) => {
    setSource(next);
    if (next === "address" && videoId) onChange(null);
  };
  const begin = (/** @type {string[]} */ keys) => void (keys.length > 0 && awaited.set(form, keys[keys.length - 1]));
  const take = (/** @type {File[]} */ files) => begin(enqueue(files, { courseId, use: "VIDEO" }));
  const sources = [
    { value: "upload", label: t("films.from_upload") },
    { value: "film", label: t("films.from_library"), disabled: films.length === 0 && !videoId },
    ...(address === null ? [] : [{ value: "address", label: t("films.from_address") }]),
  ];
  return html`
    <${RadioGroup} label=${t("films.source")} value=${source} onChange=${choose} options=${sources} error=${source === "address" ? "" : error} />
    ${source === "upload" && html`<${FileDrop} label=${t("films.file")} hint=${t("films.files_hint")} accept=${ACCEPT} maxBytes=${MAX_BYTES} onFiles=${take} />`}
    <${Uploads} courseId=${courseId} use="VIDEO" onBegun=${begin} />
    ${source === "film" && html`<${Choice} films=${films} videoId=${videoId} onChange=${onChange} />`}
    ${source === "address" && address}
  `;
}

/** @param {{ films: readonly Film[], videoId: string | null, onChange: (videoId: string | null) => void }} properties */
function Choice({ films, videoId, onChange }) {
  const options = [["", t("films.choose_one")], ...films.map((film) => [film.id, `${film.title} · ${stateText(film)}`])];
  const chosen = films.find(({ id }) => id === videoId);
  return html`
    <${SelectField} label=${t("films.film")} value=${videoId ?? ""} onChange=${(/** @type {string} */ id) => onChange(id || null)} options=${options} />
    ${chosen?.status === "PROCESSING" && html`<p class="hint" role="status">${t("films.later_text")}</p>`}
    ${chosen?.status === "FAILED" && html`<p class="hint" role="status">${t("films.failed")} ${chosen.fault && faultText(chosen.fault)}</p>`}
  `;
}

/** @param {Film} film */
function stateText({ status, durationSeconds }) {
  if (status === "READY" && durationSeconds !== null) return clockTime(durationSeconds);
  return t(status === "FAILED" ? "films.failed" : "films.processing");
}

/**
 * The film whose upload was begun in this form, also where it was closed meanwhile.
 * @param {string} form
 * @param {(underway: boolean) => void} onUnderway
 * @param {(id: string) => void} onCome
 */
function useAwaited(form, onUnderway, onCome) {
  const running = useStore(jobs, (all) => all.find(({ key }) => key === awaited.get(form))?.state ?? "");
  const last = useStore(taken);
  const isUnderway = running !== "" && running !== "failed";
  useEffect(() => onUnderway(isUnderway));
  useEffect(() => {
    const id = come.get(awaited.get(form) ?? "");
    if (!id) return;
    awaited.delete(form);
    onCome(id);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each film that has come
  }, [last, form]);
}
