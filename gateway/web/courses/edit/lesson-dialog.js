// A lesson: its kind, its text with a preview, and how long it takes.

import { useCallback, useRef } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { Later, withWords } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { useVersioned } from "../../app/versioned.js";
import { Dialog } from "../../kit/dialog.js";
import { CheckField, FormError, NumberField, RadioGroup, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { Versions } from "../../kit/versions.js";
import { MarkdownEditor } from "../../text/editor.js";
import { Written, keptForm, sourceOf } from "../../text/written.js";
import { ADD_LESSON, EDIT_LESSON, UPDATE_LESSON } from "../documents.js";
import { Restored } from "../restored.js";
import { MarkupNotice } from "./markup-notice.js";
import { gone } from "./reading.js";

const TYPES = /** @type {const} */ (["TEXT", "VIDEO", "QUIZ", "ASSIGNMENT"]);
const FIELDS = ["title", "type", "description", "contentText", "contentUrl", "videoId", "durationMinutes"];
const FILM_FIELD = () => withWords(["content", "films"], () => import("../../content/films/film-field.js")).then(({ FilmField }) => FilmField);
const MAX_TEXT = 50_000;
const MAX_MINUTES = 7 * 24 * 60;

/**
 * @typedef {{ title: string, type: typeof TYPES[number], description: string, contentText: string, contentUrl: string, videoId: string | null, durationMinutes: number | null, isPreview: boolean }} LessonValues
 * @typedef {import("./curriculum.js").Lesson} Lesson
 * @typedef {{ courseId: string, lesson: Lesson | null, moduleId?: string, mayChange: boolean, reload: () => Promise<unknown>, onClose: () => void }} LessonProperties
 */

/** @typedef {NonNullable<import("../documents.js").EditLessonQuery["lesson"]>} Found */

/** @type {Record<keyof LessonValues, import("../../app/locale.js").Word>} */
const WORDS = { title: "courses.title", type: "courses.lesson_type", description: "courses.lesson_description", contentText: "courses.lesson_text", contentUrl: "courses.content_address", videoId: "courses.film", durationMinutes: "courses.minutes", isPreview: "courses.is_preview" };

/** @type {LessonValues} */
const NEW = { title: "", type: "TEXT", description: "", contentText: "", contentUrl: "", videoId: null, durationMinutes: null, isPreview: false };

/** @param {LessonProperties} properties `lesson` is null for a new one, which `moduleId` takes. */
export function LessonDialog(properties) {
  const { lesson, mayChange, onClose } = properties;
  const content = useQuery(lesson ? EDIT_LESSON : null, { id: lesson?.id ?? "" });
  const title = lesson ? (mayChange ? t("courses.edit_lesson") : lesson.title) : t("courses.add_lesson");
  const shown = (/** @type {import("../documents.js").EditLessonQuery} */ { lesson: found }) => {
    if (found === null) return html`<p>${t("errors.NOT_FOUND")}</p>`;
    return mayChange ? html`<${Changed} ...${properties} found=${found} content=${content} />` : html`<${Written} text=${found.contentText ?? ""} />`;
  };
  return html`<${Dialog} title=${title} size="large" onClose=${onClose}>${lesson ? html`<${Loaded} query=${content}>${shown}<//>` : html`<${Added} ...${properties} />`}<//>`;
}

/** @type {Map<string, string>} Of films, by their ids. */
const titles = new Map();

/** @param {Found | null} found */
function stateOf(found) {
  if (found === null) throw gone();
  const { revision, title, type, video, durationMinutes, isPreview } = found;
  if (video) titles.set(video.id, video.title);
  return { values: { title, type, description: sourceOf(found.description ?? ""), contentText: sourceOf(found.contentText ?? ""), contentUrl: found.contentUrl ?? "", videoId: video?.id ?? null, durationMinutes, isPreview }, revision };
}

/** @param {LessonProperties & { found: Found, content: import("../../app/query.js").Query<import("../documents.js").EditLessonQuery> }} properties */
function Changed({ courseId, found, content, reload, onClose }) {
  const film = useUnderway();
  const read = async () => {
    const data = await request(EDIT_LESSON, { id: found.id });
    content.change(data);
    return stateOf(data.lesson);
  };
  const form = useVersioned(`lesson.${found.id}`, stateOf(found), read);
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    film.check();
    const isSaved = await form.send((changes, expectedRevision) => request(UPDATE_LESSON, { id: found.id, input: inputOf(changes), expectedRevision }, { repeatable: true }));
    if (!isSaved) return;
    await Promise.all([content.reload(), reload()]); // no older text when it is opened again
    form.discard();
    toast(t("users.saved"));
    onClose();
  });
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <${Restored} shown=${form.restored} discard=${form.discard} />
      <${LessonFields} courseId=${courseId} name=${`lesson.${found.id}`} film=${film} values=${form.values} change=${form.change} errorOf=${errorOf} kept=${found.contentText ?? ""} />
      <${Versions} conflicts=${form.conflicts} wordOf=${(/** @type {{ name: keyof LessonValues }} */ { name }) => t(WORDS[name])} textOf=${textOf} decide=${form.decide} />
      <${FormError} failure=${failure} shownFields=${FIELDS} />
      <${SubmitButton} busy=${busy}>${t("courses.save")}<//>
    </form>
  `;
}

/** A field's value for people. @param {any} value @param {{ name: keyof LessonValues }} field */
function textOf(value, { name }) {
  if (name === "type") return t(`enums.lesson_type.${/** @type {LessonValues["type"]} */ (value)}`);
  if (name === "isPreview") return t(value ? "kit.yes" : "kit.no");
  if (name === "videoId") return value === null ? "" : titles.get(value) ?? t("courses.film");
  return value === null ? "" : String(value);
}

/** @param {LessonProperties} properties */
function Added({ courseId, moduleId = "", reload, onClose }) {
  const film = useUnderway();
  const [draft, setDraft, { restored, discard }] = useDraft(`lesson.new.${moduleId}`, /** @type {Partial<LessonValues> & { key: string }} */ ({ key: randomId() }));
  const { key, ...changes } = draft;
  const values = { ...NEW, ...changes };
  const change = (/** @type {Partial<LessonValues>} */ part) => setDraft((last) => ({ ...last, ...part, key: randomId() }));
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    film.check();
    setDraft(draft);
    await request(ADD_LESSON, { moduleId, input: { ...inputOf(values), title: values.title, type: values.type }, idempotencyKey: key }, { repeatable: true });
    await reload();
    discard();
    toast(t("users.saved"));
    onClose();
  });
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <${Restored} shown=${restored && Object.keys(changes).length > 0} discard=${discard} />
      <${LessonFields} courseId=${courseId} name=${`lesson.new.${moduleId}`} film=${film} values=${values} change=${change} errorOf=${errorOf} kept="" />
      <${FormError} failure=${failure} shownFields=${FIELDS} />
      <${SubmitButton} busy=${busy}>${t("courses.save")}<//>
    </form>
  `;
}

