// The games of a course in which one has played: one's result, and practice of what went wrong.

import { html } from "../app/html.js";
import { formatDate, t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { GAMES_PLAYED } from "./documents.js";

/** @typedef {import("./documents.js").GamesPlayedQuery["playedGames"]["nodes"][number]} Game */

/** @param {{ courseId: string }} properties */
export function GamesPlayed({ courseId }) {
  const { data } = useQuery(GAMES_PLAYED, { courseId }, { offline: true });
  const games = data?.playedGames.nodes ?? [];
  if (games.length === 0) return null;
  return html`
    <section class="card stack" aria-labelledby="games-played">
      <h2 id="games-played">${t("courses.games_played")}</h2>
      <ul class="lines">${games.map((game) => html`<${Played} key=${game.id} game=${game} />`)}</ul>
    </section>
  `;
}

/** @param {{ game: Game }} properties */
function Played({ game: { id, title, finishedAt, mayPractise, myResult } }) {
  return html`
    <li>
      <div class="grow">
        <b dir="auto">${title}</b>
        <p class="muted">${finishedAt && `${formatDate(finishedAt)} · `}${myResult && t("courses.right_of", { right: myResult.correct, count: myResult.details.length })}</p>
      </div>
      <a class="button small" href=${`/my-results/${id}`} aria-label=${t("courses.result_of", { title })}>${t("courses.my_result")}</a>
      ${mayPractise && html`<a class="button small primary" href=${`/games/${id}/practice`} aria-label=${t("courses.practise_game", { title })}>${t("courses.practise")}</a>`}
    </li>
  `;
}
