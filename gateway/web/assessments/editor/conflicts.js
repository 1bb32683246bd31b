// What two have changed at the same time: both versions beside each other, and a decision.

import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { useOutOfSight } from "../../kit/out-of-sight.js";
import { Versions } from "../../kit/versions.js";
import { rubricText } from "../rubrics/rubric.js";
import { SHAPE_WORDS } from "./places.js";

/**
 * @typedef {import("./merging.js").Conflict} Conflict
 * @typedef {import("./form.js").Form} Form
 * @typedef {(conflict: Conflict, choice: "mine" | "theirs" | "both") => void} Decide
 */

/** @type {Record<string, import("../../app/locale.js").Word>} */
const SETTING_WORDS = {
  title: "quiz.title",
  description: "quiz.description",
  type: "quiz.type",
  timeLimitMinutes: "quiz.time_limit",
  passingScore: "quiz.passing_score",
  maxAttempts: "quiz.attempts",
  randomizeQuestions: "quiz.randomize_questions",
  randomizeOptions: "quiz.randomize_options",
  showCorrectAnswers: "quiz.show_correct",
  showExplanations: "quiz.show_explanations",
  allowPractice: "quiz.allow_practice",
  availableFrom: "quiz.available_from",
  availableUntil: "quiz.available_until",
  decimalComma: "quiz.decimal_comma",
  negativeMarking: "quiz.negative_marking",
  secondGrading: "quiz.second_grading",
  attemptsCount: "quiz.attempts_count",
  resultsShown: "quiz.results_shown",
  lateAnswers: "quiz.late_answers",
  reviewShortAnswers: "quiz.review_short",
};

/**
 * @param {object} properties
 * @param {Extract<Conflict, { kind: "question" }>} properties.conflict
 * @param {Form | null} properties.mine As it is now.
 * @param {Decide} properties.decide
 */
export function QuestionConflict({ conflict, mine, decide }) {
  const { theirs } = conflict;
  const own = conflict.mine === null ? null : mine;
  const [ours, others] = [linesOf(own), linesOf(theirs)];
  const differing = Object.keys({ ...ours, ...others }).filter((name) => ours[name] !== others[name]);
  const box = useOutOfSight(t("quiz.conflict_above"));
  return html`
    <section ref=${box} class="conflict stack" role="alert" aria-label=${t("quiz.conflict")}>
      <h3>${t("quiz.conflict")}</h3>
      <p>${own === null ? t("quiz.conflict_deleted_mine") : theirs === null ? t("quiz.conflict_deleted_theirs") : t("quiz.conflict_text")}</p>
      <div class="versions">
        <${Version} title=${t("kit.mine")} lines=${own && ours} names=${differing} />
        <${Version} title=${t("kit.theirs")} lines=${theirs && others} names=${differing} />
      </div>
      <div class="row">
        <button type="button" onClick=${() => decide(conflict, "mine")}>${own === null ? t("quiz.delete_it") : t("kit.keep_mine")}</button>
        <button type="button" onClick=${() => decide(conflict, "theirs")}>${theirs === null ? t("quiz.delete_it") : t("kit.take_theirs")}</button>
        ${own && theirs && html`<button type="button" class="primary" onClick=${() => decide(conflict, "both")}>${t("quiz.keep_both")}</button>`}
      </div>
    </section>
  `;
}

/** @param {{ title: string, lines: Record<string, string> | null, names: string[] }} properties */
function Version({ title, lines, names }) {
  return html`
    <div class="version">
      <h4>${title}</h4>
      ${lines === null ? html`<p class="muted">${t("quiz.deleted_version")}</p>` : html`<dl>${names.map((name) => html`<div key=${name}><dt>${name}</dt><dd dir="auto">${lines[name] ?? "–"}</dd></div>`)}</dl>`}
    </div>
  `;
}

/** A question part by part, for people. @param {Form | null} form @returns {Record<string, string>} */
function linesOf(form) {
  if (form === null) return {};
  return {
    [t("quiz.type_of_question")]: t(`enums.question_type.${form.type}`),
    [t("quiz.question_text")]: form.text,
    [t("quiz.answers")]: answerText(form),
    [t("quiz.explanation")]: form.explanation,
    [t("quiz.points")]: String(form.points ?? ""),
    [t("quiz.all_or_nothing")]: t(form.allOrNothing ? "quiz.on" : "quiz.off"),
    [t("quiz.seconds")]: String(form.seconds ?? ""),
    [t("quiz.difficulty")]: t(`enums.question_difficulty.${form.difficulty}`),
    [t("quiz.format")]: form.format,
    [t("kit.picture")]: [form.mediaUrl, form.mediaAlt].filter(Boolean).join("\n"),
    [t("quiz.rubric")]: rubricText(form.rubric),
    [t("quiz.notes")]: form.notes ?? "",
  };
}

/** @param {Form} form */
function answerText(form) {
  if (form.type === "MULTIPLE_CHOICE") return form.options.filter(({ text }) => text !== "").map(({ text, right }) => `${right ? "✓" : "✗"} ${text}`).join("\n");
  if (form.type === "TRUE_FALSE") return t(form.truth ? "quiz.true" : "quiz.false");
  if (form.type === "MATCHING") return [...form.pairs.map(({ prompt, match }) => `${prompt} ↔ ${match}`), ...form.distractors].join("\n");
  if (form.type === "ESSAY") return form.guidance;
  if (form.type === "ORDERING") return form.items.join("\n");
  if (form.type === "NUMERIC") return [...form.numbers.map(({ kind, number, tolerance, low, high }) => (kind === "range" ? `${low} – ${high}` : `${number} ± ${tolerance}${kind === "percent" ? " %" : ""}`)), ...form.units.map(({ name, factor }) => `${name} (${factor})`)].join("\n");
  if (form.type === "HOTSPOT") return form.places.map(({ shape, name }, n) => `${t("quiz.place", { number: n + 1 })}: ${t(SHAPE_WORDS[shape])} ${name}`).join("\n");
  const all = form.type === "SHORT_ANSWER" ? [form.typed] : form.blanks;
  return all.map(({ accepted, patterns, number }) => [...accepted, ...patterns, number ?? ""].filter((each) => each !== "").join(" / ")).join("\n");
}

/**
 * @param {object} properties
 * @param {Extract<Conflict, { kind: "setting" }>[]} properties.conflicts
 * @param {import("./settings-form.js").Settings} properties.settings
 * @param {Decide} properties.decide
 */
export function SettingConflicts({ conflicts, settings, decide }) {
  const shown = conflicts.map((conflict) => ({ ...conflict, mine: settings[/** @type {keyof typeof settings} */ (conflict.key)], conflict }));
  return html`<${Versions} conflicts=${shown} wordOf=${(/** @type {Conflict} */ { key }) => t(SETTING_WORDS[key])} textOf=${settingText} decide=${(/** @type {typeof shown[number]} */ { conflict }, /** @type {"mine" | "theirs"} */ choice) => decide(conflict, choice)} />`;
}

/** @param {unknown} value */
function settingText(value) {
  if (typeof value === "boolean") return t(value ? "quiz.on" : "quiz.off");
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return formatDate(value);
  return value === null || value === "" ? "–" : String(value);
}
