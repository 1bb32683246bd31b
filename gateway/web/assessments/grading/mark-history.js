// What has become of the marks of an attempt: when, by whom, why.

import { html } from "../../app/html.js";
import { formatDate, formatNumber, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { Loaded } from "../../kit/states.js";
import { MARK_HISTORY } from "./documents.js";
import { policyText } from "./policies.js";

/** @typedef {NonNullable<import("./documents.js").MarkHistoryQuery["quizSubmission"]>["answers"][number]} Answer */
/** @typedef {Answer["history"][number]} Change */

/** @param {{ submissionId: string, questionId?: string }} properties Of one question, or of all. */
export function MarkHistory({ submissionId, questionId }) {
  const history = useQuery(MARK_HISTORY, { id: submissionId });
  return html`
    <${Loaded} query=${history}>
      ${(/** @type {import("./documents.js").MarkHistoryQuery} */ { quizSubmission }) => {
        const answers = (quizSubmission?.answers ?? []).filter((each) => each.history.length > 0 && (questionId === undefined || each.questionId === questionId));
        if (answers.length === 0) return html`<p class="muted">${t("grading.never_changed")}</p>`;
        return answers.map((each) => html`<section key=${each.questionId} class="stack">${questionId === undefined && html`<h3 dir="auto">${each.questionText}</h3>`}<ul class="lines">${each.history.map((change, n) => html`<${Line} key=${n} change=${change} />`)}</ul></section>`);
      }}
    <//>
  `;
}

/** @param {{ change: Change }} properties */
function Line({ change }) {
  const { at, by, cause, policy, comment, commentBefore, passagesBefore } = change;
  const passages = /** @type {import("../rubrics/passages.js").Passage[]} */ (change.passages);
  const said = same(passages, passagesBefore) ? [] : passages;
  const why = cause === "GRADE" ? t("grading.cause_grade") : cause === "REGRADE" && policy ? `${t("grading.cause_regrade")}: ${policyText(policy)}` : t(cause === "PERSON" ? "grading.cause_person" : "grading.cause_key");
  return html`
    <li>
      <div class="grow">
        <p><b class="tabular">${counts(change.earnedBefore, change.leftOutBefore)} <span aria-hidden="true" class="from-to">→</span><span class="sr-only">${t("grading.becomes")}</span> ${counts(change.earned, change.leftOut)}</b> · ${why}</p>
        ${comment !== commentBefore && html`<p class="plain-text" dir="auto">${comment ?? t("grading.comment_removed")}</p>`}
        ${!same(change.levels, change.levelsBefore) && change.levels && html`<p>${t("grading.levels_chosen", { levels: change.levels.map((level) => formatNumber(level + 1)).join(", ") })}</p>`}
        ${said.length > 0 && html`<ul class="parts">${said.map((each, n) => html`<li key=${n} class="plain-text" dir="auto">${each.comment}</li>`)}</ul>`}
        ${!same(passages, passagesBefore) && passages.length === 0 && html`<p>${t("grading.passages_removed")}</p>`}
        <p class="muted">${formatDate(at)}${by && html` · <bdi>${by.profile.fullName}</bdi>`}</p>
      </div>
    </li>
  `;
}

/** @param {unknown} one @param {unknown} other */
function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** @param {number} earned @param {boolean} leftOut */
function counts(earned, leftOut) {
  return leftOut ? t("results.not_counted") : formatNumber(earned, { maximumFractionDigits: 2 });
}
