// The question before an attempt is handed in: what is still open, by name.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { countsOf } from "./overview.js";

/**
 * @param {object} properties
 * @param {readonly import("./question.js").Question[]} properties.questions
 * @param {import("./sheet.js").Sheet} properties.sheet
 * @param {ReadonlySet<string>} properties.flags
 */
export function StillOpen({ questions, sheet, flags }) {
  const { unanswered, partly, flagged } = countsOf(questions, sheet, flags);
  const numbers = (/** @type {readonly import("./question.js").Question[]} */ of) => new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(of.map(({ index }) => String(index + 1)));
  const isComplete = unanswered.length + partly.length + flagged.length === 0;
  return html`
    ${isComplete ? html`<p>${t("attempts.all_answered")}</p>` : html`
      <ul class="parts">
        ${unanswered.length > 0 && html`<li>${t("attempts.open_ones", { count: unanswered.length, numbers: numbers(unanswered) })}</li>`}
        ${partly.length > 0 && html`<li>${t("attempts.partly_ones", { count: partly.length, numbers: numbers(partly) })}</li>`}
        ${flagged.length > 0 && html`<li>${t("attempts.flagged_ones", { count: flagged.length, numbers: numbers(flagged) })}</li>`}
      </ul>
    `}
    <p>${t("attempts.submit_text")}</p>
  `;
}
