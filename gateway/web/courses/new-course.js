// A new course. What is typed is kept until it is made.

import { useDraft } from "../app/draft.js";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { go } from "../app/router.js";
import { request } from "../app/session.js";
import { randomId } from "../app/storage.js";
import { FormError, SubmitButton, useSubmit } from "../kit/form.js";
import { COURSE_FIELDS, CourseFields, NO_COURSE, courseInput } from "./course-fields.js";
import { CREATE_COURSE } from "./documents.js";
import { Restored } from "./restored.js";

export default function NewCourse() {
  const [draft, setDraft, { restored, discard }] = useDraft("course.new", { ...NO_COURSE, key: randomId() });
  const change = (/** @type {Partial<typeof draft>} */ part) => setDraft((before) => ({ ...before, ...part, key: randomId() }));
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { key, ...values } = draft;
    setDraft(draft); // the key too is kept, so that a repetition after a reload makes no second course
    const { createCourse } = await request(CREATE_COURSE, { input: courseInput(values), idempotencyKey: key }, { repeatable: true });
    discard();
    go(`/courses/${createCourse.id}/edit/curriculum`, { replace: true });
  });
  return html`
    <form class="medium card stack" novalidate onSubmit=${submit}>
      <h1>${t("courses.new")}</h1>
      <${Restored} shown=${restored} discard=${discard} />
      <${CourseFields} values=${draft} change=${change} errorOf=${errorOf} />
      <${FormError} failure=${failure} shownFields=${COURSE_FIELDS} />
      <${SubmitButton} busy=${busy}>${t("courses.create")}<//>
    </form>
  `;
}
