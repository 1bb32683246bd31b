// What a player got in a game that is over: the own answers beside the right ones, as the quiz shows them.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { Empty, Loaded } from "../../kit/states.js";
import { AnswerList } from "./answers.js";
import { MY_RESULT } from "./documents.js";
import { ResultFacts } from "./pupil.js";

/** @typedef {import("./documents.js").MyResultQuery} MyResult */

/** @param {{ params: { id: string } }} properties */
export default function MyResultsPage({ params: { id } }) {
  const query = useQuery(MY_RESULT, { id }, { offline: true });
  return html`
    <div class="medium stack">
      <${Loaded} query=${query} lines=${8}>
        ${(/** @type {MyResult} */ { liveQuiz }) => (liveQuiz ? html`<${Shown} game=${liveQuiz} />` : html`<${Nothing} title=${t("results.no_such_game")} text=${t("results.no_such_game_text")} />`)}
      <//>
    </div>
  `;
}

/** @param {{ title: string, text: string }} properties */
function Nothing({ title, text }) {
  return html`<h1 class="sr-only">${t("results.my_result")}</h1><div class="card"><${Empty} title=${title} text=${text}><p><a class="button" href="/home">${t("frame.home")}</a></p><//></div>`;
}

/** @param {{ game: NonNullable<MyResult["liveQuiz"]> }} properties */
function Shown({ game: { id, title, state, finishedAt, course, playerCount, mayPractise, myResult } }) {
  useEffect(() => {
    document.title = `${title} · Stoa`;
  }, [title]);
  if (state !== "FINISHED") return html`<${Nothing} title=${title} text=${t("results.not_over")} />`;
  if (!myResult) return html`<${Nothing} title=${title} text=${t("results.not_played")} />`;
  const hidden = myResult.details.length > 0 && myResult.details.every(({ rightAnswer }) => rightAnswer === null);
  return html`
    <header class="game-heading">
      <h1 dir="auto">${title}</h1>
      <p class="muted">${course && html`<a href=${`/courses/${course.id}`} dir="auto">${course.title}</a> · `}${finishedAt && html`${formatDate(finishedAt)} · `}${t("results.as_name", { name: myResult.nickname })}</p>
    </header>
    <${ResultFacts} result=${myResult} players=${playerCount} />
    ${mayPractise && html`<p><a class="button primary" href=${`/games/${id}/practice`}>${t("results.practise")}</a></p>`}
    <h2>${t("results.your_answers")}</h2>
    ${hidden && html`<p class="muted">${t("results.right_ones_hidden")}</p>`}
    <${AnswerList} answers=${myResult.details} yours />
  `;
}
