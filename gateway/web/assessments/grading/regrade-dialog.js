// A question marked anew for all: what would change, for whom, before it does.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { failureText, formatNumber, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { request } from "../../app/session.js";
import { Dialog } from "../../kit/dialog.js";
import { CheckField, FormError, SelectField, SubmitButton, useSubmit } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Failed, Loaded, Loading } from "../../kit/states.js";
import { Table } from "../../kit/table.js";
import { toast } from "../../kit/toast.js";
import { REGRADABLE, REGRADE, REGRADE_PREVIEW } from "./documents.js";
import { policyText } from "./policies.js";

const POLICIES = /** @type {const} */ (["PRESENT_KEY", "ONLY_UPWARD", "FULL_POINTS", "LEAVE_OUT"]);
/** Refusals that leave two policies. */
const KEYLESS = ["QUESTION_GONE", "QUESTION_DIFFERS"];
const LONGEST = 80;

/** @typedef {(typeof POLICIES)[number]} Policy */
/** @typedef {{ quizId: string, questionId: string, policy: Policy, overGiven: boolean }} Decision */
/** @typedef {import("./documents.js").RegradePreviewQuery["previewQuizRegrade"]["changes"][number]} Change */

/** @param {{ quizId: string, onClose: () => void, onDone: () => unknown }} properties */
export function RegradeDialog({ quizId, onClose, onDone }) {
  const quiz = useQuery(REGRADABLE, { id: quizId });
  return html`
    <${Dialog} title=${t("grading.regrade")} size="large" onClose=${onClose}>
      <${Loaded} query=${quiz}>
        ${(/** @type {import("./documents.js").RegradableQuery} */ data) => {
          const questions = questionsOf(data);
          return questions.length === 0 ? html`<${Empty} title=${t("grading.no_attempts")} />` : html`<${Choice} quizId=${quizId} questions=${questions} onClose=${onClose} onDone=${onDone} />`;
        }}
      <//>
    <//>
  `;
}

/**
 * Those of the quiz, and those that it does not have any more but attempts were asked.
 * @param {import("./documents.js").RegradableQuery} data
 * @returns {[string, string][]}
 */
function questionsOf({ quiz }) {
  const asked = quiz?.submissions.nodes.flatMap(({ answers }) => answers) ?? [];
  const present = (quiz?.questions ?? []).map(({ id, questionText }) => ({ questionId: id, questionText }));
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const { questionId, questionText } of [...present, ...asked]) {
    const text = questionText.length > LONGEST ? `${questionText.slice(0, LONGEST)}…` : questionText;
    if (!found.has(questionId)) found.set(questionId, found.size < present.length ? `${formatNumber(found.size + 1)}. ${text}` : `${text} (${t("grading.question_gone")})`);
  }
  return [...found];
}

/** @param {{ quizId: string, questions: [string, string][], onClose: () => void, onDone: () => unknown }} properties */
function Choice({ quizId, questions, onClose, onDone }) {
  const [questionId, setQuestion] = useState(questions[0][0]);
  const [policy, setPolicy] = useState(/** @type {Policy} */ ("PRESENT_KEY"));
  const [overGiven, setOver] = useState(false);
  return html`
    <p>${t("grading.regrade_text")} <a href=${`/quizzes/${quizId}/edit`}>${t("grading.to_editor")}</a></p>
    <${SelectField} label=${t("grading.question")} value=${questionId} options=${questions} onChange=${setQuestion} />
    <${SelectField} label=${t("grading.policy")} value=${policy} options=${POLICIES.map((each) => [each, policyText(each)])} onChange=${setPolicy} />
    <${CheckField} label=${t("grading.over_given")} checked=${overGiven} onChange=${setOver} />
    <${Preview} key=${`${questionId} ${policy} ${overGiven}`} decision=${{ quizId, questionId, policy, overGiven }} onClose=${onClose} onDone=${onDone} />
  `;
}

