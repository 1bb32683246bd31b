// The questions of a game beside the same ones in earlier games.

import { html } from "../../app/html.js";
import { formatDate, formatPercent, t } from "../../app/locale.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { Table } from "../../kit/table.js";
import { COMPARED_QUESTIONS } from "./documents.js";
import { Change } from "./earlier.js";

/** @typedef {import("./documents.js").ComparedQuestionsQuery["liveQuizQuestions"]["nodes"][number]} Question */

const COLUMNS = 5; // of earlier games, the newest

/** @param {{ game: import("./game.js").Game }} properties */
export function Compared({ game }) {
  const questions = usePages(COMPARED_QUESTIONS, { id: game.id }, ({ liveQuizQuestions }) => liveQuizQuestions);
  return html`
    <${Loaded} query=${questions} lines=${6}>
      ${() => {
        const games = earlierGames(questions.nodes);
        if (games.length === 0) return html`<div class="card"><${Empty} title=${t("results.nothing_earlier")} text=${t("results.nothing_earlier_text")} /></div>`;
        return html`
          <section class="card stack">
            <${Table} caption=${t("results.compare_caption")} rows=${questions.nodes} keyOf=${(/** @type {Question} */ { index }) => String(index)} columns=${columnsOf(games)} />
            <${LoadMore} pages=${questions} />
          </section>
        `;
      }}
    <//>
  `;
}

/** The newest of the games in which any of the questions was played before. @param {readonly Question[]} questions */
function earlierGames(questions) {
  /** @type {Map<string, string>} */
  const moments = new Map();
  for (const { liveQuizId, revealedAt } of questions.flatMap(({ earlier }) => earlier)) {
    if (revealedAt > (moments.get(liveQuizId) ?? "")) moments.set(liveQuizId, revealedAt);
  }
  return [...moments].map(([id, at]) => ({ id, at })).sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, COLUMNS);
}

/** @param {{ id: string, at: string }[]} games */
function columnsOf(games) {
  const shareIn = (/** @type {Question} */ { earlier }, /** @type {string} */ id) => earlier.find(({ liveQuizId }) => liveQuizId === id)?.correctShare ?? null;
  const text = (/** @type {number | null} */ share) => (share === null ? "–" : formatPercent(share));
  const before = (/** @type {Question} */ { earlier }) => earlier.find(({ correctShare }) => correctShare !== null)?.correctShare ?? null;
  return [
    { name: "question", label: t("results.question"), heads: true, value: (/** @type {Question} */ { index }) => index, cell: (/** @type {Question} */ { index, questionText }) => html`<bdi>${index + 1}. ${questionText}</bdi>` },
    { name: "now", label: t("results.this_game"), number: true, value: (/** @type {Question} */ { correctShare }) => correctShare, cell: (/** @type {Question} */ { correctShare }) => html`<b>${text(correctShare)}</b>` },
    { name: "change", label: t("results.change"), number: true, value: (/** @type {Question} */ row) => (row.correctShare === null || before(row) === null ? null : row.correctShare - Number(before(row))), cell: (/** @type {Question} */ row) => html`<${Change} now=${row.correctShare} before=${before(row)} />` },
    ...games.map(({ id, at }) => ({ name: id, label: formatDate(at, { dateStyle: "short", timeStyle: "short" }), number: true, value: (/** @type {Question} */ row) => shareIn(row, id), cell: (/** @type {Question} */ row) => text(shareIn(row, id)) })),
  ];
}
