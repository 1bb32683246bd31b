// Attempts of which answers came after the end, since they were written without a connection, and wait for a decision.

import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { SEALED_WAITING } from "./documents.js";

const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

/** @param {{ quizId: string }} properties */
export function SealedList({ quizId }) {
  const waiting = usePages(SEALED_WAITING, { id: quizId }, ({ quiz }) => quiz?.submissions ?? NONE);
  if (waiting.nodes.length === 0) return null;
  return html`
    <section class="card stack" aria-labelledby="sealed-list">
      <h2 id="sealed-list">${t("grading.sealed")}</h2>
      <p class="muted">${t("grading.sealed_text")}</p>
      <ul class="lines">${waiting.nodes.map((each) => html`<${Line} key=${each.id} attempt=${each} />`)}</ul>
      ${waiting.more && html`<${LoadMore} pages=${waiting} />`}
    </section>
  `;
}

/** @param {{ attempt: NonNullable<import("./documents.js").SealedWaitingQuery["quiz"]>["submissions"]["nodes"][number] }} properties */
function Line({ attempt: { id, attemptNumber, submittedAt, startedAt, student } }) {
  const name = student.profile.fullName;
  return html`
    <li>
      <div class="grow"><b dir="auto">${name}</b><p class="muted">${t("quizzes.attempt", { number: attemptNumber })} · ${formatDate(submittedAt ?? startedAt)}</p></div>
      <a class="button small" href=${`/attempts/${id}`} aria-label=${`${t("grading.sealed_look")}: ${name}`}>${t("grading.sealed_look")}</a>
    </li>
  `;
}