/** @param {{ decision: Decision, onClose: () => void, onDone: () => unknown }} properties */
function Preview({ decision, onClose, onDone }) {
  const pages = usePages(REGRADE_PREVIEW, decision, ({ previewQuizRegrade: { changes, changed, endCursor, hasNextPage } }) => ({ nodes: changes, totalCount: changed, pageInfo: { endCursor, hasNextPage } }));
  const { data, failure } = pages;
  if (failure && KEYLESS.includes(failure.code)) return html`<p class="hint" role="status">${failureText(failure)} ${t("grading.without_key")}</p>`;
  if (failure && data === null) return html`<${Failed} failure=${failure} retry=${pages.reload} />`;
  if (data === null) return html`<${Loading} lines=${4} />`;
  return html`<${Changes} decision=${decision} pages=${pages} found=${data.previewQuizRegrade} onClose=${onClose} onDone=${onDone} />`;
}

/** @param {{ decision: Decision, pages: any, found: import("./documents.js").RegradePreviewQuery["previewQuizRegrade"], onClose: () => void, onDone: () => unknown }} properties */
function Changes({ decision, pages, found, onClose, onDone }) {
  const { submit, busy, failure } = useSubmit(async () => {
    const { regradeQuizQuestion: done } = await request(REGRADE, { ...decision, expectedRevision: found.revision }, { repeatable: true });
    toast(t("grading.regraded", { count: done.changed }));
    onClose();
    await onDone();
  });
  const passing = [found.newlyPassing > 0 && t("grading.newly_passing", { count: found.newlyPassing }), found.noLongerPassing > 0 && t("grading.no_longer_passing", { count: found.noLongerPassing })].filter(Boolean);
  return html`
    <form class="stack" onSubmit=${submit}>
      <p role="status">${found.changed === 0 ? t("grading.nothing_changes") : `${t("grading.scores_change", { count: found.changed })} ${passing.join(" ")}`}</p>
      ${found.changed > 0 && html`<${Table} caption=${t("grading.what_changes")} captionHidden columns=${columns()} rows=${pages.nodes} keyOf=${(/** @type {Change} */ { submissionId }) => submissionId} /><${LoadMore} pages=${pages} />`}
      <p class="muted">${t("grading.later_too")}</p>
      <${FormError} failure=${failure} />
      <div class="row"><${SubmitButton} busy=${busy} class="primary">${t("grading.regrade_now")}<//></div>
    </form>
  `;
}

/** @returns {import("../../kit/table.js").Column<Change>[]} */
function columns() {
  return [
    { name: "name", label: t("grading.student"), cell: ({ studentName, attemptNumber }) => html`<bdi>${studentName}</bdi>${attemptNumber > 1 && html` <span class="muted">${t("quizzes.attempt", { number: attemptNumber })}</span>`}`, heads: true },
    { name: "points", label: t("grading.points"), cell: ({ pointsBefore, points, leftOut }) => html`<${FromTo} from=${number(pointsBefore)} to=${leftOut ? t("results.not_counted") : number(points)} />`, number: true },
    { name: "score", label: t("grading.score"), cell: ({ percentageBefore, percentage }) => html`<${FromTo} from=${percent(percentageBefore)} to=${percent(percentage)} />`, number: true },
    { name: "passes", label: t("grading.outcome"), cell: ({ passedBefore, passed }) => (passed === passedBefore ? t(passed ? "grading.passes_still" : "grading.passes_not") : html`<span class=${`chip ${passed ? "good" : "bad"}`}>${t(passed ? "grading.passes_now" : "grading.passes_no_more")}</span>`) },
  ];
}

/** @param {{ from: string, to: string }} properties */
function FromTo({ from, to }) {
  return html`<span><span class="muted">${from}</span> <span aria-hidden="true" class="from-to">→</span><span class="sr-only">${t("grading.becomes")}</span> <b>${to}</b></span>`;
}

/** @param {number} points */
function number(points) {
  return formatNumber(points, { maximumFractionDigits: 2 });
}

/** @param {number | null} value */
function percent(value) {
  return value === null ? "–" : formatNumber(value / 100, { style: "percent", maximumFractionDigits: 2 });
}