/** Whether the film of a form is still on its way: then it is not sent. */
function useUnderway() {
  const underway = useRef(false);
  const set = useCallback((/** @type {boolean} */ is) => void (underway.current = is), []);
  const check = () => {
    if (!underway.current) return;
    const fields = [{ field: "videoId", message: t("courses.film_underway") }];
    throw new Failure({ extensions: { code: "VALIDATION_ERROR", details: { fields } } });
  };
  return { set, check };
}

/** @param {{ courseId: string, name: string, film: ReturnType<typeof useUnderway>, values: LessonValues, change: (part: Partial<LessonValues>) => void, errorOf: (field: string) => string, kept: string }} properties */
function LessonFields({ courseId, name, film, values, change, errorOf, kept }) {
  const types = TYPES.map((value) => ({ value, label: t(`enums.lesson_type.${value}`), hint: t(`enums.lesson_type_hint.${value}`) }));
  const needsFilm = values.type === "VIDEO" || values.videoId !== null;
  const needsAddress = values.contentUrl !== "" || values.type === "ASSIGNMENT";
  const address = html`<${TextField} label=${t(values.type === "VIDEO" ? "courses.video_address" : "courses.content_address")} hint=${t("courses.address_hint")} value=${values.contentUrl} onChange=${(/** @type {string} */ contentUrl) => change({ contentUrl })} error=${errorOf("contentUrl")} type="url" inputmode="url" dir="ltr" maxlength="500" autocomplete="off" />`;
  const choose = (/** @type {string | null} */ videoId) => change(videoId === null || values.type !== "VIDEO" ? { videoId } : { videoId, contentUrl: "" });
  return html`
    <${TextField} label=${t("courses.title")} value=${values.title} onChange=${(/** @type {string} */ title) => change({ title })} error=${errorOf("title")} name="title" required maxlength="255" autocomplete="off" />
    <${RadioGroup} cards label=${t("courses.lesson_type")} value=${values.type} onChange=${(/** @type {LessonValues["type"]} */ type) => change({ type })} options=${types} error=${errorOf("type")} />
    <${TextField} label=${t("courses.lesson_description")} hint=${t("courses.lesson_description_hint")} value=${values.description} onChange=${(/** @type {string} */ description) => change({ description })} error=${errorOf("description")} />
    ${needsFilm &&
    html`<${Later} load=${FILM_FIELD} courseId=${courseId} form=${name} videoId=${values.videoId} hasAddress=${values.contentUrl !== ""} onChange=${choose} onUnderway=${film.set} error=${errorOf("videoId") || errorOf("contentUrl")} address=${values.type === "VIDEO" ? address : null} />`}
    ${values.type !== "VIDEO" && needsAddress && address}
    <${MarkupNotice} text=${kept} />
    <${MarkdownEditor} label=${t("courses.lesson_text")} hint=${t("courses.description_hint")} value=${values.contentText} onChange=${(/** @type {string} */ contentText) => change({ contentText })} error=${errorOf("contentText")} maxLength=${MAX_TEXT} rows=${14} />
    <${NumberField} label=${t("courses.minutes")} hint=${t("courses.minutes_hint")} value=${values.durationMinutes} onChange=${(/** @type {number | null} */ durationMinutes) => change({ durationMinutes })} error=${errorOf("durationMinutes")} min=${0} max=${MAX_MINUTES} />
    <${CheckField} label=${t("courses.is_preview")} checked=${values.isPreview} onChange=${(/** @type {boolean} */ isPreview) => change({ isPreview })} />
  `;
}

/** As a mutation takes it. @param {Partial<LessonValues>} values */
function inputOf(values) {
  /** @type {import("../documents.js").UpdateLessonMutationVariables["input"]} */
  const input = {};
  if (values.title !== undefined) input.title = values.title;
  if (values.type !== undefined) input.type = values.type;
  if (values.description !== undefined) input.description = keptForm(values.description); // an empty one empties it
  if (values.contentText !== undefined) input.contentText = keptForm(values.contentText) || null;
  if (values.contentUrl !== undefined) input.contentUrl = values.contentUrl.trim() || null;
  if (values.videoId !== undefined) input.videoId = values.videoId;
  if (values.durationMinutes !== undefined) input.durationMinutes = values.durationMinutes;
  if (values.isPreview !== undefined) input.isPreview = values.isPreview;
  return input;
}
