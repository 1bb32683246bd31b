// The state of a course: what is missing, and what is decided about it as a whole.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { go } from "../../app/router.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { Dialog, ask } from "../../kit/dialog.js";
import { FormError, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { ARCHIVE_COURSE, CLONE_COURSE, DELETE_COURSE, PUBLISH_COURSE, RESTORE_COURSE } from "../documents.js";
import { MissingList } from "../missing.js";

/** @typedef {import("./page.js").Course} Course */

/** @param {import("./page.js").TabProperties} properties */
export function Publish({ course, rights, page }) {
  return html`
    <section class="card stack" aria-labelledby="state">
      <h2 id="state">${t(`enums.course_status.${course.status}`)}</h2>
      <p>${t(`enums.course_status_text.${course.status}`)}</p>
      ${course.publishedAt && html`<p class="muted">${t("courses.published_on", { date: formatDate(course.publishedAt) })}</p>`}
      ${course.status !== "PUBLISHED" && course.status !== "ARCHIVED" && html`<${PublishForm} course=${course} isOwner=${rights.isOwner} reload=${page.reload} />`}
    </section>
    ${rights.mayEdit && html`<${Further} course=${course} isOwner=${rights.isOwner} reload=${page.reload} />`}
  `;
}

/** @param {{ course: Course, isOwner: boolean, reload: () => Promise<void> }} properties */
function PublishForm({ course, isOwner, reload }) {
  const isReady = course.missing.length === 0;
  const publish = async () => {
    const deed = () => request(PUBLISH_COURSE, { id: course.id }, { repeatable: true });
    if (!(await ask({ title: t("courses.publish_title"), text: t("courses.publish_text"), action: t("courses.publish"), deed }))) return;
    toast(t("courses.published"));
    await reload();
  };
  return html`
    ${isReady ? html`<p>${t("courses.nothing_missing")}</p>` : html`<h3>${t("courses.still_missing")}</h3><${MissingList} courseId=${course.id} missing=${course.missing} />`}
    ${isOwner ? html`<div><button type="button" class="primary" aria-disabled=${isReady ? undefined : "true"} onClick=${() => isReady && publish()}>${t("courses.publish")}</button></div>` : html`<p class="muted">${t("courses.owner_publishes")}</p>`}
  `;
}

/** @param {{ course: Course, isOwner: boolean, reload: () => Promise<void> }} properties */
function Further({ course, isOwner, reload }) {
  const [cloning, setCloning] = useState(false);
  const archive = async () => {
    const deed = () => request(ARCHIVE_COURSE, { id: course.id }, { repeatable: true });
    if (!(await ask({ title: t("courses.archive_title"), text: t("courses.archive_text"), action: t("courses.archive"), deed }))) return;
    toast(t("courses.archived"));
    await reload();
  };
  const restore = async () => {
    const deed = () => request(RESTORE_COURSE, { id: course.id });
    if (!(await ask({ title: t("courses.restore_title"), text: t("courses.restore_text"), action: t("courses.restore"), deed }))) return;
    toast(t("courses.restored"));
    await reload();
  };
  const remove = async () => {
    const students = course.enrollmentCount > 0 && html`<p>${t("courses.delete_course_students", { count: course.enrollmentCount })}</p>`;
    const deed = () => request(DELETE_COURSE, { id: course.id });
    if (!(await ask({ title: t("courses.delete_title", { title: course.title }), text: html`<p>${t("courses.delete_course_text")}</p>${students}`, action: t("courses.delete_course"), danger: true, deed }))) return;
    toast(t("courses.deleted", { title: course.title }));
    go("/home", { replace: true });
  };
  return html`
    <section class="card stack" aria-labelledby="further">
      <h2 id="further">${t("courses.further")}</h2>
      <ul class="lines">
        <${Deed} text=${t("courses.clone_text")}><button type="button" onClick=${() => setCloning(true)}>${t("courses.clone")}</button><//>
        ${isOwner && course.status === "ARCHIVED" && html`<${Deed} text=${t("courses.restore_text")}><button type="button" onClick=${restore}>${t("courses.restore")}</button><//>`}
        ${isOwner && course.status !== "ARCHIVED" && html`<${Deed} text=${t("courses.archive_text")}><button type="button" onClick=${archive}>${t("courses.archive")}</button><//>`}
        ${isOwner && html`<${Deed} text=${t("courses.delete_course_text")}><button type="button" class="danger" onClick=${remove}>${t("courses.delete_course")}</button><//>`}
      </ul>
      ${cloning && html`<${CloneDialog} course=${course} onClose=${() => setCloning(false)} />`}
    </section>
  `;
}

/** @param {{ text: string, children: any }} properties */
function Deed({ text, children }) {
  return html`<li><p class="grow deed-text">${text}</p>${children}</li>`;
}

/** @param {{ course: Course, onClose: () => void }} properties */
function CloneDialog({ course, onClose }) {
  const [{ key, title }, setDraft, { discard }] = useDraft(`clone.${course.id}`, { key: randomId(), title: t("courses.copy_of", { title: course.title }) });
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { cloneCourse } = await request(CLONE_COURSE, { id: course.id, title, idempotencyKey: key }, { repeatable: true });
    discard();
    toast(t("courses.cloned"));
    go(`/courses/${cloneCourse.id}/edit`);
  });
  return html`
    <${Dialog} title=${t("courses.clone")} size="small" onClose=${onClose}>
      <form class="stack" novalidate onSubmit=${submit}>
        <p>${t("courses.clone_text")}</p>
        <${TextField} label=${t("courses.title")} value=${title} onChange=${(/** @type {string} */ next) => setDraft({ key: randomId(), title: next })} error=${errorOf("title")} maxlength="255" autocomplete="off" />
        <${FormError} failure=${failure} shownFields=${["title"]} />
        <${SubmitButton} busy=${busy}>${t("courses.clone")}<//>
      </form>
    <//>
  `;
}
