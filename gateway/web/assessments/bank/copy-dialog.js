// Copies of the questions that are chosen, in a quiz of any course that one teaches.

import { useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, SelectField, useSubmit } from "../../kit/form.js";
import { Empty, Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { BANK_COURSES, COPY_INTO_QUIZ, QUIZZES_OF_COURSE } from "./documents.js";

/** @param {{ questionIds: readonly string[], onDone: () => void, onClose: () => void }} properties */
export function CopyDialog({ questionIds, onDone, onClose }) {
  const [course, setCourse] = useState("");
  const [quiz, setQuiz] = useState("");
  const courses = useQuery(BANK_COURSES, {});
  const key = useRef({ quiz: "", idempotencyKey: "" });
  const copying = useSubmit(async () => {
    if (key.current.quiz !== quiz) key.current = { quiz, idempotencyKey: randomId() };
    await request(COPY_INTO_QUIZ, { quizId: quiz, questionIds: [...questionIds], idempotencyKey: key.current.idempotencyKey }, { repeatable: true });
    toast(t("bank.copied", { count: questionIds.length }));
    onDone();
  });
  const footer = html`
    <button type="button" onClick=${onClose}>${t("kit.cancel")}</button>
    <button type="button" class="primary" aria-disabled=${quiz === "" || copying.busy ? "true" : undefined} onClick=${() => quiz !== "" && copying.submit()}>${t("bank.copy_them")}</button>
  `;
  const choose = (/** @type {string} */ id) => {
    setCourse(id);
    setQuiz("");
  };
  return html`
    <${Dialog} title=${t("bank.copy_them")} size="small" onClose=${onClose} footer=${footer}>
      <div class="stack">
        <p class="muted">${t("bank.chosen", { count: questionIds.length })} ${t("bank.copy_text")}</p>
        <${FormError} failure=${copying.failure} />
        <${Loaded} query=${courses} lines=${2}>
          ${(/** @type {import("./documents.js").BankCoursesQuery} */ { myCourses }) => html`<${SelectField} label=${t("bank.course")} value=${course} options=${[["", t("bank.choose_course")], ...myCourses.nodes.map(({ id, title }) => [id, title])]} onChange=${choose} />`}
        <//>
        ${course && html`<${QuizChoice} key=${course} course=${course} quiz=${quiz} onChange=${setQuiz} />`}
      </div>
    <//>
  `;
}

/** @param {{ course: string, quiz: string, onChange: (id: string) => void }} properties */
function QuizChoice({ course: id, quiz, onChange }) {
  const found = useQuery(QUIZZES_OF_COURSE, { id });
  return html`
    <${Loaded} query=${found} lines=${2}>
      ${(/** @type {import("./documents.js").QuizzesOfCourseQuery} */ { course }) => {
        const quizzes = (course?.modules ?? []).flatMap(({ lessons }) => lessons.flatMap((lesson) => lesson.quizzes));
        return quizzes.length === 0
          ? html`<${Empty} title=${t("bank.no_quiz")} />`
          : html`<${SelectField} label=${t("bank.quiz")} value=${quiz} options=${[["", t("bank.choose_quiz")], ...quizzes.map((each) => [each.id, each.title])]} onChange=${onChange} />`;
      }}
    <//>
  `;
}
