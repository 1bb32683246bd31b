// Quizzes in a list for those who take them: not begun, in progress, handed in, with the way on.

import { html } from "../../app/html.js";
import { formatDate, formatDuration, t } from "../../app/locale.js";
import { countingAttempt, outcomeText } from "./attempt-lines.js";
import { refusalOf } from "./refusal.js";

/**
 * @typedef {import("./attempt-lines.js").Attempt & { deadlineAt: string | null }} Attempt
 * @typedef {object} Quiz
 * @property {string} id
 * @property {string} title
 * @property {number | null} timeLimitMinutes
 * @property {number} maxAttempts
 * @property {import("./scoring-words.js").AttemptsCount} attemptsCount
 * @property {string | null} availableFrom
 * @property {string | null} availableUntil
 * @property {readonly Attempt[]} mySubmissions
 */

/** @param {{ quizzes: readonly Quiz[], isStudent: boolean }} properties */
export function QuizLines({ quizzes, isStudent }) {
  return html`<ul class="lines">${quizzes.map((quiz) => html`<${QuizLine} key=${quiz.id} quiz=${quiz} isStudent=${isStudent} />`)}</ul>`;
}

/** @param {{ quiz: Quiz, isStudent: boolean }} properties */
function QuizLine({ quiz, isStudent }) {
  const { id, title, mySubmissions, attemptsCount } = quiz;
  const running = mySubmissions.find(({ status }) => status === "STARTED");
  const counting = countingAttempt(mySubmissions, attemptsCount);
  const shown = mySubmissions.find((each) => each.id === counting) ?? mySubmissions[mySubmissions.length - 1];
  const refusal = refusalOf(quiz, isStudent, Date.now());
  const word = running ? "quizzes.go_on" : mySubmissions.length > 0 ? "quizzes.begin_another" : "quizzes.begin";
  return html`
    <li data-quiz=${id}>
      <div class="grow">
        <b dir="auto">${title}</b>
        <p class="muted">${stateText(quiz, running, shown, refusal)}</p>
      </div>
      ${shown && !running && html`<a class="button small" href=${`/attempts/${shown.id}`} aria-label=${`${t("quizzes.to_result")}: ${title}`}>${t("quizzes.to_result")}</a>`}
      ${(running || refusal === null) && html`<a class=${`button small ${shown && !running ? "" : "primary"}`} href=${`/quizzes/${id}/take`} aria-label=${`${t(word)}: ${title}`}>${t(word)}</a>`}
    </li>
  `;
}

/**
 * @param {Quiz} quiz
 * @param {Attempt | undefined} running
 * @param {Attempt | undefined} shown
 * @param {string | null} refusal
 */
function stateText({ timeLimitMinutes }, running, shown, refusal) {
  if (running) return running.deadlineAt ? t("quizzes.running_until", { date: formatDate(running.deadlineAt) }) : t("quizzes.in_progress");
  if (shown) return t("quizzes.handed_in", { outcome: outcomeText(shown) });
  if (refusal) return refusal;
  return timeLimitMinutes === null ? t("quizzes.not_begun") : `${t("quizzes.not_begun")} · ${formatDuration(timeLimitMinutes * 60)}`;
}
