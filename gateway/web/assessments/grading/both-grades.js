// What two have given for an answer, who are too far apart.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { BOTH_GRADES } from "./documents.js";

/** @param {{ submissionId: string, questionId: string, most: number }} properties */
export function BothGrades({ submissionId, questionId, most }) {
  const { data } = useQuery(BOTH_GRADES, { id: submissionId });
  const grades = data?.quizSubmission?.answers.find((each) => each.questionId === questionId)?.grades ?? [];
  return html`
    <section class="stack" aria-label=${t("grading.both_graded")} data-disputed>
      <p class="hint">${t("grading.decide_between")}</p>
      <ul class="lines">
        ${grades.map(
          ({ by, points, comment, passages }, n) => html`
            <li key=${n}>
              <div class="grow">
                <p><b class="tabular">${t("kit.shown_of", { shown: formatNumber(points, { maximumFractionDigits: 2 }), total: formatNumber(most, { maximumFractionDigits: 2 }) })}</b>${by && html` · <bdi>${by.profile.fullName}</bdi>`}</p>
                ${[comment, .../** @type {{ comment: string }[]} */ (passages).map((each) => each.comment)].filter(Boolean).map((text, at) => html`<p key=${at} class="plain-text" dir="auto">${text}</p>`)}
              </div>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
