// Answers as people read them, each beside the right one.

import { html } from "../../app/html.js";
import { Later, withWords } from "../../app/later.js";
import { formatNumber, t } from "../../app/locale.js";
import { RichText } from "../../text/rich-text.js";
import { Mark } from "./share-bar.js";

const RUBRIC = () => withWords(["rubric"], () => import("../rubrics/shown-rubric.js")).then(({ ShownRubric }) => ShownRubric);
const PASSAGES = () => withWords(["grading"], () => import("../rubrics/shown-passages.js")).then(({ ShownPassages }) => ShownPassages);

/**
 * @typedef {NonNullable<NonNullable<import("./documents.js").MyResultQuery["liveQuiz"]>["myResult"]>["details"][number]} Played
 * @typedef {Played & { most?: number, waits?: boolean, rubric?: any, levels?: readonly number[] | null, passages?: any[] }} Answer `most`: what it could have earned; `waits` for a person.
 * @typedef {{ type: string, prompts?: readonly string[] | null }} Asked
 */

/**
 * @param {number | null} ms
 * @returns {string} Seconds with one decimal place.
 */
export function secondsText(ms) {
  return ms === null ? "" : formatNumber(ms / 1000, { style: "unit", unit: "second", unitDisplay: "short", maximumFractionDigits: 1, minimumFractionDigits: 1 });
}

/** One text of an answer. @param {unknown} part */
export function partText(part) {
  if (part === true) return t("live.true");
  if (part === false) return t("live.false");
  return part === null || part === undefined || part === "" ? "–" : String(part);
}

/** What was answered, or would have been right. @param {{ asked: Asked, value: unknown, right?: boolean }} properties `right`: it is the key. */
export function AnswerText({ asked, value, right = false }) {
  if (!Array.isArray(value)) return html`<span class="plain-text" dir="auto">${partText(value)}</span>`;
  if (value.length === 0) return html`<span>${t("live.none_of_these")}</span>`;
  if (asked.type === "MATCHING" && asked.prompts) {
    return html`<ul class="parts">${value.map((part, n) => html`<li key=${n}><bdi>${asked.prompts?.[n]}</bdi> → <bdi>${partText(part)}</bdi></li>`)}</ul>`;
  }
  if (asked.type === "FILL_BLANK") {
    const texts = value.map((part) => (right && Array.isArray(part) ? part.join(t("live.or")) : partText(part)));
    if (texts.length === 1) return html`<bdi>${texts[0]}</bdi>`;
    return html`<ol class="parts numbered">${texts.map((text, n) => html`<li key=${n}><bdi>${text}</bdi></li>`)}</ol>`;
  }
  if (asked.type === "ORDERING") return html`<ol class="parts numbered">${value.map((part, n) => html`<li key=${n} dir="auto">${partText(part)}</li>`)}</ol>`;
  if (right && (asked.type === "SHORT_ANSWER" || asked.type === "NUMERIC")) return html`<bdi>${value.join(t("live.or"))}</bdi>`;
  return html`<ul class="parts">${value.map((part, n) => html`<li key=${n}><${RichText} text=${partText(part)} inline /></li>`)}</ul>`;
}

/** What came of an answer, in a word. @param {Answer} answer @returns {{ word: import("../../app/locale.js").Word, kind: string }} */
function outcomeOf({ answer, correct, points, type, waits = type === "ESSAY" }) {
  if (correct === true) return { word: "results.is_right", kind: "good" };
  if (answer === null) return { word: "results.not_answered", kind: "plain" };
  if (correct === null) return { word: waits ? "results.is_waiting" : "results.not_counted", kind: "warn" };
  return points > 0 ? { word: "results.is_partly", kind: "warn" } : { word: "results.is_wrong", kind: "bad" };
}

/** Every question of a game with somebody's answer. @param {{ answers: readonly Answer[], yours?: boolean }} properties */
export function AnswerList({ answers, yours = false }) {
  return html`<ol class="stack answer-list">${answers.map((answer) => html`<${AnswerItem} key=${answer.index} answer=${answer} yours=${yours} />`)}</ol>`;
}

/** @param {{ answer: Answer, yours: boolean }} properties */
function AnswerItem({ answer, yours }) {
  const { word, kind } = outcomeOf(answer);
  return html`
    <li class="card stack answer-item">
      <div class="row">
        <h3 class="grow"><span class="muted">${formatNumber(answer.index + 1)}.</span> <${RichText} html=${answer.questionHtml} text=${answer.questionText} inline /></h3>
        <span class=${`chip ${kind}`}>${answer.correct === true && html`<span aria-hidden="true">✓</span>`}${answer.correct === false && html`<span aria-hidden="true">${answer.points > 0 ? "½" : "✗"}</span>`}${t(word)}</span>
        <span class="chip tabular">${answer.most === undefined ? t("results.points", { count: answer.points }) : t("results.earned", { earned: answer.points, count: answer.most })}</span>
      </div>
      <dl class="beside">
        <div><dt>${t(yours ? "results.your_answer" : "results.answer")}</dt><dd>${answer.answer === null ? html`<span class="muted">${t("results.not_answered")}</span>` : answer.passages?.length ? html`<${Later} load=${PASSAGES} text=${answer.answer} passages=${answer.passages} />` : html`<${AnswerText} asked=${answer} value=${answer.answer} />`}</dd></div>
        ${answer.rightAnswer !== null && html`<div><dt>${t("results.right_answer")}</dt><dd class="marked"><${Mark} right=${true} /><${AnswerText} asked=${answer} value=${answer.rightAnswer} right /></dd></div>`}
        ${answer.elapsedMs !== null && html`<div><dt>${t("results.time")}</dt><dd class="tabular">${secondsText(answer.elapsedMs)}</dd></div>`}
      </dl>
      ${answer.rubric && html`<details class="rubric-details" open=${Boolean(answer.levels)}><summary>${t("results.rubric")}</summary><${Later} load=${RUBRIC} rubric=${answer.rubric} levels=${answer.levels} /></details>`}
      ${answer.recounted && html`<p class="muted">${t("results.recounted")}</p>`}
      ${answer.feedback && html`<div class="said"><b>${t("results.feedback")}</b><p class="plain-text" dir="auto">${answer.feedback}</p></div>`}
      ${answer.explanation && html`<div class="said"><${RichText} html=${answer.explanationHtml} text=${answer.explanation} /></div>`}
    </li>
  `;
}
