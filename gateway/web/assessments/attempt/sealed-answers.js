// What was written without a connection and came after the end: what it would change, and a teacher's decision.

import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { formatDate, formatDuration, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { request } from "../../app/session.js";
import { FormError, TextField, useSubmit } from "../../kit/form.js";
import { Loaded } from "../../kit/states.js";
import { AnswerText } from "../results/answers.js";
import { DECIDE_SEALED, SEALED_ANSWERS } from "./documents.js";

const MAX_REASON = 1_000;
const EXACT = /** @type {const} */ ({ dateStyle: "medium", timeStyle: "medium" });

/**
 * @typedef {import("./documents.js").SealedAnswersQuery["quizSealedAnswers"][number]} Chain
 * @typedef {{ questionId: string, type: string, prompts?: readonly string[] | null }} Asked
 */

/** @param {{ id: string, own: boolean, questions: readonly Asked[], onDone: () => Promise<void> }} properties */
export function SealedAnswers({ id, own, questions, onDone }) {
  const sealed = useQuery(SEALED_ANSWERS, { id });
  return html`
    <section class="card stack" aria-labelledby="sealed-answers">
      <h2 id="sealed-answers">${t("attempts.sealed")}</h2>
      <p class="muted">${t(own ? "attempts.sealed_own_text" : "attempts.sealed_text")}</p>
      <${Loaded} query=${sealed}>
        ${(/** @type {import("./documents.js").SealedAnswersQuery} */ { quizSealedAnswers: chains }) =>
          chains.map((chain) => html`<${OneChain} key=${chain.number} id=${id} chain=${chain} own=${own} questions=${questions} onDone=${() => sealed.reload().then(onDone)} />`)}
      <//>
    </section>
  `;
}

/** @param {{ id: string, chain: Chain, own: boolean, questions: readonly Asked[], onDone: () => Promise<void> }} properties */
function OneChain({ id, chain, own, questions, onDone }) {
  const { status, awaySince, committedAt, late, answers, decidedAt, reason } = chain;
  return html`
    <div class="stack" data-sealed=${status}>
      <p>
        <span class=${`chip ${status === "ACCEPTED" ? "good" : status === "REFUSED" ? "bad" : "warn"}`}>${statusText(status)}</span>
        ${" "}${t("attempts.sealed_times", { away: formatDate(awaySince, EXACT), came: formatDate(committedAt, EXACT) })}
        ${decidedAt && html` · ${formatDate(decidedAt)}`}
      </p>
      ${reason && html`<div class="said"><b>${t("attempts.sealed_reason_given")}</b><p class="plain-text" dir="auto">${reason}</p></div>`}
      ${late > 0 && html`<p class="muted">${t("attempts.sealed_late", { count: late })}</p>`}
      ${answers.length > 0 && html`<ol class="stack answer-list">${answers.map((each) => html`<${OneAnswer} key=${each.questionId} sealed=${each} asked=${questions.find(({ questionId }) => questionId === each.questionId) ?? { type: "" }} />`)}</ol>`}
      ${!own && (status === "PENDING" || status === "REFUSED") && html`<${Decision} id=${id} chain=${chain} onDone=${onDone} />`}
    </div>
  `;
}

/** @param {Chain["status"]} status */
function statusText(status) {
  return { COMMITTED: t("attempts.sealed_status.COMMITTED"), PENDING: t("attempts.sealed_status.PENDING"), ACCEPTED: t("attempts.sealed_status.ACCEPTED"), REFUSED: t("attempts.sealed_status.REFUSED") }[status];
}

/** @param {{ sealed: Chain["answers"][number], asked: { type: string, prompts?: readonly string[] | null } }} properties */
function OneAnswer({ sealed: { questionNumber, before, answer, firstAt, lastAt, changes }, asked }) {
  const took = Date.parse(lastAt) - Date.parse(firstAt);
  return html`
    <li class="stack">
      <h3>${t("attempts.question", { number: questionNumber })}</h3>
      <p class="muted">${t("attempts.sealed_changes", { count: changes })} · ${formatDate(lastAt, EXACT)}${took >= 60_000 && html` · ${formatDuration(took / 1000)}`}</p>
      <dl class="beside">
        <div><dt>${t("attempts.sealed_before")}</dt><dd>${before === null ? html`<span class="muted">–</span>` : html`<${AnswerText} asked=${asked} value=${before} />`}</dd></div>
        <div><dt>${t("attempts.sealed_after")}</dt><dd>${answer === null ? html`<span class="muted">–</span>` : html`<${AnswerText} asked=${asked} value=${answer} />`}</dd></div>
      </dl>
    </li>
  `;
}

/** @param {{ id: string, chain: Chain, onDone: () => Promise<void> }} properties */
function Decision({ id, chain: { number, status }, onDone }) {
  const [reason, setReason, { discard }] = useDraft(`sealed.${id}.${number}`, "");
  const decide = (/** @type {boolean} */ accept) => () => request(DECIDE_SEALED, { id, number, accept, reason: reason.trim() === "" ? null : reason }, { repeatable: true }).then(() => {
      discard();
      return onDone();
    });
  const accepting = useSubmit(decide(true));
  const refusing = useSubmit(decide(false));
  return html`
    <form class="stack no-print" onSubmit=${accepting.submit}>
      <${TextField} label=${t("attempts.sealed_reason")} hint=${t("attempts.sealed_reason_hint")} multiline rows="2" class="short-text" maxlength=${MAX_REASON} value=${reason} onChange=${setReason} />
      <${FormError} failure=${accepting.failure ?? refusing.failure} />
      <div class="row">
        <button class="primary" aria-disabled=${accepting.busy ? "true" : undefined}>${t("attempts.sealed_accept")}</button>
        ${status === "PENDING" && html`<button type="button" aria-disabled=${refusing.busy ? "true" : undefined} onClick=${refusing.submit}>${t("attempts.sealed_refuse")}</button>`}
      </div>
    </form>
  `;
}
