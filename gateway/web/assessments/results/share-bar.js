// Small charts: bars with their numbers beside them, told apart by patterns and words as well as by colours.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";

/** @typedef {{ kind: "good" | "partly" | "bad" | "waiting", count: number, word: import("../../app/locale.js").Word }} Part */

/**
 * How those who were asked divide, with a legend that says the same in numbers.
 * @param {{ parts: Part[] }} properties
 */
export function ShareBar({ parts }) {
  const shown = parts.filter(({ count }) => count > 0);
  if (shown.length === 0) return null;
  return html`
    <div class="share-bar">
      <div class="share-track" aria-hidden="true">${shown.map(({ kind, count }) => html`<i key=${kind} class=${`fill-${kind}`} style=${{ flexGrow: count }}></i>`)}</div>
      <ul class="share-legend">
        ${shown.map(({ kind, count, word }) => html`<li key=${kind}><i class=${`swatch fill-${kind}`} aria-hidden="true"></i>${t(word, { count })}</li>`)}
      </ul>
    </div>
  `;
}

/**
 * One of several that are compared: what it is, a bar, and its number.
 * @param {object} properties
 * @param {any} properties.label
 * @param {number} properties.count
 * @param {number} properties.most The longest bar's.
 * @param {boolean | null} [properties.right] Null where nobody says.
 * @param {any} [properties.children] What one can do about it.
 */
export function CountBar({ label, count, most, right = null, children }) {
  const width = most > 0 ? `${(100 * count) / most}%` : "0";
  return html`
    <li class="count-bar">
      <span class="count-label">${right !== null && html`<${Mark} right=${right} />`}${label}</span>
      <span class="count-track" aria-hidden="true"><i class=${right === null ? "fill-plain" : right ? "fill-good" : "fill-bad"} style=${{ width }}></i></span>
      <span class="count-number tabular"><span aria-hidden="true">${formatNumber(count)}</span><span class="sr-only">${t("results.times", { count })}</span></span>
      ${children && html`<span class="count-actions">${children}</span>`}
    </li>
  `;
}

/** Right or wrong, as a sign and in words. @param {{ right: boolean }} properties */
export function Mark({ right }) {
  return html`<span class=${`mark-sign ${right ? "good" : "bad"}`}><span aria-hidden="true">${right ? "✓" : "✗"}</span><span class="sr-only">${t(right ? "results.is_right" : "results.is_wrong")} </span></span>`;
}
