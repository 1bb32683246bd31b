// The quizzes of a lesson: how far one is with each, and the way in; also into a game that runs now.

import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { QuizLines } from "../../assessments/quizzes/quiz-lines.js";
import { LESSON_GAMES } from "../documents.js";
import { RunningGame, useLookAgain } from "../running-games.js";

/** @param {{ courseId: string, quizzes: readonly import("../../assessments/quizzes/quiz-lines.js").Quiz[], isStudent: boolean }} properties */
export function LessonGames({ courseId, quizzes, isStudent }) {
  const { data, reload } = useQuery(LESSON_GAMES, { courseId });
  useLookAgain(reload);
  const running = (data?.course?.liveQuizzes ?? []).filter(({ quiz }) => quizzes.some(({ id }) => id === quiz?.id));
  const played = (data?.playedGames.nodes ?? []).filter(({ quiz }) => quizzes.some(({ id }) => id === quiz?.id));
  return html`
    <section class="stack" aria-labelledby="lesson-games">
      <h2 id="lesson-games">${t("enrollments.quiz_of_lesson", { count: quizzes.length })}</h2>
      ${running.length > 0 && html`<ul class="lines">${running.map((game) => html`<${RunningGame} key=${game.id} game=${game} />`)}</ul>`}
      <${QuizLines} quizzes=${quizzes} isStudent=${isStudent} />
      ${played.length > 0 && html`<h3>${t("enrollments.games_played")}</h3><ul class="lines">${played.map((game) => html`<${PlayedGame} key=${game.id} game=${game} />`)}</ul>`}
    </section>
  `;
}

/** @param {{ game: import("../documents.js").LessonGamesQuery["playedGames"]["nodes"][number] }} properties */
function PlayedGame({ game: { id, title, finishedAt, mayPractise } }) {
  return html`
    <li>
      <div class="grow"><b dir="auto">${title}</b>${finishedAt && html`<p class="muted">${formatDate(finishedAt)}</p>`}</div>
      <a class="button small" href=${`/my-results/${id}`} aria-label=${`${t("enrollments.my_result")}: ${title}`}>${t("enrollments.my_result")}</a>
      ${mayPractise && html`<a class="button small" href=${`/games/${id}/practice`} aria-label=${`${t("enrollments.practise")}: ${title}`}>${t("enrollments.practise")}</a>`}
    </li>
  `;
}
