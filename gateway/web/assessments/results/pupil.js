// One pupil's answers in a game, each beside the right one.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { Empty, Loaded } from "../../kit/states.js";
import { AnswerList } from "./answers.js";
import { GAME_PUPIL } from "./documents.js";

/** @param {{ game: string, player: string, back: string }} properties */
export function Pupil({ game, player, back }) {
  const pupil = useQuery(GAME_PUPIL, { id: game, playerId: player });
  return html`
    <section class="stack">
      <p class="no-print"><a class="button small" href=${`/games/${game}${back}`}>${t("results.all_pupils")}</a></p>
      <${Loaded} query=${pupil} lines=${8}>
        ${(/** @type {import("./documents.js").GamePupilQuery} */ { liveQuizResults: { nodes } }) =>
          nodes.length === 0
            ? html`<div class="card"><${Empty} title=${t("results.no_such_pupil")} /></div>`
            : html`
                <h2 dir="auto">${nodes[0].nickname}</h2>
                <${ResultFacts} result=${nodes[0]} />
                <${AnswerList} answers=${nodes[0].details} />
              `}
      <//>
    </section>
  `;
}

/** @param {{ result: { rank: number, score: number, correct: number, details: readonly unknown[] }, players?: number }} properties */
export function ResultFacts({ result: { rank, score, correct, details }, players }) {
  return html`
    <dl class="result-facts">
      <div class="result-fact"><dt>${t("results.rank")}</dt><dd><b>${players ? t("kit.shown_of", { shown: rank, total: players }) : formatNumber(rank)}</b></dd></div>
      <div class="result-fact"><dt>${t("results.score")}</dt><dd><b>${formatNumber(score)}</b></dd></div>
      <div class="result-fact"><dt>${t("results.right_answers")}</dt><dd><b>${t("kit.shown_of", { shown: correct, total: details.length })}</b></dd></div>
    </dl>
  `;
}
