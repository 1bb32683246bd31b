// One question after the other, each with what came of it, and at the end how it went.

import { useMemo } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { failureText, formatNumber, t } from "../../app/locale.js";
import { Progress } from "../../kit/progress.js";
import { Empty } from "../../kit/states.js";
import { AnswerForm } from "../live/answer-form.js";
import { Asked, AskedToAnswer, Explanation } from "../live/asked.js";
import { useKeptFocus } from "../live/focus.js";
import { LATER } from "../live/later-fields.js";
import { Revealed } from "../live/revealed.js";
import { outcomeWord, usePractice } from "./checking.js";
import { total } from "./progress.js";
import { asked, drawn } from "./questions.js";

/**
 * @typedef {import("./sources.js").Source} Source
 * @typedef {import("./questions.js").Played} Played
 * @typedef {import("./questions.js").Choice} Choice
 * @typedef {import("./checking.js").Practice} Practice
 * @typedef {import("../live/wire.js").Question} Question
 * @typedef {{ source: Source, choice: Choice, questions: Played[] }} Properties
 */

/** @param {Properties} properties */
export function Rounds(properties) {
  return properties.questions.length === 0 ? html`<${AllRight} source=${properties.source} />` : html`<${Round} ...${properties} />`;
}

/** @param {{ source: Source }} properties */
function AllRight({ source: { address } }) {
  return html`
    <h1 class="sr-only">${t("practice.title")}</h1>
    <div class="card"><${Empty} title=${t("practice.all_right")} text=${t("practice.all_right_text")}><p><a class="button primary" href=${`${address}?which=all`}>${t("practice.practise_all")}</a></p><//></div>
  `;
}

/** @param {Properties} properties */
function Round({ source, choice, questions }) {
  const practice = usePractice(source, choice, questions);
  const { progress, offline } = practice;
  const [index] = progress.queue;
  const played = questions.find((each) => each.index === index);
  const box = useKeptFocus([index, progress.tries, progress.given !== null, progress.checked !== null]);
  const question = useMemo(() => played && asked(source.id, played, progress.tries - (progress.checked ? 1 : 0)), [source.id, played, progress.tries, progress.checked]);
  const order = useMemo(() => (question && (source.shuffles || question.questionType === "ordering") ? drawn(question) : []), [question, source.shuffles]);
  return html`
    <section class="stack" ref=${box} aria-label=${t("practice.title")}>
      <${Progress} label=${t("practice.progress")} value=${progress.right.length / total(progress)} text=${t("kit.shown_of", { shown: progress.right.length, total: total(progress) })} />
      ${offline && progress.given === null && question && html`<p class="hint" role="status">${t("practice.offline")}</p>`}
      ${!question ? html`<${Done} source=${source} choice=${choice} practice=${practice} />` : progress.checked ? html`<${Told} question=${question} order=${order} practice=${practice} />` : html`<${Asking} question=${question} order=${order} practice=${practice} />`}
    </section>
  `;
}

/** @param {{ question: Question, order: number[], practice: Practice }} properties */
function Asking({ question, order, practice: { progress, failure, offline, give } }) {
  const { given } = progress;
  const repeated = progress.missed.includes(question.index);
  return html`
    <div class="card stack" data-step="asked">
      <div class="row">${repeated && html`<span class="chip warn">${t("practice.again")}</span>`}<${Later} load=${LATER.aloud} question=${question} order=${order} /></div>
      <${AskedToAnswer} question=${question} />
      <${AnswerForm} question=${question} order=${order} given=${given} locked=${given !== null} send=${give} />
      ${failure ? html`<p class="saved no" role="alert">${failureText(failure)}</p>` : html`<p class="saved muted" role="status">${given === null ? "" : t(offline ? "practice.waits" : "practice.checking")}</p>`}
    </div>
  `;
}

/** @param {{ question: Question, order: number[], practice: Practice }} properties */
function Told({ question, order, practice: { progress, proceed } }) {
  const checked = /** @type {import("./progress.js").Checked} */ (progress.checked);
  const { correct, share, right, accepted, places, explanation, explanationHtml } = checked;
  const reveal = { liveQuizId: question.liveQuizId, index: question.index, correct: /** @type {any} */ (right), accepted: [...accepted], places: /** @type {any} */ (places ?? []), explanation, explanationHtml, counts: null };
  const [kind, sign] = correct ? ["good", "✓"] : share > 0 ? ["", "½"] : ["bad", "✗"];
  const last = correct && progress.queue.length === 1;
  return html`
    <div class="card stack" data-step="told">
      <div class="practice-outcome">
        <span class=${`practice-sign ${kind}`} aria-hidden="true">${sign}</span>
        <div><h1>${t(outcomeWord(checked))}</h1>${!correct && html`<p class="muted">${t("practice.comes_again")}</p>`}</div>
      </div>
      <div class="question-again stack">
        <${Asked} question=${question} />
        <${Revealed} question=${question} order=${order} reveal=${reveal} given=${progress.given} />
        <${Explanation} reveal=${reveal} />
      </div>
      <p><button type="button" class="primary big full" onClick=${proceed}>${t(last ? "practice.to_end" : "practice.go_on")}</button></p>
    </div>
  `;
}

/** @param {{ source: Source, choice: Choice, practice: Practice }} properties */
function Done({ source: { address, own, back }, choice, practice: { progress, restart } }) {
  const count = progress.right.length;
  const first = count - progress.missed.length;
  return html`
    <div class="card stack" data-step="done">
      <div class="hero">
        <div class="sign good" aria-hidden="true">★</div>
        <h1>${t("practice.done")}</h1>
        <p>${t("practice.done_text", { count })}</p>
        <div class="facts grow">
          <div class="fact"><b class="tabular">${formatNumber(count)}</b><span>${t("practice.questions")}</span></div>
          <div class="fact"><b class="tabular">${formatNumber(first)}</b><span>${t("practice.at_once")}</span></div>
          <div class="fact"><b class="tabular">${formatNumber(progress.tries)}</b><span>${t("practice.tries")}</span></div>
        </div>
        <p class="muted">${t("practice.no_score")}</p>
      </div>
      <p class="row">
        <button type="button" class="primary" onClick=${restart}>${t("practice.once_more")}</button>
        ${choice === "wrong" && html`<a class="button" href=${`${address}?which=all`}>${t("practice.practise_all")}</a>`}
        ${own && html`<a class="button" href=${back.href}>${back.text}</a>`}
      </p>
    </div>
  `;
}
