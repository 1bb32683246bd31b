// After the end: why it is over, what was saved, and what did not arrive in time.

import { useMemo } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { answerText, asked, stateOf } from "./answering.js";
import { NotTaken, SealedNote } from "./sealed-notes.js";
import { valueOf } from "./sheet.js";

/** @param {{ taking: import("./taking.js").Taking, state: import("./taking.js").State }} properties */
export function Over({ taking, state: { quiz, sheet, sealed } }) {
  const { title, questions: taken, attempt } = /** @type {import("./wire.js").TakenQuiz} */ (quiz);
  const questions = useMemo(() => taken.map((each, n) => asked(each, taking.id, n)), [taken, taking]);
  const count = questions.filter((question) => stateOf(question, sheet.saved[question.id]?.answer ?? null) !== "open").length;
  const late = questions.filter(({ id }) => id in sheet.own);
  const written = questions.filter(({ id }) => sealed !== null && id in sealed.answers && !(id in sheet.own));
  const isSealed = sealed !== null && sealed.status !== null;
  const ended = {
    submitted: t("attempts.ended_submitted"),
    deadline: t("attempts.ended_deadline"),
    teacher: t("attempts.ended_teacher"),
    discarded: t("attempts.ended_discarded"),
  };
  const words = { yes: t("live.true"), no: t("live.false") };
  return html`
    <section class="card stack" data-ending=${attempt.ending}>
      <h1 tabindex="-1" autofocus>${ended[attempt.ending ?? "submitted"]}</h1>
      <div><b dir="auto">${title}</b>${attempt.endedAt && html`<p class="muted">${formatDate(attempt.endedAt)}</p>`}</div>
      <p>${t("attempts.saved_count", { count, total: questions.length })}</p>
      ${isSealed && html`<${SealedNote} status=${sealed.status} />`}
      ${sealed?.failure && html`<${NotTaken} code=${sealed.failure.code} />`}
      ${written.length > 0 && html`<dl class="beside">${written.map((question) => html`<${Line} key=${question.id} question=${question} text=${answerText(question, sealed?.answers[question.id] ?? null, words)} />`)}</dl>`}
      ${late.length > 0 &&
      html`
        <div class="hint stack" role="alert">
          <p><b>${t("attempts.late", { count: late.length })}</b></p>
          <dl class="beside">${late.map((question) => html`<${Line} key=${question.id} question=${question} text=${answerText(question, valueOf(sheet, question.id), words)} />`)}</dl>
        </div>
      `}
      <p><a class="button primary" href=${`/attempts/${taking.id}`}>${t("quizzes.to_result")}</a></p>
    </section>
  `;
}

/** @param {{ question: ReturnType<typeof asked>, text: string }} properties */
function Line({ question, text }) {
  return html`<div><dt>${t("attempts.question", { number: question.index + 1 })}</dt><dd class="plain-text" dir="auto">${text || "–"}</dd></div>`;
}
