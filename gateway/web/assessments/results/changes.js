// What a decision has changed: whose score, and from which place to which.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { Table } from "../../kit/table.js";

/**
 * @typedef {import("./documents.js").AcceptAnswerMutation["acceptAnswer"]} Rescored
 * @typedef {Rescored["changed"][number]} Changed
 */

/** @param {{ answer: string, removed: boolean, rescored: Rescored }} properties */
export function Changes({ answer, removed, rescored: { scoresChanged, ranksChanged, addedToQuiz, changed } }) {
  return html`
    <div class="changes stack" role="status">
      <p><b>${t(removed ? "results.no_longer_counts" : "results.now_counts", { answer })}</b> ${t("results.scores_changed", { count: scoresChanged })} ${t("results.ranks_changed", { count: ranksChanged })}</p>
      ${addedToQuiz && html`<p>${t(removed ? "results.still_in_quiz" : "results.added_to_quiz")}</p>`}
      ${changed.length > 0 &&
      html`
        <details>
          <summary>${t("results.show_changes")}</summary>
          <${Table} caption=${t("results.show_changes")} captionHidden rows=${changed} keyOf=${(/** @type {Changed} */ { playerId }) => playerId} columns=${COLUMNS()} />
          ${changed.length < scoresChanged && html`<p class="muted">${t("kit.shown_of", { shown: changed.length, total: scoresChanged })}</p>`}
        </details>
      `}
    </div>
  `;
}

const COLUMNS = () => [
  { name: "name", label: t("results.name"), heads: true, value: (/** @type {Changed} */ { nickname }) => nickname, cell: (/** @type {Changed} */ { nickname }) => html`<bdi>${nickname}</bdi>` },
  { name: "score", label: t("results.score"), number: true, value: (/** @type {Changed} */ { score }) => score, cell: (/** @type {Changed} */ { scoreBefore, score }) => html`<${FromTo} from=${scoreBefore} to=${score} />` },
  { name: "rank", label: t("results.rank"), number: true, value: (/** @type {Changed} */ { rank }) => rank, cell: (/** @type {Changed} */ { rankBefore, rank }) => html`<${FromTo} from=${rankBefore} to=${rank} />` },
];

/** @param {{ from: number, to: number }} properties */
function FromTo({ from, to }) {
  if (from === to) return html`<span>${formatNumber(to)}</span>`;
  return html`<span dir="ltr"><span class="sr-only">${t("results.from_to", { from, to })}</span><span aria-hidden="true">${formatNumber(from)} → <b>${formatNumber(to)}</b></span></span>`;
}
