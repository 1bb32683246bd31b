// All questions at a glance: which are answered, which are flagged, which are not saved yet.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { stateOf } from "./answering.js";
import { valueOf } from "./sheet.js";

/**
 * @typedef {import("./question.js").Question} Question
 * @typedef {import("./sheet.js").Sheet} Sheet
 */

/**
 * @param {readonly Question[]} questions
 * @param {Sheet} sheet
 * @param {ReadonlySet<string>} flags
 */
export function countsOf(questions, sheet, flags) {
  const states = questions.map((question) => stateOf(question, valueOf(sheet, question.id)));
  const answered = states.filter((state) => state === "answered").length;
  return {
    answered,
    unanswered: questions.filter((_, n) => states[n] === "open"),
    partly: questions.filter((_, n) => states[n] === "partly"),
    flagged: questions.filter(({ id }) => flags.has(id)),
  };
}

/**
 * @param {object} properties
 * @param {readonly Question[]} properties.questions
 * @param {Sheet} properties.sheet
 * @param {ReadonlySet<string>} properties.flags
 * @param {number | null} properties.current The index of the one that is shown, if it is one.
 * @param {(index: number) => void} properties.show
 */
export function Overview({ questions, sheet, flags, current, show }) {
  const { answered } = countsOf(questions, sheet, flags);
  return html`
    <nav class="card stack attempt-overview" aria-labelledby="attempt-overview">
      <h2 id="attempt-overview">${t("attempts.overview")}</h2>
      <p class="muted tabular">${t("attempts.answered_of", { answered, total: questions.length })}</p>
      <ol class="attempt-places">
        ${questions.map((question) => {
          const { id, index } = question;
          const state = stateOf(question, valueOf(sheet, id));
          const words = wordsOf(state, flags.has(id), id in sheet.own);
          return html`
            <li key=${id}>
              <button type="button" class=${`attempt-place ${state} ${flags.has(id) ? "flagged" : ""}`} aria-current=${current === index ? "step" : undefined} aria-label=${`${t("attempts.question", { number: index + 1 })}: ${words}`} onClick=${() => show(index)}>
                <span class="tabular">${formatNumber(index + 1)}</span>
                <span class="place-sign" aria-hidden="true">${id in sheet.own ? "…" : state === "answered" ? "✓" : state === "partly" ? "◐" : ""}</span>
              </button>
            </li>
          `;
        })}
      </ol>
      <ul class="attempt-legend muted">
        <li><i class="attempt-place answered" aria-hidden="true">✓</i>${t("attempts.is_answered")}</li>
        <li><i class="attempt-place" aria-hidden="true"></i>${t("attempts.is_open")}</li>
        <li><i class="attempt-place flagged" aria-hidden="true"></i>${t("attempts.is_flagged")}</li>
      </ul>
    </nav>
  `;
}

/**
 * @param {"open" | "partly" | "answered"} state
 * @param {boolean} flagged
 * @param {boolean} unsaved
 */
function wordsOf(state, flagged, unsaved) {
  const word = { open: t("attempts.is_open"), partly: t("attempts.is_partly"), answered: t("attempts.is_answered") }[state];
  return [word, flagged && t("attempts.is_flagged"), unsaved && t("attempts.is_unsaved")].filter(Boolean).join(", ");
}
