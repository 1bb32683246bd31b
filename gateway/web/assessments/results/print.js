// All of a game on paper: the summary, every question, and the whole board.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { usePages } from "../../kit/pager.js";
import { Failed } from "../../kit/states.js";
import { Table } from "../../kit/table.js";
import { GAME_PUPILS, GAME_QUESTIONS } from "./documents.js";
import { columnsOf } from "./pupils.js";
import { QuestionBars, QuestionHead } from "./question.js";
import { Facts, Heading } from "./summary.js";

const PAGE = 100;

/** @param {{ game: import("./game.js").Game }} properties */
export function Printed({ game }) {
  const questions = usePages(GAME_QUESTIONS, { id: game.id, sort: "PLAYED" }, ({ liveQuizQuestions }) => liveQuizQuestions);
  const pupils = usePages(GAME_PUPILS, { id: game.id, sort: "RANK", nickname: null, size: PAGE }, ({ liveQuizResults }) => liveQuizResults);
  useWhole(questions);
  useWhole(pupils);
  const failed = [questions, pupils].find((each) => each.failure ?? each.moreFailed);
  const isWhole = [questions, pupils].every((each) => each.data !== null && !each.more);
  return html`
    <p class="row no-print">
      <a class="button small" href=${`/games/${game.id}`}>${t("results.back_to_game")}</a>
      <button type="button" class="small primary" aria-disabled=${isWhole ? undefined : "true"} onClick=${() => isWhole && window.print()}>${t("results.print")}</button>
      ${!isWhole && !failed && html`<span class="muted" role="status">${t("results.fetching", { count: pupils.nodes.length })}</span>`}
    </p>
    ${failed && html`<${Failed} failure=${failed.failure ?? failed.moreFailed} retry=${() => (failed.failure ? failed.reload() : failed.loadMore())} />`}
    <${Heading} game=${game} />
    <${Facts} game=${game} />
    <section class="stack">
      <h2>${t("results.tab_questions")}</h2>
      <ol class="stack">${questions.nodes.map((question) => html`<li key=${question.index} class="card stack question-result"><${QuestionHead} question=${question} level=${3} /><${QuestionBars} question=${question} /></li>`)}</ol>
    </section>
    <section class="stack board-printed">
      <h2>${t("results.tab_pupils")} <span class="muted">(${formatNumber(pupils.nodes.length)})</span></h2>
      <${Table} caption=${t("results.tab_pupils")} captionHidden rows=${pupils.nodes} keyOf=${(/** @type {import("./pupils.js").Pupil} */ { playerId }) => playerId} columns=${columnsOf(game.questions.length, null)} />
    </section>
  `;
}

/** Fetch one page after the other. @param {import("../../kit/pager.js").Pages<any, any>} pages */
function useWhole(pages) {
  const { more, loadingMore, moreFailed, loadMore, nodes } = pages;
  useEffect(() => {
    if (more && !loadingMore && !moreFailed) loadMore();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each page that has come
  }, [more, nodes.length, loadingMore]);
}
