// A question in the list of all: what it asks, what it is, and in which quiz.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { Chip } from "../../kit/chip.js";

/**
 * @param {object} properties
 * @param {import("./documents.js").MyQuestionsQuery["myQuestions"]["nodes"][number]} properties.found
 * @param {boolean} properties.chosen
 * @param {(id: string, on: boolean) => void} properties.onChoose
 */
export function QuestionLine({ found, chosen, onChoose }) {
  const { id, type, difficulty, tags, pool, problems, quiz } = found;
  const name = found.questionText.trim() || t("bank.untitled");
  return html`
    <li class="bank-line">
      <input type="checkbox" aria-label=${t("bank.choose", { name })} checked=${chosen} onChange=${(/** @type {any} */ event) => onChoose(id, event.target.checked)} />
      <div class="grow">
        <a href=${`/quizzes/${quiz.id}/edit?question=${id}`}><b class="bank-text" dir="auto">${name}</b></a>
        <p class="muted">${t(`enums.question_type.${type}`)} · ${t(`enums.question_difficulty.${difficulty}`)} · <a href=${`/courses/${quiz.course.id}/edit`} dir="auto">${quiz.course.title}</a> · <a href=${`/quizzes/${quiz.id}/edit`} dir="auto">${quiz.title}</a></p>
        ${(problems !== null || pool || (tags ?? []).length > 0) && html`<p class="bank-tags">
          ${problems !== null && html`<${Chip} kind="warn">${t("bank.unfinished")}<//>`}
          ${pool && html`<${Chip} kind="brandy">${t("bank.in_pool", { name: pool })}<//>`}
          ${(tags ?? []).map((tag) => html`<${Chip} key=${tag}>${tag}<//>`)}
        </p>`}
      </div>
    </li>
  `;
}
