// How the same question went in earlier games.

import { html } from "../../app/html.js";
import { formatDate, formatNumber, formatPercent, t } from "../../app/locale.js";

/** @param {{ question: import("./questions.js").Question }} properties */
export function EarlierShares({ question: { earlier, correctShare } }) {
  const counted = earlier.filter((each) => each.correctShare !== null);
  if (counted.length === 0) return null;
  return html`
    <div class="earlier">
      <p class="muted">${t("results.earlier_games")}</p>
      <ul class="earlier-list">
        ${counted.map(
          (each) => html`
            <li key=${each.liveQuizId}><a href=${`/games/${each.liveQuizId}`}>${formatDate(each.revealedAt, { dateStyle: "medium" })}</a> <b class="tabular">${formatPercent(Number(each.correctShare))}</b></li>
          `,
        )}
      </ul>
      <${Change} now=${correctShare} before=${counted[0].correctShare} />
    </div>
  `;
}

/** By how many percentage points it is better or worse than before. @param {{ now: number | null, before: number | null }} properties */
export function Change({ now, before }) {
  if (now === null || before === null) return null;
  const points = Math.round(100 * now) - Math.round(100 * before);
  const kind = points > 0 ? "good" : points < 0 ? "bad" : "plain";
  const word = points > 0 ? t("results.better", { count: points }) : points < 0 ? t("results.worse", { count: -points }) : t("results.same");
  return html`<span class=${`chip ${kind}`} title=${word}><span aria-hidden="true">${points > 0 ? "▲" : points < 0 ? "▼" : "="} ${points === 0 ? "" : formatNumber(Math.abs(points))}</span><span class="sr-only">${word}</span></span>`;
}
