// The settings of the quiz.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { DateTimeField } from "../../kit/date-time.js";
import { FormError, NumberField, RadioGroup, SelectField, SwitchField, TextField } from "../../kit/form.js";
import { countsText, lateText, shownText } from "../quizzes/scoring-words.js";
import { WHOLE } from "./form.js";

/** @typedef {import("./settings-form.js").Settings} Settings */

const PER_CENT = WHOLE / 100;
const TYPES = /** @type {const} */ (["FORMATIVE", "SUMMATIVE", "PRACTICE"]);
const COUNTS = /** @type {const} */ (["BEST", "LAST", "AVERAGE"]);
const SHOWN = /** @type {const} */ (["GRADED", "CLOSED", "RELEASED"]);
const LATE = /** @type {const} */ (["REFUSE", "REVIEW", "ACCEPT"]);
const SWITCHES = /** @type {const} */ ([
  ["randomizeQuestions", "quiz.randomize_questions"],
  ["randomizeOptions", "quiz.randomize_options"],
  ["showCorrectAnswers", "quiz.show_correct"],
  ["showExplanations", "quiz.show_explanations"],
  ["allowPractice", "quiz.allow_practice"],
  ["reviewShortAnswers", "quiz.review_short"],
  ["decimalComma", "quiz.decimal_comma"],
]);

/**
 * @param {object} properties
 * @param {Settings} properties.settings
 * @param {(tag: string, part: Partial<Settings>) => void} properties.change
 * @param {import("../../app/graphql.js").Failure | null} properties.failure
 */
export function SettingsForm({ settings, change, failure }) {
  const types = TYPES.map((value) => ({ value, label: t(`enums.quiz_type.${value}`), hint: t(`enums.quiz_type_hint.${value}`) }));
  const titleError = settings.title.trim() === "" ? t("rules.required") : "";
  return html`
    <div class="stack">
      ${failure && html`<${FormError} failure=${failure} />`}
      <${TextField} label=${t("quiz.title")} error=${titleError} value=${settings.title} onChange=${(/** @type {string} */ title) => change("title", { title })} />
      <${TextField} label=${t("quiz.description")} multiline rows="3" class="short-text" value=${settings.description} onChange=${(/** @type {string} */ description) => change("description", { description })} />
      <${RadioGroup} label=${t("quiz.type")} cards value=${settings.type} options=${types} onChange=${(/** @type {any} */ type) => change("", { type })} />
      <div class="quads">
        <${NumberField} label=${t("quiz.passing_score")} unit="%" min=${0} max=${100} value=${settings.passingScore} onChange=${(/** @type {number | null} */ passingScore) => change("passing", { passingScore })} />
        <${NumberField} label=${t("quiz.time_limit")} hint=${t("quiz.time_limit_hint")} min=${1} value=${settings.timeLimitMinutes} onChange=${(/** @type {number | null} */ timeLimitMinutes) => change("limit", { timeLimitMinutes })} />
        <${NumberField} label=${t("quiz.attempts")} hint=${t("quiz.attempts_hint")} min=${0} value=${settings.maxAttempts} onChange=${(/** @type {number | null} */ maxAttempts) => change("attempts", { maxAttempts })} />
        <${NumberField} label=${t("quiz.negative_marking")} hint=${t("quiz.negative_marking_hint")} unit="%" step="any" min=${0} max=${100} value=${typeof settings.negativeMarking === "number" ? settings.negativeMarking / PER_CENT : null} onChange=${(/** @type {number | null} */ percent) => change("negative", { negativeMarking: percent === null ? null : Math.round(percent * PER_CENT) })} />
      </div>
      <div class="quads">
        <${DateTimeField} label=${t("quiz.available_from")} value=${settings.availableFrom} onChange=${(/** @type {string | null} */ availableFrom) => change("from", { availableFrom })} />
        <${DateTimeField} label=${t("quiz.available_until")} value=${settings.availableUntil} onChange=${(/** @type {string | null} */ availableUntil) => change("until", { availableUntil })} />
      </div>
      <div class="quads">
        <${SelectField} label=${t("quiz.attempts_count")} value=${settings.attemptsCount} options=${COUNTS.map((each) => [each, countsText(each)])} onChange=${(/** @type {any} */ attemptsCount) => change("", { attemptsCount })} />
        <${SelectField} label=${t("quiz.results_shown")} value=${settings.resultsShown} options=${SHOWN.map((each) => [each, shownText(each)])} onChange=${(/** @type {any} */ resultsShown) => change("", { resultsShown })} />
        <${SelectField} label=${t("quiz.late_answers")} hint=${t("quiz.late_answers_hint")} value=${settings.lateAnswers} options=${LATE.map((each) => [each, lateText(each)])} onChange=${(/** @type {any} */ lateAnswers) => change("", { lateAnswers })} />
        <${NumberField} label=${t("quiz.second_grading")} hint=${t("quiz.second_grading_hint")} unit="%" min=${0} max=${100} value=${settings.secondGrading ?? null} onChange=${(/** @type {number | null} */ secondGrading) => change("second", { secondGrading: secondGrading === null ? null : Math.round(secondGrading) })} />
      </div>
      <div class="switches">
        ${SWITCHES.map(([name, word]) => html`<${SwitchField} key=${name} label=${t(word)} checked=${settings[name]} onChange=${(/** @type {boolean} */ on) => change("", { [name]: on })} />`)}
      </div>
    </div>
  `;
}
