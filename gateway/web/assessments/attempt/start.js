// Before an attempt: what awaits one, and whether one may begin.

import { html } from "../../app/html.js";
import { formatDate, formatDuration, formatNumber, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { FormError, SubmitButton, useSubmit } from "../../kit/form.js";
import { RichText } from "../../text/rich-text.js";
import { countsText, shownText } from "../quizzes/scoring-words.js";
import { AttemptLines } from "../quizzes/attempt-lines.js";
import { START_ATTEMPT } from "./documents.js";
import { isIn, refusalOf } from "../quizzes/refusal.js";

/** @typedef {NonNullable<import("./documents.js").QuizToTakeQuery["quiz"]>} Quiz */

/** @param {{ quiz: Quiz, begun: (submissionId: string) => void }} properties */
export function Start({ quiz, begun }) {
  const { title, description, course, lesson, mySubmissions } = quiz;
  const refusal = refusalOf(quiz, isIn(course.myEnrollment), Date.now());
  return html`
    <header class="stack">
      <p class="muted"><a href=${`/courses/${course.id}`} dir="auto">${course.title}</a> · <a href=${`/courses/${course.id}/lessons/${lesson.id}`} dir="auto">${lesson.title}</a></p>
      <h1 dir="auto">${title}</h1>
    </header>
    <section class="card stack" aria-label=${t("attempts.about")}>
      ${description && html`<${RichText} text=${description} classes="quiz-description" />`}
      <${Facts} quiz=${quiz} />
      ${refusal ? html`<p class="hint" role="status">${refusal}</p>` : html`<${BeginForm} quiz=${quiz} begun=${begun} />`}
    </section>
    ${mySubmissions.length > 0 &&
    html`
      <section class="card stack" aria-labelledby="attempts-before">
        <h2 id="attempts-before">${t("attempts.before")}</h2>
        <${AttemptLines} attempts=${mySubmissions} />
      </section>
    `}
  `;
}

/** @param {{ quiz: Quiz }} properties */
function Facts({ quiz }) {
  const { type, timeLimitMinutes, passingScore, maxAttempts, attemptsCount, availableUntil, resultsShown, mySubmissions, course } = quiz;
  const factor = course.myEnrollment?.extraTime ?? 1;
  const limit = timeLimitMinutes === null ? t("attempts.no_limit") : formatDuration(timeLimitMinutes * 60 * factor);
  const used = mySubmissions.length;
  const attempts = maxAttempts === 0 ? t("attempts.as_many") : t("kit.shown_of", { shown: Math.max(0, maxAttempts - used), total: maxAttempts });
  /** @type {[string, any][]} */
  const facts = [
    [t("attempts.time_limit"), factor > 1 && timeLimitMinutes !== null ? html`${limit} <span class="muted">${t("attempts.with_extra_time")}</span>` : limit],
    [t("attempts.attempts_left"), attempts],
    [t("attempts.passing"), formatNumber(passingScore / 100, { style: "percent" })],
    [t("attempts.kind"), t(`enums.quiz_type.${type}`)],
  ];
  if (availableUntil) facts.push([t("attempts.open_until"), formatDate(availableUntil)]);
  if (maxAttempts !== 1) facts.push([t("attempts.which_counts"), countsText(attemptsCount)]);
  facts.push([t("attempts.results_when"), shownText(resultsShown)]);
  return html`<dl class="attempt-facts">${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** @param {{ quiz: Quiz, begun: (submissionId: string) => void }} properties */
function BeginForm({ quiz: { id, timeLimitMinutes, mySubmissions }, begun }) {
  const { submit, busy, failure } = useSubmit(async () => {
    const { startQuizAttempt } = await request(START_ATTEMPT, { quizId: id }, { repeatable: true }); // it finds the one that runs
    begun(startQuizAttempt.id);
  });
  return html`
    <form class="stack" onSubmit=${submit}>
      <ul class="parts muted">
        <li>${t("attempts.is_saved")}</li>
        ${timeLimitMinutes !== null && html`<li>${t("attempts.time_runs")}</li>`}
        <li>${t("attempts.is_logged")}</li>
      </ul>
      <${FormError} failure=${failure} />
      <div><${SubmitButton} busy=${busy}>${t(mySubmissions.length === 0 ? "quizzes.begin" : "quizzes.begin_another")}<//></div>
    </form>
  `;
}
