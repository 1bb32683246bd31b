// A question of an attempt: what is asked, what is answered, and where that is.

import { html } from "../../app/html.js";
import { Later, withWords } from "../../app/later.js";
import { failureText, formatDate, t } from "../../app/locale.js";
import { online } from "../../app/graphql.js";
import { useStore } from "../../app/store.js";
import { fieldError } from "../../kit/form.js";
import { Icon } from "../../kit/icon.js";
import { BlankAnswers, PairAnswers, TextAnswer } from "../live/answer-fields.js";
import { Asked, Picture } from "../live/asked.js";
import { LATER } from "../live/later-fields.js";
import { isChoice } from "../live/options.js";
import { ReadAloud } from "../live/read-aloud.js";
import { answerOfPairs, answerText, blanksOf, pairsOf } from "./answering.js";
import { Choices } from "./choices.js";
import { receiptOf, valueOf } from "./sheet.js";

const RUBRIC = () => withWords(["rubric"], () => import("../rubrics/shown-rubric.js")).then(({ ShownRubric }) => ShownRubric);
const VERSIONS = () => import("../../kit/versions.js").then(({ Versions }) => Versions);
const RECEIPT = () => import("./receipt.js").then(({ Receipt }) => Receipt);

/**
 * @typedef {ReturnType<typeof import("./answering.js").asked>} Question
 * @typedef {import("./taking.js").Taking} Taking
 * @typedef {import("./taking.js").State} State
 * @typedef {object} Properties
 * @property {Question} question
 * @property {number} total
 * @property {Taking} taking
 * @property {State} state
 * @property {boolean} locked Its time is up.
 * @property {boolean} flagged
 * @property {() => void} flag
 * @property {boolean} [aloud] Whether it can be read aloud here.
 */

/** @param {Properties} properties */
export function AttemptQuestion({ question, total, taking, state, locked, flagged, flag, aloud = false }) {
  const { id, index, points } = question;
  const value = valueOf(state.sheet, id);
  const receipt = id in state.sheet.own ? null : receiptOf(state.sheet, id);
  const heading = `question-${index + 1}`;
  const isBlanks = question.questionType === "fill_blank";
  return html`
    <section class="card stack attempt-question" aria-labelledby=${heading} data-question=${id}>
      <div class="row">
        <h2 id=${heading} tabindex="-1" class="grow">${t("live.question_of", { number: index + 1, total })}</h2>
        <span class="chip tabular">${t("live.worth", { count: points })}</span>
        ${aloud && html`<${ReadAloud} question=${question} />`}
        <button type="button" class=${`small flag ${flagged ? "on" : ""}`} aria-pressed=${flagged ? "true" : "false"} onClick=${flag}><${Icon} name="flag" />${t("attempts.flag")}</button>
      </div>
      ${isBlanks ? html`<p class="question-text">${t("live.fill_in")}</p><${Picture} question=${question} />` : html`<${Asked} question=${question} level=${3} />`}
      ${question.rubric && html`<details class="rubric-details"><summary>${t("attempts.rubric")}</summary><${Later} load=${RUBRIC} rubric=${question.rubric} /></details>`}
      <${AnswerInput} question=${question} value=${value} locked=${locked} write=${(/** @type {any} */ answer, /** @type {any} */ options) => taking.write(id, answer, options)} />
      <${Conflict} question=${question} taking=${taking} state=${state} />
      <div class="row answer-state">
        <${SavedMark} id=${id} state=${state} />
        ${receipt && value !== null && html`<${Later} load=${RECEIPT} receipt=${receipt} />`}
        ${value !== null && !locked && html`<button type="button" class="small quiet" onClick=${() => taking.write(id, null)}>${t("attempts.clear")}<span class="sr-only">: ${t("attempts.question", { number: index + 1 })}</span></button>`}
      </div>
    </section>
  `;
}

