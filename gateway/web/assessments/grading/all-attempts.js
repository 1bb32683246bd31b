// All attempts at a quiz, newest first, with their state and the way to each.

import { html } from "../../app/html.js";
import { formatDate, formatNumber, t } from "../../app/locale.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { ALL_ATTEMPTS } from "./documents.js";

const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

/** @param {{ quizId: string }} properties */
export function AllAttempts({ quizId }) {
  const attempts = usePages(ALL_ATTEMPTS, { id: quizId }, ({ quiz }) => quiz?.submissions ?? NONE);
  return html`
    <section class="card stack" aria-label=${t("grading.all_attempts")}>
      <${Loaded} query=${attempts}>
        ${() =>
          attempts.nodes.length === 0
            ? html`<${Empty} title=${t("grading.no_attempts")} />`
            : html`<ul class="lines">${attempts.nodes.map((each) => html`<${Line} key=${each.id} attempt=${each} />`)}</ul><${LoadMore} pages=${attempts} />`}
      <//>
    </section>
  `;
}

/** @param {{ attempt: NonNullable<import("./documents.js").AllAttemptsQuery["quiz"]>["submissions"]["nodes"][number] }} properties */
function Line({ attempt: { id, attemptNumber, status, startedAt, submittedAt, gradingStatus, scorePercentage, student } }) {
  const isRunning = status === "STARTED";
  const outcome = isRunning ? t("quizzes.in_progress") : gradingStatus === "PENDING_REVIEW" ? t("quizzes.waits_for_grading") : scorePercentage === null ? "–" : formatNumber(scorePercentage / 100, { style: "percent", maximumFractionDigits: 2 });
  const name = student.profile.fullName;
  return html`
    <li>
      <div class="grow"><b dir="auto">${name}</b><p class="muted">${t("quizzes.attempt", { number: attemptNumber })} · ${formatDate(submittedAt ?? startedAt)}</p></div>
      <b class="tabular">${outcome}</b>
      <a class="button small" href=${`/attempts/${id}/log`} aria-label=${`${t("grading.log")}: ${name}`}>${t("grading.log")}</a>
      ${!isRunning && html`<a class="button small" href=${`/attempts/${id}`} aria-label=${`${t("quizzes.to_result")}: ${name}`}>${t("quizzes.to_result")}</a>`}
    </li>
  `;
}
