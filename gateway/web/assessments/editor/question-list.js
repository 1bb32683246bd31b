// The questions at the side: which there are, which are not finished, and their order.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { Menu } from "../../kit/menu.js";
import { SortableList } from "../../kit/sortable.js";
import { wordsOf } from "../../text/cleaning.js";
import { isMarkup } from "../../text/written.js";
import { MAX_QUESTIONS, TYPES } from "./form.js";

const SHOWN = 80;

/** @typedef {import("./form.js").Form} Form */

/**
 * @param {object} properties
 * @param {readonly Form[]} properties.questions
 * @param {string | null} properties.selected
 * @param {(form: Form) => string} properties.addressOf
 * @param {(key: string) => boolean} properties.isIncomplete
 * @param {(key: string) => boolean} properties.isDisputed
 * @param {(key: string) => string | undefined} properties.poolOf The name of its pool.
 * @param {(from: number, to: number) => void} properties.onMove
 * @param {(type: import("./form.js").QuestionType) => void} properties.onAdd
 */
export function QuestionList({ questions, selected, addressOf, isIncomplete, isDisputed, onMove, onAdd, poolOf }) {
  return html`
    <${SortableList} items=${questions} keyOf=${(/** @type {Form} */ { key }) => key} nameOf=${nameOf} label=${t("quiz.questions")} onMove=${onMove}>
      ${(/** @type {Form} */ form, /** @type {number} */ index) => html`
        <a class="question-link" href=${addressOf(form)} aria-current=${form.key === selected ? "true" : undefined}>
          <span class="tabular muted question-number">${index + 1}</span>
          <span class="grow">
            <span class="question-name" dir="auto">${nameOf(form)}</span>
            <small class="muted">${t(`enums.question_type.${form.type}`)}${poolOf(form.key) && html` · <bdi>${poolOf(form.key)}</bdi>`}</small>
            ${isDisputed(form.key) ? html` <span class="chip bad">${t("quiz.disputed")}</span>` : isIncomplete(form.key) && html` <span class="chip warn">${t("quiz.incomplete_short")}</span>`}
          </span>
        </a>
      `}
    <//>
    ${questions.length < MAX_QUESTIONS ? html`<${AddMenu} onAdd=${onAdd} />` : html`<p class="hint-line">${t("errors.QUIZ_FULL")}</p>`}
  `;
}

/** @param {{ onAdd: (type: import("./form.js").QuestionType) => void }} properties */
export function AddMenu({ onAdd }) {
  const items = TYPES.map((type) => ({ label: t(`enums.question_type.${type}`), onSelect: () => onAdd(type) }));
  return html`<div class="add-question"><${Menu} label=${t("quiz.add_question")} button=${html`<span aria-hidden="true">+</span> ${t("quiz.add_question")}`} items=${items} classes="full" /></div>`;
}

/** Of HTML its words; of other formats what is typed. @param {Form} form */
function shownText({ format, text }) {
  return (format === "HTML" || format === "MOODLE") && isMarkup(text) ? wordsOf(text) : text;
}

/** @param {Form} form */
export function nameOf(form) {
  const text = shownText(form).trim().replaceAll(/\s+/g, " ");
  return text === "" ? t("quiz.untitled") : text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
}
