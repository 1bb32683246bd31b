// Before an attempt: what awaits one, and whether one may begin.

import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { outcomeOf } from "../../app/left-sealed.js";
import { formatDate, formatDuration, formatNumber, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { FormError, PasswordField, SubmitButton, useSubmit } from "../../kit/form.js";
import { RichText } from "../../text/rich-text.js";
import { countsText, shownText } from "../quizzes/scoring-words.js";
import { AttemptLines } from "../quizzes/attempt-lines.js";
import { START_ATTEMPT } from "./documents.js";
import { isIn, refusalOf } from "../quizzes/refusal.js";

const SEALED = () => import("./sealed-notes.js").then(({ SealedNotes }) => SealedNotes);

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
    ${mySubmissions.some(({ id, sealed }) => sealed || outcomeOf(id)) && html`<${Later} load=${SEALED} attempts=${mySubmissions} />`}
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
  const { type, passingScore, maxAttempts, attemptsCount, availableUntil, resultsShown, mySubmissions } = quiz;
  const used = mySubmissions.length;
  const attempts = maxAttempts === 0 ? t("attempts.as_many") : t("kit.shown_of", { shown: Math.max(0, maxAttempts - used), total: maxAttempts });
  /** @type {[string, any][]} */
  const facts = [
    [t("attempts.time_limit"), limitOf(quiz)],
    [t("attempts.attempts_left"), attempts],
    [t("attempts.passing"), formatNumber(passingScore / 100, { style: "percent" })],
    [t("attempts.kind"), t(`enums.quiz_type.${type}`)],
  ];
  if (availableUntil) facts.push([t("attempts.open_until"), formatDate(availableUntil)]);
  if (maxAttempts !== 1) facts.push([t("attempts.which_counts"), countsText(attemptsCount)]);
  facts.push([t("attempts.results_when"), shownText(resultsShown)]);
  return html`<dl class="attempt-facts">${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** How long this student has. @param {Quiz} quiz */
function limitOf({ timeLimitMinutes, myExtraTime, myUnlimitedTime }) {
  if (timeLimitMinutes === null) return t("attempts.no_limit");
  if (myUnlimitedTime) return t("attempts.unlimited");
  const limit = formatDuration(timeLimitMinutes * 60 * myExtraTime);
  return myExtraTime > 1 ? html`${limit} <span class="muted">${t("attempts.with_extra_time")}</span>` : limit;
}

/** @param {{ quiz: Quiz, begun: (submissionId: string) => void }} properties */
function BeginForm({ quiz: { id, timeLimitMinutes, mySubmissions, needsPassword, myUnlimitedTime }, begun }) {
  const [password, setPassword] = useState("");
  const [asks, setAsks] = useState(needsPassword);
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { startQuizAttempt } = await request(START_ATTEMPT, { quizId: id, password: asks ? password : null }, { repeatable: true }); // it finds the one that runs
    begun(startQuizAttempt.id);
  });
  const wrong = failure?.code === "QUIZ_PASSWORD_WRONG" ? wrongText(failure.details) : null;
  useEffect(() => {
    if (failure?.code === "QUIZ_PASSWORD_REQUIRED") setAsks(true); // it has one since the page was read
  }, [failure]);
  return html`
    <form class="stack" onSubmit=${submit}>
      <ul class="parts muted">
        <li>${t(isSecureContext ? "attempts.is_saved" : "attempts.is_saved_plain")}</li>
        ${timeLimitMinutes !== null && !myUnlimitedTime && html`<li>${t("attempts.time_runs")}</li>`}
        <li>${t("attempts.is_logged")}</li>
      </ul>
      ${asks && html`<${PasswordField} label=${t("attempts.password")} hint=${t("attempts.password_hint")} name="password" required autocomplete="off" value=${password} onChange=${setPassword} error=${wrong ?? errorOf("password")} />`}
      <${FormError} failure=${wrong ? null : failure} shownFields=${["password"]} />
      <div><${SubmitButton} busy=${busy}>${t(mySubmissions.length === 0 ? "quizzes.begin" : "quizzes.begin_another")}<//></div>
    </form>
  `;
}

/** @param {Record<string, any>} details Of the refusal. */
function wrongText({ retry_after_seconds: seconds }) {
  return seconds === undefined ? t("errors.QUIZ_PASSWORD_WRONG") : t("attempts.password_wait", { count: Math.ceil(seconds / 60) });
}
