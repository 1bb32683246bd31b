// A rubric as it is read, with the levels that were chosen.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";

/** @typedef {import("./rubric.js").Rubric} Rubric */

/** @param {{ rubric: Rubric, levels?: readonly number[] | null }} properties */
export function ShownRubric({ rubric, levels = null }) {
  return html`
    <ul class="rubric" aria-label=${t("rubric.title")}>
      ${rubric.criteria.map(
        (criterion, n) => html`
          <li key=${n} class="stack">
            <p><b dir="auto">${criterion.name}</b></p>
            ${criterion.description && html`<p class="muted plain-text" dir="auto">${criterion.description}</p>`}
            <ul class="levels">
              ${criterion.levels.map((level, at) => html`<li key=${at} class=${levels?.[n] === at ? "chosen" : ""}><${LevelText} level=${level} />${levels?.[n] === at && html` <span class="chip good"><span aria-hidden="true">✓</span> ${t("rubric.chosen")}</span>`}</li>`)}
            </ul>
          </li>
        `,
      )}
    </ul>
  `;
}

/** @param {{ level: import("./rubric.js").Level }} properties */
export function LevelText({ level }) {
  return html`<b dir="auto">${level.name}</b> <span class="tabular muted">${t("rubric.points", { count: level.points ?? 0 })}</span>${level.description && html`<small class="hint-line" dir="auto">${level.description}</small>`}`;
}
