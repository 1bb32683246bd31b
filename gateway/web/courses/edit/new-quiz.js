import { useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { go } from "../../app/router.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { FormError, useSubmit } from "../../kit/form.js";
import { NEW_QUIZ } from "../documents.js";

/** Makes an empty quiz of a lesson, and goes on to its editor. @param {{ lesson: { id: string, title: string } }} properties */
export function NewQuiz({ lesson }) {
  const key = useRef(randomId());
  const { submit, busy, failure } = useSubmit(async () => {
    const input = { settings: { title: lesson.title }, questions: [] };
    const { createQuiz } = await request(NEW_QUIZ, { lessonId: lesson.id, input, idempotencyKey: key.current }, { repeatable: true });
    go(`/quizzes/${createQuiz.id}/edit`);
  });
  return html`
    <button type="button" class="small" aria-disabled=${busy ? "true" : undefined} aria-label=${t("courses.new_quiz_in", { title: lesson.title })} onClick=${submit}>${t("courses.new_quiz")}${busy && html`<span class="spinner" aria-hidden="true"></span>`}</button>
    ${failure && html`<${FormError} failure=${failure} />`}
  `;
}
