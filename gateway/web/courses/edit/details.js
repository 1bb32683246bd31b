// What describes a course.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { useVersioned } from "../../app/versioned.js";
import { FormError, SubmitButton, useSubmit } from "../../kit/form.js";
import { PictureField } from "../../kit/picture-field.js";
import { toast } from "../../kit/toast.js";
import { Versions } from "../../kit/versions.js";
import { COURSE_FIELDS, CourseFields, courseInput, courseText, courseValues, courseWord } from "../course-fields.js";
import { UPDATE_COURSE, UPLOAD_COURSE_PICTURE } from "../documents.js";
import { Restored } from "../restored.js";
import { MarkupNotice } from "./markup-notice.js";
import { readCourse } from "./reading.js";

/** @typedef {import("../course-fields.js").CourseValues & { thumbnailUrl: string, thumbnailAlt: string }} Values */

/** @type {Record<string, import("../../app/locale.js").Word>} */
const PICTURE_WORDS = { thumbnailUrl: "courses.picture", thumbnailAlt: "kit.picture_shows" };

/** @param {import("./page.js").Course} course @returns {{ values: Values, revision: number }} */
function stateOf(course) {
  return { values: { ...courseValues(course), thumbnailUrl: course.thumbnailUrl ?? "", thumbnailAlt: course.thumbnailAlt ?? "" }, revision: course.revision };
}

/** As a mutation takes them. @param {Partial<Values>} changes */
function inputOf({ thumbnailUrl, thumbnailAlt, ...changes }) {
  return {
    ...courseInput(changes),
    ...(thumbnailUrl !== undefined && { thumbnailUrl: thumbnailUrl.trim() || null }),
    ...(thumbnailAlt !== undefined && { thumbnailAlt: thumbnailAlt.trim() || null }),
  };
}

const wordOf = (/** @type {{ name: keyof Values }} */ { name }) => (name === "thumbnailUrl" || name === "thumbnailAlt" ? t(PICTURE_WORDS[name]) : courseWord({ name }));
const textOf = (/** @type {unknown} */ value, /** @type {{ name: keyof Values }} */ { name }) => (name === "thumbnailUrl" || name === "thumbnailAlt" ? String(value) : courseText(value, { name }));

/** @param {import("./page.js").TabProperties} properties */
export function Details({ course, mayChange, page }) {
  const form = useVersioned(`course.${course.id}`, stateOf(course), async () => stateOf(await readCourse(course.id, page)));
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const isSaved = await form.send((changes, expectedRevision) => request(UPDATE_COURSE, { id: course.id, input: inputOf(changes), expectedRevision }, { repeatable: true }));
    if (!isSaved) return;
    await page.reload();
    form.discard();
    toast(t("users.saved"));
  });
  const upload = async (/** @type {string} */ image) => (await request(UPLOAD_COURSE_PICTURE, { courseId: course.id, image })).uploadCoursePicture.url;
  const put = (/** @type {{ url?: string, alt?: string }} */ { url, alt }) => form.change({ ...(url !== undefined && { thumbnailUrl: url }), ...(alt !== undefined && { thumbnailAlt: alt }) });
  const isChanged = Object.keys(form.changes).length > 0;
  return html`
    <form class="card stack" novalidate onSubmit=${submit}>
      <h2>${t("courses.tab_details")}</h2>
      <${Restored} shown=${form.restored} discard=${form.discard} />
      <${MarkupNotice} text=${course.description} />
      <${CourseFields} values=${form.values} change=${form.change} errorOf=${errorOf} disabled=${!mayChange} />
      ${mayChange && html`<fieldset class="bare stack" aria-label=${t("courses.picture")}><${PictureField} label=${t("courses.picture")} altHint=${t("courses.picture_alt_hint")} url=${form.values.thumbnailUrl} alt=${form.values.thumbnailAlt} upload=${upload} change=${put} errors=${{ url: errorOf("thumbnailUrl"), alt: errorOf("thumbnailAlt") }} /></fieldset>`}
      <${Versions} conflicts=${form.conflicts} wordOf=${wordOf} textOf=${textOf} decide=${form.decide} />
      <${FormError} failure=${failure} shownFields=${[...COURSE_FIELDS, "thumbnailUrl", "thumbnailAlt"]} />
      ${mayChange && html`<div class="row"><${SubmitButton} busy=${busy} class="primary">${t("courses.save")}<//>${isChanged && html`<button type="button" onClick=${form.discard}>${t("users.discard")}</button><span class="muted" role="status">${t("courses.not_saved_yet")}</span>`}</div>`}
    </form>
  `;
}
