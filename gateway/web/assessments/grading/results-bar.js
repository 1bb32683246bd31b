// Whether students see their results, and what teachers do about results as a whole.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { Later } from "../../app/later.js";
import { request } from "../../app/session.js";
import { ask } from "../../kit/dialog.js";
import { carryOut } from "../watch/carry-out.js";
import { HOLD, RELEASE } from "./documents.js";

const regradeDialog = () => import("./regrade-dialog.js").then(({ RegradeDialog }) => RegradeDialog);

/** @typedef {import("./page.js").Quiz} Quiz */

/** @param {Quiz} quiz @returns {{ shown: boolean, text: string }} */
function stateOf({ resultsShown, resultsReleasedAt, availableUntil }) {
  if (resultsShown === "GRADED") return { shown: true, text: t("grading.shown_graded") };
  if (resultsShown === "RELEASED") return { shown: resultsReleasedAt !== null, text: resultsReleasedAt === null ? t("grading.held") : t("grading.released", { date: formatDate(resultsReleasedAt) }) };
  if (availableUntil === null) return { shown: false, text: t("grading.held") };
  const shown = Date.parse(availableUntil) <= Date.now();
  return { shown, text: shown ? t("grading.released", { date: formatDate(availableUntil) }) : t("grading.held_until", { date: formatDate(availableUntil) }) };
}

/** @param {{ quiz: Quiz, reload: () => Promise<void> }} properties */
export function ResultsBar({ quiz, reload }) {
  const [regrading, setRegrading] = useState(false);
  const { shown, text } = stateOf(quiz);
  const release = () => carryOut(() => request(RELEASE, { id: quiz.id }, { repeatable: true }).then(reload), t("grading.released_now"));
  const hold = async () => {
    if (await ask({ title: t("grading.hold"), text: t("grading.hold_text"), action: t("grading.hold"), deed: () => request(HOLD, { id: quiz.id }, { repeatable: true }) })) await reload();
  };
  return html`
    <section class="card row" aria-label=${t("grading.results")}>
      <p class="grow" role="status"><span class=${`chip ${shown ? "good" : "warn"}`}>${t(shown ? "grading.is_shown" : "grading.is_held")}</span> ${text}</p>
      ${shown ? html`<button type="button" class="small" onClick=${hold}>${t("grading.hold")}</button>` : html`<button type="button" class="small" onClick=${release}>${t("grading.release")}</button>`}
      <button type="button" class="small" onClick=${() => setRegrading(true)}>${t("grading.regrade")}</button>
    </section>
    ${regrading && html`<${Later} load=${regradeDialog} quizId=${quiz.id} onClose=${() => setRegrading(false)} onDone=${reload} />`}
  `;
}
