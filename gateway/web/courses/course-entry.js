// The way into a course: enrol, go on, leave; and why not, in each state.

import { useRef } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { request, session } from "../app/session.js";
import { randomId } from "../app/storage.js";
import { useStore } from "../app/store.js";
import { ask } from "../kit/dialog.js";
import { FormError, SubmitButton, useSubmit } from "../kit/form.js";
import { Progress } from "../kit/progress.js";
import { toast } from "../kit/toast.js";
import { ENROLL, LEAVE } from "./documents.js";
import { isFull } from "./wording.js";

/**
 * @typedef {import("./course-page.js").Course} Course
 * @typedef {NonNullable<Course["myEnrollment"]>} Enrollment
 */

/** @param {{ course: Course, rights: import("./rights.js").Rights, reload: () => Promise<void> }} properties */
export function Entry({ course, rights, reload }) {
  const { myEnrollment: enrollment } = course;
  const { user } = useStore(session);
  let content;
  if (enrollment?.removedAt) content = html`<p>${t("errors.REMOVED_FROM_COURSE")}</p>`;
  else if (enrollment && enrollment.status !== "DROPPED") content = html`<${Enrolled} course=${course} enrollment=${enrollment} reload=${reload} />`;
  else if (rights.seesEverything && user?.role !== "ADMIN") content = html`<p>${t("courses.you_teach")}</p><p><a class="button full" href=${`/courses/${course.id}/edit/students`}>${t("courses.tab_students")}</a></p>`;
  else if (course.status !== "PUBLISHED") content = html`<p>${t("courses.takes_nobody")}</p>`;
  else if (isFull(course)) content = html`<p>${t("courses.full_text")}</p>`;
  else if (Number(course.price.amount) > 0) content = html`<p>${t("courses.paid_text")}</p>`;
  else if (!user) content = html`<p>${t("courses.sign_in_text")}</p><p><a class="button primary big full" href=${`/sign-in?to=${encodeURIComponent(`/courses/${course.id}`)}`}>${t("courses.sign_in_to_enrol")}</a></p>`;
  else content = html`<${EnrolForm} course=${course} again=${enrollment !== null} reload=${reload} />`;
  return html`<section class="card stack" aria-label=${t("courses.entry")}>${content}</section>`;
}

/** @param {{ course: Course, again: boolean, reload: () => Promise<void> }} properties */
function EnrolForm({ course, again, reload }) {
  const key = useRef(randomId());
  const { submit, busy, failure } = useSubmit(async () => {
    await request(ENROLL, { courseId: course.id, idempotencyKey: key.current }, { repeatable: true });
    key.current = randomId();
    toast(t("courses.enrolled"));
    await reload();
  });
  return html`
    <form class="stack" onSubmit=${submit}>
      ${again && html`<p class="muted">${t("courses.enrol_again_text")}</p>`}
      <${SubmitButton} busy=${busy}>${t(again ? "courses.enrol_again" : "courses.enrol")}<//>
      <${FormError} failure=${failure} />
    </form>
  `;
}

/** @param {{ course: Course, enrollment: Enrollment, reload: () => Promise<void> }} properties */
function Enrolled({ course, enrollment, reload }) {
  const { progress, nextLesson: lesson } = enrollment;
  const leave = async () => {
    const deed = () => request(LEAVE, { enrollmentId: enrollment.id });
    if (!(await ask({ title: t("courses.leave_title"), text: t("courses.leave_text"), action: t("courses.leave"), danger: true, deed }))) return;
    toast(t("courses.left"));
    await reload();
  };
  const done = t("courses.lessons_done", { count: progress.completedLessons, total: progress.totalLessons });
  return html`
    <${Progress} label=${t("courses.progress")} value=${enrollment.progressPercentage / 100} text=${done} />
    ${enrollment.status === "COMPLETED" && html`<p class="row"><span class="chip good">${t("courses.completed")}</span> <a href="/my-certificates">${t("nav.certificates")}</a></p>`}
    ${lesson && html`<p class="muted" dir="auto">${t("courses.next_lesson", { title: lesson.title })}</p><p><a class="button primary big full" href=${`/courses/${course.id}/lessons/${lesson.id}`}>${t(progress.completedLessons === 0 ? "courses.begin" : "courses.continue")}</a></p>`}
    ${enrollment.status === "ACTIVE" && html`<p><button type="button" class="quiet small" onClick=${leave}>${t("courses.leave")}</button></p>`}
  `;
}
