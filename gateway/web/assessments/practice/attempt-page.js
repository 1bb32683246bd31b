// Practice: the questions of an attempt that is over once more, the mistakes first. No score changes.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { Loaded } from "../../kit/states.js";
import { PRACTICE_OF_ATTEMPT } from "./documents.js";
import { Nothing, Practising } from "./practising.js";
import { ofAttempt } from "./sources.js";

/** @param {{ params: { id: string }, query: URLSearchParams }} properties */
export default function AttemptPracticePage({ params: { id }, query }) {
  const practice = useQuery(PRACTICE_OF_ATTEMPT, { id }, { offline: true });
  return html`
    <div class="medium stack practice">
      ${practice.data === null && html`<h1 class="sr-only">${t("practice.title")}</h1>`}
      <${Loaded} query=${practice} lines=${8}>
        ${(/** @type {import("./documents.js").PracticeOfAttemptQuery} */ { quizSubmission }) =>
          quizSubmission ? html`<${Shown} submission=${quizSubmission} query=${query} />` : html`<${Nothing} title=${t("kit.not_found")} text=${t("errors.NOT_FOUND")} />`}
      <//>
    </div>
  `;
}

/** @param {{ submission: import("./sources.js").Submission, query: URLSearchParams }} properties */
function Shown({ submission, query }) {
  const { id, status, mayPractise, student, quiz } = submission;
  const own = useStore(session, ({ user }) => user?.id === student.id);
  useEffect(() => {
    document.title = `${t("practice.title")}: ${quiz.title} · Stoa`;
  }, [quiz.title]);
  if (mayPractise) return html`<${Practising} source=${ofAttempt(submission, own)} query=${query} />`;
  const text = t(status === "STARTED" ? "errors.ATTEMPT_RUNNING" : "practice.off_text");
  return html`<${Nothing} title=${status === "STARTED" ? quiz.title : t("practice.off")} text=${text}><p><a class="button" href=${`/attempts/${id}`}>${t("practice.result")}</a></p><//>`;
}
