// What was given for answers like this one. Nothing is given by itself: one takes it over, and saves.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";

/** @typedef {import("./documents.js").SimilarAnswersQuery["similarQuizAnswers"][number]} Similar */

/**
 * @param {object} properties
 * @param {readonly Similar[]} properties.found One or more.
 * @param {number} properties.most
 * @param {(similar: Similar) => boolean} properties.takeable
 * @param {(similar: Similar) => void} properties.take
 */
export function SimilarAnswers({ found, most, takeable, take }) {
  const first = found.findIndex(takeable);
  return html`
    <section class="stack" aria-label=${t("grading.similar")} data-similar>
      <h3>${t("grading.similar")}</h3>
      <ul class="lines">
        ${found.map(
          (each, n) => html`
            <li key=${n}>
              <div class="grow">
                <p><b class="tabular">${t("kit.shown_of", { shown: formatNumber(each.points, { maximumFractionDigits: 2 }), total: formatNumber(most, { maximumFractionDigits: 2 }) })}</b> <span class="muted">${shareOf(each)}</span></p>
                <details><summary>${t("grading.its_text")}</summary><p class="plain-text" dir="auto">${each.answer}</p></details>
              </div>
              ${n === first && html`<kbd aria-hidden="true">S</kbd>`}
              ${takeable(each) && html`<button type="button" class="small" onClick=${() => take(each)}>${t("grading.take_over")}<span class="sr-only">: ${shareOf(each)}</span></button>`}
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

/** @param {Similar} similar */
function shareOf({ similarity }) {
  return t("grading.alike_by", { share: formatNumber(similarity / 100, { style: "percent" }) });
}
