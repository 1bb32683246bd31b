// The questions of a game as they were played, the hardest first or in their order.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { setQuery } from "../../app/router.js";
import { SelectField } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { GAME_QUESTIONS } from "./documents.js";
import { QuestionResult } from "./question.js";

/**
 * @typedef {import("./documents.js").GameQuestionsQuery["liveQuizQuestions"]["nodes"][number]} Question
 * @typedef {{ game: import("./game.js").Game, query: URLSearchParams, reload: () => Promise<void>, mayDecide: boolean }} Properties
 */

/** @param {Properties} properties */
export function Questions({ game, query, reload, mayDecide }) {
  const sort = query.get("sort") === "played" ? "PLAYED" : "HARDEST";
  const questions = usePages(GAME_QUESTIONS, { id: game.id, sort }, ({ liveQuizQuestions }) => liveQuizQuestions);
  const opened = Number(query.get("question")) - 1;
  // What a decision changes would go elsewhere in the list under the hands of who decides.
  const [held, hold] = useState(/** @type {{ sort: string, order: number[] } | null} */ (null));
  const places = new Map(held?.sort === sort ? held.order.map((index, place) => [index, place]) : []);
  const placeOf = (/** @type {Question} */ { index }) => places.get(index) ?? questions.nodes.length;
  const shown = [...questions.nodes].sort((one, other) => placeOf(one) - placeOf(other));
  const changed = () => {
    hold({ sort, order: shown.map(({ index }) => index) });
    return Promise.all([questions.reload(), reload()]);
  };
  const sortBy = (/** @type {string} */ value) => {
    hold(null);
    setQuery({ sort: value === "PLAYED" ? "played" : null }, {});
  };
  const toggle = (/** @type {number} */ index, /** @type {boolean} */ open) => setQuery({ question: open ? String(index + 1) : null }, {});
  return html`
    <section class="stack" aria-label=${t("results.tab_questions")}>
      <div class="sort-field"><${SelectField} label=${t("kit.sort")} value=${sort} options=${[["HARDEST", t("results.hardest_first")], ["PLAYED", t("results.as_played")]]} onChange=${sortBy} /></div>
      <${Loaded} query=${questions} lines=${8}>
        ${() =>
          questions.nodes.length === 0
            ? html`<div class="card"><${Empty} title=${t("results.no_questions")} text=${t("results.no_questions_text")} /></div>`
            : html`
                <ol class="stack">
                  ${shown.map((question) => html`<${QuestionResult} key=${question.index} game=${game} question=${question} mayDecide=${mayDecide} isOpen=${question.index === opened} onToggle=${toggle} onChanged=${changed} />`)}
                </ol>
                <${LoadMore} pages=${questions} />
              `}
      <//>
    </section>
  `;
}
