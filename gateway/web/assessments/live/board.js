// The leaderboard, and one's own place on it or below.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";

/**
 * @typedef {import("./wire.js").Standing} Standing
 * @param {{ standings: Standing[], me?: string, movement?: boolean }} properties `movement`: how each place has changed, where that is known.
 */
export function Board({ standings, me, movement = false }) {
  const known = movement && standings.some((standing) => typeof standing.moved === "number");
  return html`<ol class="board">${standings.map((standing) => html`<${Line} key=${standing.playerId} standing=${standing} isMe=${standing.playerId === me} movement=${known} />`)}</ol>`;
}

/**
 * One's own line where the board ends above it, and how far the next place is.
 * @param {{ standings: Standing[], own: { playerId: string, nickname: string, rank: number, score: number } & import("./wire.js").Distance }} properties
 */
export function OwnPlace({ standings, own }) {
  const onBoard = standings.some((standing) => standing.playerId === own.playerId);
  return html`
    ${!onBoard && standings.length > 0 && html`<ol class="board below" start=${own.rank}><${Line} standing=${{ ...own, correct: 0 }} isMe=${true} movement=${typeof own.moved === "number"} /></ol>`}
    <${Behind} own=${own} />
  `;
}

/** How far the next place is; nothing for the first. @param {{ own: import("./wire.js").Distance }} properties */
export function Behind({ own: { ahead = 0, behind = 0 } }) {
  return ahead > 0 && html`<p class="muted center behind">${t("live.behind", { count: behind, place: formatNumber(ahead) })}</p>`;
}

/** @param {{ standing: Standing, isMe: boolean, movement: boolean }} properties */
function Line({ standing, isMe, movement }) {
  const streak = standing.streak ?? 0;
  return html`
    <li class=${isMe ? "me" : ""} aria-current=${isMe ? "true" : undefined}>
      <span class="rank tabular">${formatNumber(standing.rank)}</span>
      ${movement && html`<${Moved} places=${standing.moved ?? null} />`}
      <span class="name ellipsis" dir="auto">${standing.nickname}</span>
      ${streak > 1 && html`<span class="chip warn">${t("live.in_a_row", { count: streak })}</span>`}
      <span class="score tabular">${formatNumber(standing.score)}</span>
    </li>
  `;
}

/** How a place has changed: a sign and a number, and the same in words. @param {{ places: number | null }} properties */
export function Moved({ places }) {
  if (places === null) return html`<span class="moved"></span>`;
  const count = Math.abs(places);
  const [kind, sign, words] = places > 0 ? ["up", "▲", t("live.moved_up", { count })] : places < 0 ? ["down", "▼", t("live.moved_down", { count })] : ["", "–", t("live.moved_none")];
  return html`<span class=${`moved ${kind}`}><span aria-hidden="true">${sign}${count > 0 && html`<b class="tabular">${formatNumber(count)}</b>`}</span><span class="sr-only">${words}</span></span>`;
}
