// What came of an attempt: the score, each answer beside the right one as far as the quiz shows it, and what the teacher says.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { handedOver, outcomeOf } from "../../app/left-sealed.js";
import { formatDate, formatDuration, formatNumber, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { Empty, Loaded } from "../../kit/states.js";
import { HistoryDetails } from "../grading/history-details.js";
import { AnswerList } from "../results/answers.js";
import { countsText, shownText } from "../quizzes/scoring-words.js";
import { AttemptLines, countingAttempt } from "../quizzes/attempt-lines.js";
import { ATTEMPT_RESULT } from "./documents.js";
import { isIn, refusalOf } from "../quizzes/refusal.js";

const SEALED = () => import("./sealed-answers.js").then(({ SealedAnswers }) => SealedAnswers);
const NOT_TAKEN = () => import("./sealed-notes.js").then(({ NotTaken }) => NotTaken);
const SHEET = () => import("./sheet-download.js").then(({ SheetDownload }) => SheetDownload);

/** @typedef {NonNullable<import("./documents.js").AttemptResultQuery["quizSubmission"]>} Submission */

/** @param {{ params: { id: string } }} properties */
export default function AttemptResultPage({ params: { id } }) {
  const result = useQuery(ATTEMPT_RESULT, { id }, { offline: true });
  return html`
    <div class="medium stack">
      ${result.data === null && html`<h1 class="sr-only">${t("attempts.result")}</h1>`}
      <${Loaded} query=${result} lines=${8}>
        ${(/** @type {import("./documents.js").AttemptResultQuery} */ { quizSubmission }) => (quizSubmission ? html`<${Result} submission=${quizSubmission} reload=${result.reload} />` : html`<${NoAttempt} />`)}
      <//>
    </div>
  `;
}

function NoAttempt() {
  return html`
    <h1 class="sr-only">${t("attempts.result")}</h1>
    <div class="card"><${Empty} title=${t("attempts.no_attempt")} text=${t("attempts.no_attempt_text")}><p><a class="button" href="/home">${t("frame.home")}</a></p><//></div>
  `;
}

/** @param {{ submission: Submission, reload: () => Promise<void> }} properties */
function Result({ submission, reload }) {
  const { quiz, student, attemptNumber, submittedAt, status, feedback, answers, resultShown, sealed } = submission;
  const own = useStore(session, ({ user }) => user?.id === student.id);
  useEffect(() => {
    document.title = `${t("attempts.result")}: ${quiz.title} · Stoa`;
  }, [quiz.title]);
  useEffect(() => handedOver.subscribe(() => void reload()), [reload]);
  const refused = own && sealed === null ? outcomeOf(submission.id)?.code : null;
  const rightHidden = own && resultShown && answers.length > 0 && !quiz.showCorrectAnswers;
  return html`
    <header class="game-heading">
      <p class="muted"><a href=${`/courses/${quiz.course.id}`} dir="auto">${quiz.course.title}</a> · <a href=${`/courses/${quiz.course.id}/lessons/${quiz.lesson.id}`} dir="auto">${quiz.lesson.title}</a></p>
      <h1 dir="auto">${quiz.title}</h1>
      <p class="muted">${!own && html`<bdi>${student.profile.fullName}</bdi> · `}${t("quizzes.attempt", { number: attemptNumber })}${submittedAt && html` · ${formatDate(submittedAt)}`}${!own && html` · <a href=${`/quizzes/${quiz.id}/grading`}>${t("grading.title")}</a>`}</p>
    </header>
    ${status === "STARTED" ? html`<${Running} quizId=${quiz.id} own=${own} />` : html`<${Score} submission=${submission} own=${own} />`}
    ${sealed && status === "SUBMITTED" && html`<${Later} load=${SEALED} id=${submission.id} own=${own} questions=${answers} onDone=${reload} />`}
    ${refused && html`<${Later} load=${NOT_TAKEN} code=${refused} />`}
    ${feedback && html`<section class="card stack" aria-labelledby="feedback"><h2 id="feedback">${t("attempts.feedback")}</h2><p class="plain-text" dir="auto">${feedback}</p></section>`}
    ${answers.length > 0 &&
    html`
      <h2>${t(own ? "results.your_answers" : "attempts.answers")}</h2>
      ${rightHidden && html`<p class="muted">${t("results.right_ones_hidden")}</p>`}
      <${AnswerList} answers=${answers.map(answerOf)} yours=${own} />
    `}
    ${submission.mayPractise && answers.length > 0 && html`<p class="no-print"><a class="button" href=${`/attempts/${submission.id}/practice`}>${t(own ? "results.practise" : "results.practice")}</a></p>`}
    ${status === "SUBMITTED" && html`<${Later} load=${SHEET} id=${submission.id} />`}
    ${!own && answers.length > 0 && html`<section class="card stack" aria-label=${t("grading.history")}><${HistoryDetails} submissionId=${submission.id} /></section>`}
    ${own && html`<${OtherAttempts} submission=${submission} />`}
  `;
}

/** As the lists of results draw it. @param {Submission["answers"][number]} answer @param {number} index */
function answerOf({ earned, most, comment, review, leftOut, correct, ...answer }, index) {
  return { ...answer, index, points: Number(earned), most: Number(most), correct: review || leftOut ? null : correct, waits: review, feedback: comment, elapsedMs: null, recounted: false };
}

/** @param {{ quizId: string, own: boolean }} properties */
function Running({ quizId, own }) {
  return html`<div class="card stack"><p>${t("quizzes.in_progress")}</p>${own && html`<p><a class="button primary" href=${`/quizzes/${quizId}/take`}>${t("quizzes.go_on")}</a></p>`}</div>`;
}

/** @param {{ submission: Submission, own: boolean }} properties */
function Score({ submission, own }) {
  const { quiz, ending, resultShown, scorePercentage, pointsEarned, pointsPossible, timeTakenSeconds, gradingStatus } = submission;
  const waits = gradingStatus === "PENDING_REVIEW";
  const isPassed = scorePercentage !== null && scorePercentage >= quiz.passingScore;
  const ended = ending === "DEADLINE" ? t("attempts.ended_deadline") : ending === "TEACHER" && own ? t("attempts.ended_teacher") : null;
  const held = resultShown ? null : waits ? t("attempts.held_grading") : quiz.resultsShown === "CLOSED" && quiz.availableUntil ? t("attempts.held_until", { date: formatDate(quiz.availableUntil) }) : t("attempts.held_when", { when: shownText(quiz.resultsShown) });
  return html`
    ${ended && html`<p class="muted">${ended}</p>`}
    ${own && held && html`<div class="card stack" role="status"><h2>${t("attempts.handed_in")}</h2><p>${held}</p></div>`}
    ${!own && waits && html`<p class="hint" role="status">${t("quizzes.waits_for_grading")}</p>`}
    ${scorePercentage !== null &&
    html`
      <dl class="result-facts">
        <div class="result-fact"><dt>${t(isPassed ? "attempts.passed" : "attempts.not_passed")}</dt><dd><b>${formatNumber(scorePercentage / 100, { style: "percent", maximumFractionDigits: 2 })}</b></dd></div>
        <div class="result-fact"><dt>${t("attempts.points")}</dt><dd><b>${t("kit.shown_of", { shown: formatNumber(Number(pointsEarned), { maximumFractionDigits: 2 }), total: formatNumber(Number(pointsPossible), { maximumFractionDigits: 2 }) })}</b></dd></div>
        ${timeTakenSeconds !== null && html`<div class="result-fact"><dt>${t("attempts.time_limit")}</dt><dd><b>${formatDuration(Math.max(60, timeTakenSeconds))}</b></dd></div>`}
      </dl>
    `}
  `;
}

/** @param {{ submission: Submission }} properties */
function OtherAttempts({ submission: { id, quiz } }) {
  const { mySubmissions, attemptsCount } = quiz;
  const refusal = refusalOf(quiz, isIn(quiz.course.myEnrollment), Date.now());
  const running = mySubmissions.some(({ status }) => status === "STARTED");
  const word = running ? "quizzes.go_on" : "quizzes.begin_another";
  return html`
    <section class="card stack no-print" aria-labelledby="all-attempts">
      <h2 id="all-attempts">${t("attempts.before")}</h2>
      ${mySubmissions.length > 1 && html`<p class="muted">${t("attempts.which_counts")}: ${countsText(attemptsCount)}</p>`}
      <${AttemptLines} attempts=${mySubmissions} current=${id} counting=${mySubmissions.length > 1 ? countingAttempt(mySubmissions, attemptsCount) : null} />
      ${running || refusal === null ? html`<p><a class="button" href=${`/quizzes/${quiz.id}/take`}>${t(word)}</a></p>` : html`<p class="muted">${refusal}</p>`}
    </section>
  `;
}
