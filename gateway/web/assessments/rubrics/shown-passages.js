// An answer with its passages marked, and beside it what is said about each.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { partsOf, quoted } from "./passages.js";

/** @param {{ text: string, passages: readonly import("./passages.js").Passage[] }} properties */
export function ShownPassages({ text, passages }) {
  const parts = partsOf(text, passages);
  const begin = (/** @type {number} */ n) => parts[n].of.filter((number) => n === 0 || !parts[n - 1].of.includes(number));
  return html`
    <div class="stack">
      <p class="plain-text" dir="auto">${parts.map((part, n) => html`${begin(n).map((number) => html`<sup key=${number} aria-hidden="true" class="muted tabular">${formatNumber(number)} </sup>`)}${part.of.length > 0 ? html`<mark class="passage">${part.text}</mark>` : part.text}`)}</p>
      <ul class="passages" aria-label=${t("grading.passages")}>
        ${passages.map(
          (passage, n) => html`
            <li key=${n}>
              <blockquote class="plain-text" dir="auto"><span class="muted tabular">${formatNumber(n + 1)}.</span> ${quoted(text, passage)}</blockquote>
              <p class="plain-text" dir="auto">${passage.comment}</p>
            </li>
          `,
        )}
      </ul>
    </div>
  `;
}
