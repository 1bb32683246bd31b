// What came of one question: how many were right, what was answered, and what can still be decided.

import { useEffect, useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatNumber, formatPercent, t } from "../../app/locale.js";
import { RichText } from "../../text/rich-text.js";
import { AnswerText, secondsText } from "./answers.js";
import { EarlierShares } from "./earlier.js";
import { Essays } from "./essays.js";
import { CountBar, Mark, ShareBar } from "./share-bar.js";
import { TypedAnswers } from "./typed-answers.js";

/** @typedef {import("./questions.js").Question} Question */

const DEFAULT_POINTS = 1000; // of a game that says nothing else
const TYPED = new Set(["SHORT_ANSWER", "FILL_BLANK"]);

/**
 * @param {object} properties
 * @param {import("./game.js").Game} properties.game
 * @param {Question} properties.question
 * @param {boolean} properties.mayDecide
 * @param {boolean} properties.isOpen Whether the typed answers or the essays are shown.
 * @param {(index: number, open: boolean) => void} properties.onToggle
 * @param {() => Promise<unknown>} properties.onChanged
 */
export function QuestionResult({ game, question, mayDecide, isOpen, onToggle, onChanged }) {
  const { index, type } = question;
  const hasMore = game.state === "FINISHED" && (TYPED.has(type) || type === "ESSAY");
  const label = type === "ESSAY" ? t("results.essays", { count: question.answered }) : t("results.what_was_typed");
  const part = `answers-${index}`;
  return html`
    <li class="card stack question-result" ref=${useShown(isOpen)} tabindex="-1">
      <${QuestionHead} question=${question} />
      <${QuestionBars} question=${question} />
      <${EarlierShares} question=${question} />
      ${hasMore && html`<p class="row"><button type="button" class="small" aria-expanded=${isOpen ? "true" : "false"} aria-controls=${isOpen ? part : undefined} aria-label=${t("results.of_question", { what: label, number: index + 1 })} onClick=${() => onToggle(index, !isOpen)}>${label}</button>${question.unscored > 0 && html`<span class="chip warn">${t("results.wait", { count: question.unscored })}</span>`}</p>`}
      ${hasMore && isOpen && html`<div id=${part}>${type === "ESSAY" ? html`<${Essays} game=${game.id} question=${question} most=${question.points * (game.config.points ?? DEFAULT_POINTS)} mayDecide=${mayDecide} onChanged=${onChanged} />` : html`<${TypedAnswers} game=${game.id} question=${question} mayDecide=${mayDecide} onChanged=${onChanged} />`}</div>`}
    </li>
  `;
}

/** What a link leads to is brought into sight once. @param {boolean} isOpen */
function useShown(isOpen) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const box = useRef(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (isOpen && !wasOpen.current && !box.current?.contains(document.activeElement)) {
      box.current?.scrollIntoView({ block: "start" });
      box.current?.focus({ preventScroll: true });
    }
    wasOpen.current = isOpen;
  }, [isOpen]);
  return box;
}

/** @param {{ question: Question, level?: 2 | 3 }} properties */
export function QuestionHead({ question: { index, questionText, questionHtml, type, correctShare, skipped }, level = 2 }) {
  return html`
    <div class="question-head">
      <div class="grow">
        <${`h${level}`}><span class="muted">${formatNumber(index + 1)}.</span> <${RichText} html=${questionHtml} text=${questionText} inline /><//>
        <p class="muted">${t(`enums.question_type.${type}`)}${skipped && html` · ${t("results.skipped")}`}</p>
      </div>
      ${correctShare !== null && html`<p class="right-share"><b class="tabular">${formatPercent(correctShare)}</b> <span class="muted">${t("results.right_word")}</span></p>`}
    </div>
  `;
}

/** @param {{ question: Question }} properties */
export function QuestionBars({ question }) {
  const { graded, correct, partlyCorrect, unscored, answered, asked, averageMs, rightAnswer, explanation, explanationHtml } = question;
  return html`
    <${ShareBar} parts=${[
      { kind: "good", count: correct, word: "results.count_right" },
      { kind: "partly", count: partlyCorrect, word: "results.count_partly" },
      { kind: "bad", count: graded - correct - partlyCorrect, word: "results.count_wrong" },
      { kind: "waiting", count: unscored, word: "results.count_waiting" },
    ]} />
    <p class="muted">${t("results.answered_of", { answered, asked })}${averageMs !== null && html` · ${t("results.on_average", { time: secondsText(averageMs) })}`}</p>
    ${question.optionCounts ? html`<${OptionBars} question=${question} counts=${question.optionCounts} />` : rightAnswer !== null && html`<div class="right-line marked"><span class="muted">${t("results.right_answer")}</span><${Mark} right=${true} /><${AnswerText} asked=${question} value=${rightAnswer} right /></div>`}
    ${explanation && html`<details class="explained"><summary>${t("results.explanation")}</summary><${RichText} html=${explanationHtml} text=${explanation} /></details>`}
  `;
}

/** @param {{ question: Question, counts: readonly number[] }} properties */
function OptionBars({ question: { options, rightAnswer, type }, counts }) {
  const isBoolean = type === "TRUE_FALSE";
  const texts = isBoolean ? [t("live.true"), t("live.false")] : options ?? [];
  const isRight = (/** @type {number} */ n) => (isBoolean ? rightAnswer === (n === 0) : Array.isArray(rightAnswer) && rightAnswer.includes(texts[n]));
  const most = Math.max(1, ...counts);
  return html`<ul class="count-bars">${texts.map((text, n) => html`<${CountBar} key=${n} label=${html`<${RichText} text=${text} inline />`} count=${counts[n] ?? 0} most=${most} right=${isRight(n)} />`)}</ul>`;
}
