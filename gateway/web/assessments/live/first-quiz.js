// The way to a first quiz for who has none: its title is enough where there is no course yet.

import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { go } from "../../app/router.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { ADD_LESSON, ADD_MODULE, CREATE_COURSE, NEW_QUIZ } from "../../courses/documents.js";
import { FormError, SubmitButton, TextField, useSubmit } from "../../kit/form.js";

/** @param {{ courses: readonly { id: string, title: string }[] }} properties */
export function FirstQuiz({ courses }) {
  return html`
    <p class="muted">${t("live.no_quizzes")}</p>
    ${courses.length === 0 ? html`<${NewQuiz} />` : html`<${IntoCourse} courses=${courses} />`}
  `;
}

/** @param {{ courses: readonly { id: string, title: string }[] }} properties */
function IntoCourse({ courses }) {
  return html`
    <p>${t("live.add_quiz_lesson")}</p>
    <ul class="quizzes">
      ${courses.map(({ id, title }) => html`<li key=${id}><h3 class="grow" dir="auto">${title}</h3><a class="button" href=${`/courses/${id}/edit/curriculum`} aria-label=${`${t("live.to_contents")}: ${title}`}>${t("live.to_contents")}</a></li>`)}
    </ul>
  `;
}

/** Each step has a key, so that another try goes on where the last one stopped. */
const NEW = { title: "", course: "", module: "", lesson: "", quiz: "" };

function NewQuiz() {
  const [draft, setDraft, { discard }] = useDraft("quiz.first", NEW);
  const make = (/** @type {string} */ view) => async () => {
    const keys = draft.course ? draft : { ...draft, course: randomId(), module: randomId(), lesson: randomId(), quiz: randomId() };
    setDraft(keys);
    const id = await makeQuiz(keys);
    discard();
    go(`/quizzes/${id}/edit${view}`);
  };
  const { submit, busy, failure, errorOf } = useSubmit(make(""));
  const fromFile = useSubmit(make("?open=import"));
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <${TextField} label=${t("live.first_title")} hint=${t("live.first_title_hint")} value=${draft.title} error=${errorOf("title") || fromFile.errorOf("title")} maxlength="200" onChange=${(/** @type {string} */ title) => setDraft({ ...NEW, title })} />
      <${FormError} failure=${failure ?? fromFile.failure} shownFields=${["title"]} />
      <${SubmitButton} busy=${busy}>${t("live.write_first")}<//>
      <button type="button" class="full" aria-disabled=${fromFile.busy ? "true" : undefined} onClick=${fromFile.submit}>${t("live.first_from_file")}</button>
      <p class="muted center"><a href="/courses/new">${t("live.course_first")}</a></p>
    </form>
  `;
}

/**
 * A quiz where quizzes are: in a lesson of a course, which only its teacher sees.
 * @param {typeof NEW} keys
 * @returns {Promise<string>} The id of the quiz.
 */
async function makeQuiz({ title, course, module, lesson, quiz }) {
  const repeatable = { repeatable: true };
  const about = { title, description: t("live.first_course_text"), category: t("live.first_category"), difficulty: /** @type {const} */ ("BEGINNER") };
  const { createCourse } = await request(CREATE_COURSE, { input: about, idempotencyKey: course }, repeatable);
  const { addModule } = await request(ADD_MODULE, { courseId: createCourse.id, input: { title }, idempotencyKey: module }, repeatable);
  const { addLesson } = await request(ADD_LESSON, { moduleId: addModule.id, input: { title, type: "QUIZ" }, idempotencyKey: lesson }, repeatable);
  const { createQuiz } = await request(NEW_QUIZ, { lessonId: addLesson.id, input: { settings: { title }, questions: [] }, idempotencyKey: quiz }, repeatable);
  return createQuiz.id;
}
