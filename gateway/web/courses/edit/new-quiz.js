import { useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { go } from "../../app/router.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { FormError, useSubmit } from "../../kit/form.js";
import { NEW_QUIZ } from "../documents.js";

/** Makes an empty quiz of a lesson, and goes on to its editor, or to a file there. @param {{ lesson: { id: string, title: string } }} properties */
export function NewQuiz({ lesson }) {
  const key = useRef(randomId());
  const make = (/** @type {string} */ view) => async () => {
    const input = { settings: { title: lesson.title }, questions: [] };
    const { createQuiz } = await request(NEW_QUIZ, { lessonId: lesson.id, input, idempotencyKey: key.current }, { repeatable: true });
    go(`/quizzes/${createQuiz.id}/edit${view}`);
  };
  const empty = useSubmit(make(""));
  const fromFile = useSubmit(make("?open=import"));
  const failure = empty.failure ?? fromFile.failure;
  const button = (/** @type {typeof empty} */ { submit, busy }, /** @type {string} */ text, /** @type {string} */ label) =>
    html`<button type="button" class="small" aria-disabled=${busy ? "true" : undefined} aria-label=${label} onClick=${submit}>${text}${busy && html`<span class="spinner" aria-hidden="true"></span>`}</button>`;
  return html`
    ${button(empty, t("courses.new_quiz"), t("courses.new_quiz_in", { title: lesson.title }))}
    ${button(fromFile, t("courses.quiz_from_file"), t("courses.quiz_from_file_in", { title: lesson.title }))}
    ${failure && html`<${FormError} failure=${failure} />`}
  `;
}
