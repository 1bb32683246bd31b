// Attempts in a list, each with its state and the way to it.

import { html } from "../../app/html.js";
import { formatDate, formatNumber, t } from "../../app/locale.js";

/**
 * @typedef {object} Attempt
 * @property {string} id
 * @property {number} attemptNumber
 * @property {"STARTED" | "SUBMITTED"} status
 * @property {string} startedAt
 * @property {string | null} submittedAt
 * @property {string} gradingStatus
 * @property {number | null} scorePercentage
 * @property {boolean} resultShown
 */

/** What has come of an attempt, in a word or as a percentage. @param {Attempt} attempt */
export function outcomeText({ status, gradingStatus, scorePercentage, resultShown }) {
  if (status === "STARTED") return t("quizzes.in_progress");
  if (resultShown && scorePercentage !== null) return formatNumber(scorePercentage / 100, { style: "percent", maximumFractionDigits: 2 });
  return t(gradingStatus === "PENDING_REVIEW" ? "quizzes.waits_for_grading" : "quizzes.result_later");
}

/**
 * The id of the one attempt that counts among those whose results are shown; null where none does alone.
 * @param {readonly Attempt[]} attempts In their order.
 * @param {import("./scoring-words.js").AttemptsCount} which
 */
export function countingAttempt(attempts, which) {
  const graded = attempts.filter(({ resultShown, scorePercentage }) => resultShown && scorePercentage !== null);
  if (which === "AVERAGE" || graded.length === 0) return null;
  if (which === "LAST") return graded[graded.length - 1].id;
  return graded.reduce((best, each) => (Number(each.scorePercentage) > Number(best.scorePercentage) ? each : best)).id;
}

/** @param {{ attempts: readonly Attempt[], current?: string, counting?: string | null }} properties `current`: it is the one that is shown. */
export function AttemptLines({ attempts, current, counting = null }) {
  return html`
    <ul class="lines">
      ${attempts.map(
        (attempt) => html`
          <li key=${attempt.id} aria-current=${attempt.id === current ? "true" : undefined}>
            <div class="grow"><b>${t("quizzes.attempt", { number: attempt.attemptNumber })}</b><p class="muted">${formatDate(attempt.submittedAt ?? attempt.startedAt)}</p></div>
            ${attempt.id === counting && html`<span class="chip good">${t("quizzes.counts")}</span>`}
            <b class="tabular">${outcomeText(attempt)}</b>
            ${attempt.status === "SUBMITTED" && attempt.id !== current && html`<a class="button small" href=${`/attempts/${attempt.id}`} aria-label=${`${t("quizzes.to_result")}: ${t("quizzes.attempt", { number: attempt.attemptNumber })}`}>${t("quizzes.to_result")}</a>`}
          </li>
        `,
      )}
    </ul>
  `;
}