/** @param {{ question: Question, value: import("./wire.js").Answer | null, locked: boolean, write: (answer: import("./wire.js").Answer | null, options?: { typed: boolean }) => void }} properties */
function AnswerInput({ question, value, locked, write }) {
  const typed = { typed: true };
  if (isChoice(question)) return html`<${Choices} question=${question} value=${value} locked=${locked} change=${write} />`;
  if (question.questionType === "matching") {
    return html`<${PairAnswers} question=${question} value=${pairsOf(question, value)} locked=${locked} change=${(/** @type {(number | null)[]} */ pairs) => write(answerOfPairs(pairs))} />`;
  }
  if (question.questionType === "fill_blank") {
    const change = (/** @type {string[]} */ texts) => write(texts.every((text) => text === "") ? null : texts, typed);
    return html`<${BlankAnswers} question=${question} value=${blanksOf(question, value)} locked=${locked} change=${change} />`;
  }
  if (question.questionType === "ordering") return html`<${Later} load=${LATER.order} keep question=${question} value=${Array.isArray(value) ? value : null} locked=${locked} change=${write} />`;
  if (question.questionType === "hotspot") {
    return html`<${Later} load=${LATER.places} question=${question} value=${Array.isArray(value) ? value : []} locked=${locked} change=${(/** @type {number[]} */ marks) => write(marks.length === 0 ? null : marks)} />`;
  }
  const text = typeof value === "string" ? value : "";
  const type = (/** @type {string} */ next) => write(next === "" ? null : next, typed);
  if (question.questionType === "numeric") return html`<${Later} load=${LATER.number} question=${question} value=${text} locked=${locked} change=${type} />`;
  return html`<${TextAnswer} question=${question} value=${text} locked=${locked} change=${type} />`;
}

/** @param {{ question: Question, taking: Taking, state: State }} properties */
function Conflict({ question, taking, state: { sheet } }) {
  const { id, index } = question;
  const theirs = sheet.theirs[id];
  const conflicts = theirs ? [{ mine: valueOf(sheet, id), theirs: theirs.answer }] : [];
  const textOf = (/** @type {any} */ answer) => answerText(question, answer, { yes: t("live.true"), no: t("live.false") });
  return html`<${Later} load=${VERSIONS} conflicts=${conflicts} wordOf=${() => t("attempts.question", { number: index + 1 })} textOf=${textOf} decide=${(/** @type {any} */ _, /** @type {"mine" | "theirs"} */ choice) => taking.decide(id, choice)} />`;
}

/** Where the newest answer is. @param {{ id: string, state: State }} properties */
function SavedMark({ id, state: { sheet, saving, failure, kept } }) {
  const reached = useStore(online);
  const refused = sheet.refused[id];
  if (id in sheet.theirs) return html`<p class="grow saved-mark warn">${t("attempts.decide_first")}</p>`;
  if (refused) return html`<p class="grow saved-mark bad" role="alert">${t("attempts.not_saved", { reason: fieldError(refused, "answer") || failureText(refused) })}</p>`;
  if (id in sheet.own) {
    if (!kept) return html`<p class="grow saved-mark bad" role="alert">${t("attempts.not_kept")}</p>`;
    if (!reached || (saving === "failed" && failure)) return html`<p class="grow saved-mark warn" data-saved="kept">${t("attempts.kept_here")}</p>`;
    return html`<p class="grow saved-mark" data-saved="no">${t("attempts.saving")}</p>`;
  }
  if (!sheet.saved[id] || sheet.saved[id].answer === null) return html`<p class="grow saved-mark">${t("attempts.unanswered")}</p>`;
  const at = sheet.savedAt[id];
  const when = at ? formatDate(at, { timeStyle: "medium" }) : "";
  return html`<p class="grow saved-mark good" data-saved="yes"><${Icon} name="check" />${when ? t("attempts.saved_at", { time: when }) : t("attempts.saved")}</p>`;
}
