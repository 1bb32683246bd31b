// Practice: the questions of a finished game once more, one at a time, until they are right. No score changes.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { Loaded } from "../../kit/states.js";
import { PRACTICE } from "./documents.js";
import { Nothing, Practising } from "./practising.js";
import { ofGame } from "./sources.js";

/** @param {{ params: { id: string }, query: URLSearchParams }} properties */
export default function PracticePage({ params: { id }, query }) {
  const practice = useQuery(PRACTICE, { id }, { offline: true });
  return html`
    <div class="medium stack practice">
      ${practice.data === null && html`<h1 class="sr-only">${t("practice.title")}</h1>`}
      <${Loaded} query=${practice} lines=${8}>
        ${(/** @type {import("./documents.js").PracticeQuery} */ { liveQuiz }) =>
          liveQuiz ? html`<${Shown} game=${liveQuiz} query=${query} />` : html`<${Nothing} title=${t("results.no_such_game")} text=${t("results.no_such_game_text")} />`}
      <//>
    </div>
  `;
}

/** @param {{ game: import("./sources.js").Game, query: URLSearchParams }} properties */
function Shown({ game, query }) {
  const { id, title, state, mayPractise, myResult } = game;
  useEffect(() => {
    document.title = `${t("practice.title")}: ${title} · Stoa`;
  }, [title]);
  if (state !== "FINISHED") return html`<${Nothing} title=${title} text=${t("results.not_over")} />`;
  if (!mayPractise && !myResult) return html`<${Nothing} title=${t("frame.forbidden")} text=${t("practice.not_played")} />`;
  if (mayPractise) return html`<${Practising} source=${ofGame(game)} query=${query} />`;
  return html`<${Nothing} title=${t("practice.off")} text=${t("practice.off_text")}>${myResult && html`<p><a class="button" href=${`/my-results/${id}`}>${t("results.my_result")}</a></p>`}<//>`;
}
