// One question: what is asked, what is right, and what it is worth.

import { useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later, withWords } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { FormError, NumberField, SelectField, SwitchField, TextField } from "../../kit/form.js";
import { AnswerFields } from "./fields/answer-fields.js";
import { QuestionPicture } from "./fields/picture-field.js";
import { FormattedField } from "./fields/text-field.js";
import { BY_PERSONS } from "./input.js";
import { BLANK, MAX_NOTES, MAX_TEXT, TYPES } from "./form.js";

const RUBRIC = () => withWords(["rubric"], () => import("./fields/rubric-fields.js")).then(({ RubricFields }) => RubricFields);

/** Types of which a part of the answer may be right. @type {ReadonlySet<import("./form.js").QuestionType>} */
const IN_PARTS = new Set(["MULTIPLE_CHOICE", "SHORT_ANSWER", "FILL_BLANK", "MATCHING", "NUMERIC", "ORDERING", "HOTSPOT"]);

/** Ten tags of fifty characters, and what stands between them. */
const MAX_TAG_LINE = 600;

/**
 * @typedef {import("./form.js").Form} Form
 * @param {object} properties
 * @param {string} properties.quizId
 * @param {Form} properties.form
 * @param {(tag: string, part: Partial<Form>) => void} properties.change
 * @param {import("../../app/locale.js").Word[]} properties.lacks
 * @param {import("../../app/graphql.js").Failure | null} properties.failure Why the server does not take it.
 * @param {boolean} properties.uneven Others of its pool have other points.
 */
export function QuestionForm({ quizId, form, change, lacks, failure, uneven }) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const box = useRef(null);
  const types = /** @type {[string, string][]} */ (TYPES.map((type) => [type, t(`enums.question_type.${type}`)]));
  const insertBlank = () => {
    const field = box.current?.querySelector("textarea");
    const at = field?.selectionEnd ?? form.text.length;
    change("", { text: `${form.text.slice(0, at)}${BLANK}${form.text.slice(at)}` });
    field?.focus();
  };
  return html`
    <div class="stack" ref=${box}>
      <${Lacking} lacks=${lacks} />
      ${failure && html`<${FormError} failure=${failure} />`}
      <${SelectField} label=${t("quiz.type_of_question")} value=${form.type} options=${types} onChange=${(/** @type {any} */ type) => change("", { type })} />
      <div class="question-field">
        <${FormattedField} label=${t("quiz.question_text")} format=${form.format} maxLength=${MAX_TEXT} value=${form.text} onChange=${(/** @type {string} */ text) => change("text", { text })} />
        ${form.type === "FILL_BLANK" && html`<button type="button" class="small" onClick=${insertBlank}>${t("quiz.insert_blank")}</button>`}
      </div>
      <${AnswerFields} form=${form} change=${change} />
      ${BY_PERSONS.has(form.type) && html`<${Later} load=${RUBRIC} form=${form} change=${change} />`}
      <${FormattedField} label=${t("quiz.explanation")} hint=${t("quiz.explanation_hint")} rows=${3} format=${form.format} maxLength=${MAX_TEXT} value=${form.explanation} onChange=${(/** @type {string} */ explanation) => change("explanation", { explanation })} />
      <${Details} form=${form} change=${change} uneven=${uneven} />
      <${QuestionPicture} quizId=${quizId} form=${form} change=${change} />
      <${TextField} label=${t("quiz.tags")} hint=${t("quiz.tags_hint")} maxlength=${MAX_TAG_LINE} value=${form.tags ?? ""} onChange=${(/** @type {string} */ tags) => change("tags", { tags })} />
      <${TextField} label=${t("quiz.notes")} hint=${t("quiz.notes_hint")} multiline rows=${3} maxlength=${MAX_NOTES} value=${form.notes ?? ""} onChange=${(/** @type {string} */ notes) => change("notes", { notes })} />
    </div>
  `;
}

/** @param {{ lacks: import("../../app/locale.js").Word[] }} properties */
function Lacking({ lacks }) {
  if (lacks.length === 0) return null;
  return html`<div class="hint lacking"><strong>${t("quiz.incomplete")}</strong><ul>${lacks.map((word) => html`<li key=${word}>${t(word)}</li>`)}</ul></div>`;
}

/** @param {Pick<Parameters<typeof QuestionForm>[0], "form" | "change" | "uneven">} properties */
function Details({ form, change, uneven }) {
  const difficulties = /** @type {[string, string][]} */ (/** @type {const} */ (["EASY", "MEDIUM", "HARD"]).map((each) => [each, t(`enums.question_difficulty.${each}`)]));
  const formats = /** @type {[string, string][]} */ ([["PLAIN", t("quiz.format_plain")], ["MARKDOWN", t("quiz.format_markdown")]]);
  if (form.format === "HTML" || form.format === "MOODLE") formats.push([form.format, t("quiz.format_html")]);
  return html`
    <div class="quads">
      <${NumberField} label=${t("quiz.points")} min=${0} max=${1000} step=${0.01} error=${uneven ? t("quiz.pool_uneven") : ""} value=${form.points} onChange=${(/** @type {number | null} */ points) => change("points", { points })} />
      <${NumberField} label=${t("quiz.seconds")} hint=${t("quiz.seconds_hint")} min=${1} max=${3600} value=${form.seconds} onChange=${(/** @type {number | null} */ seconds) => change("seconds", { seconds })} />
      <${SelectField} label=${t("quiz.difficulty")} value=${form.difficulty} options=${difficulties} onChange=${(/** @type {any} */ difficulty) => change("", { difficulty })} />
      <${SelectField} label=${t("quiz.format")} value=${form.format} options=${formats} onChange=${(/** @type {any} */ format) => change("", { format })} />
    </div>
    ${IN_PARTS.has(form.type) && html`<${SwitchField} label=${t("quiz.all_or_nothing")} hint=${t("quiz.all_or_nothing_hint")} checked=${form.allOrNothing === true} onChange=${(/** @type {boolean} */ allOrNothing) => change("", { allOrNothing })} />`}
  `;
}
