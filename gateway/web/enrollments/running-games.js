// The games of one's courses that one may enter without a PIN, as they begin and end.

import { useEffect } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { LEARNING_GAMES } from "./documents.js";

const LOOK_EVERY_MS = 10_000;

/** @typedef {{ id: string, title: string, state: string, questionIndex: number, questionCount: number }} Game */

export function RunningGames() {
  const { data, reload } = useQuery(LEARNING_GAMES, {});
  useLookAgain(reload);
  const running = (data?.myEnrollments ?? []).flatMap(({ course }) => course.liveQuizzes.map((game) => ({ game, course })));
  if (running.length === 0) return null;
  return html`
    <section class="card stack" aria-labelledby="running-games">
      <h2 id="running-games">${t("enrollments.running_games")}</h2>
      <ul class="lines">${running.map(({ game, course }) => html`<${RunningGame} key=${game.id} game=${game} course=${course.title} />`)}</ul>
    </section>
  `;
}

/** @param {{ game: Game, course?: string }} properties */
export function RunningGame({ game, course }) {
  const stage = game.state === "LOBBY" ? t("enrollments.game_starting") : t("enrollments.game_question", { number: game.questionIndex + 1, total: game.questionCount });
  return html`
    <li>
      <div class="grow">
        <b dir="auto">${game.title}</b>
        <p class="muted">${course && html`<span dir="auto">${course}</span> · `}${stage}</p>
      </div>
      <a class="button primary" href=${`/play?game=${game.id}`} aria-label=${t("enrollments.enter_game", { title: game.title })}>${t("enrollments.enter")}</a>
    </li>
  `;
}

/**
 * Read anew again and again while the page is seen: games begin without a word to those who wait.
 * @param {() => void} reload
 */
export function useLookAgain(reload) {
  useEffect(() => {
    const timer = setInterval(() => document.hidden || reload(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [reload]);
}
