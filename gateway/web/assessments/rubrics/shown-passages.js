// An answer with its passages marked, and beside it what is said about each.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { partsOf, quoted } from "./passages.js";

/** @param {{ text: string, passages: readonly import("./passages.js").Passage[] }} properties */
export function ShownPassages({ text, passages }) {
  return html`
    <div class="stack">
      <p class="plain-text" dir="auto">${partsOf(text, passages).map((part, n) => (part.of.length > 0 ? html`<mark key=${n} class="passage">${part.text}</mark>` : part.text))}</p>
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
