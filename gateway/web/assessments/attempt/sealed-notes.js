// What became of what was written without a connection and came after the end, in a sentence.

import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { handedOver, outcomeOf } from "../../app/left-sealed.js";
import { failureText, t } from "../../app/locale.js";
import { useStore } from "../../app/store.js";

/** @typedef {import("./sealing.js").SealedStatus} SealedStatus */

/** @param {SealedStatus} status */
export function sealedText(status) {
  return { COMMITTED: t("attempts.sealed_pending"), PENDING: t("attempts.sealed_pending"), ACCEPTED: t("attempts.sealed_accepted"), REFUSED: t("attempts.sealed_refused") }[status];
}

/** @param {{ status: SealedStatus }} properties */
export function SealedNote({ status }) {
  return html`<p class="hint" role="status" data-sealed=${status}>${sealedText(status)}</p>`;
}

/** @param {{ code: string }} properties Why it was not taken. */
export function NotTaken({ code }) {
  return html`<p class="hint" role="status" data-sealed="NOT_TAKEN">${t("attempts.sealed_not_taken")} ${failureText(new Failure({ extensions: { code } }))}</p>`;
}

/** Of attempts in a list; each as the server knows it, else as this browser was told. @param {{ attempts: readonly { id: string, attemptNumber: number, sealed: SealedStatus | null }[] }} properties */
export function SealedNotes({ attempts }) {
  useStore(handedOver);
  return attempts.map(({ id, attemptNumber, sealed }) => {
    const code = sealed === null ? outcomeOf(id)?.code : null;
    if (sealed === null && !code) return null;
    const note = sealed === null ? html`<${NotTaken} code=${code} />` : html`<${SealedNote} status=${sealed} />`;
    return attempts.length === 1 ? note : html`<div key=${id}><b>${t("quizzes.attempt", { number: attemptNumber })}</b>${note}</div>`;
  });
}
