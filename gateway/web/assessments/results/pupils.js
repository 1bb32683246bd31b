// The board of a game: everybody who played, as many at once as one can look through.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { setQuery } from "../../app/router.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { SearchField } from "../../kit/search-field.js";
import { Empty, Loaded } from "../../kit/states.js";
import { Table } from "../../kit/table.js";
import { GAME_PUPILS } from "./documents.js";

/**
 * @typedef {import("./documents.js").GamePupilsQuery["liveQuizResults"]["nodes"][number]} Pupil
 * @typedef {import("./documents.js").LiveQuizResultSort} Sort
 */

export const PAGE = 50;

/** @type {Record<string, Sort>} */
const SORTS = { rank: "RANK", "rank-down": "RANK_LAST", name: "NICKNAME", "name-down": "NICKNAME_LAST" };

/** @param {{ game: import("./game.js").Game, query: URLSearchParams }} properties */
export function Pupils({ game, query }) {
  const chosen = query.get("sort") ?? "rank";
  const sort = SORTS[chosen] ?? "RANK";
  const nickname = query.get("name") ?? "";
  const pupils = usePages(GAME_PUPILS, { id: game.id, sort, nickname: nickname || null, size: PAGE }, ({ liveQuizResults }) => liveQuizResults);
  const hrefOf = (/** @type {Pupil} */ { playerId }) => {
    const address = new URLSearchParams(query);
    address.set("pupil", playerId);
    return `/games/${game.id}?${address}`;
  };
  const sorting = { column: sort.startsWith("RANK") ? "rank" : "name", descending: sort.endsWith("_LAST") };
  const onSort = (/** @type {import("../../kit/table.js").Sorting} */ { column, descending }) => setQuery({ sort: `${column}${descending ? "-down" : ""}` }, {});
  const found = nickname && pupils.total !== null ? t("results.found", { count: pupils.total }) : "";
  return html`
    <section class="card stack">
      <${SearchField} label=${t("results.find_pupil")} value=${nickname} found=${found} onSearch=${(/** @type {string} */ name) => setQuery({ name })} />
      <${Loaded} query=${pupils} lines=${8}>
        ${() =>
          pupils.nodes.length === 0
            ? html`<${Empty} title=${t(nickname ? "results.nobody_found" : "results.nobody_played")} />`
            : html`
                <${Table} caption=${t("results.tab_pupils")} captionHidden rows=${pupils.nodes} keyOf=${(/** @type {Pupil} */ { playerId }) => playerId} columns=${columnsOf(game.questions.length, hrefOf)} sorting=${sorting} onSort=${onSort} />
                <${LoadMore} pages=${pupils} />
              `}
      <//>
    </section>
  `;
}

/**
 * @param {number} questions
 * @param {((pupil: Pupil) => string) | null} hrefOf
 */
export function columnsOf(questions, hrefOf) {
  const name = (/** @type {Pupil} */ pupil) => (hrefOf ? html`<a href=${hrefOf(pupil)} dir="auto">${pupil.nickname}</a>` : html`<bdi>${pupil.nickname}</bdi>`);
  return [
    { name: "rank", label: t("results.rank"), number: true, sortable: hrefOf !== null, cell: (/** @type {Pupil} */ { rank }) => formatNumber(rank) },
    { name: "name", label: t("results.name"), heads: true, sortable: hrefOf !== null, cell: name },
    { name: "score", label: t("results.score"), number: true, cell: (/** @type {Pupil} */ { score }) => formatNumber(score) },
    { name: "correct", label: t("results.right_answers"), number: true, cell: (/** @type {Pupil} */ { correct }) => t("kit.shown_of", { shown: correct, total: questions }) },
    { name: "answered", label: t("results.answered"), number: true, cell: (/** @type {Pupil} */ { answered }) => formatNumber(answered) },
  ];
}
