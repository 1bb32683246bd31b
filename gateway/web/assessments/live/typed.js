// What was typed, and how the host counts more of it as right while the game runs.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { ask } from "../../kit/dialog.js";
import { toast } from "../../kit/toast.js";

/** @typedef {import("./wire.js").TypedAnswer} TypedAnswer */

/**
 * Alike ones together.
 * @param {{ answers: TypedAnswer[], onAccept: ((answer: TypedAnswer) => void) | null }} properties `onAccept` for who may count one as right.
 */
export function Typed({ answers, onAccept }) {
  return html`
    <ul class="typed" aria-label=${t("live.typed")}>
      ${answers.map(
        (answer) => html`
          <li key=${answer.text} class=${answer.right ? "right" : ""}>
            ${answer.right && html`<span role="img" aria-label=${t("live.is_right")}>✓</span>`}<span dir="auto">${answer.text}</span><b class="tabular">${formatNumber(answer.count)}</b>
            ${onAccept && answer.acceptable && html`<button type="button" class="small" aria-label=${t("live.accept_answer", { text: answer.text })} onClick=${() => onAccept(answer)}>${t("live.accept")}</button>`}
          </li>
        `,
      )}
    </ul>
  `;
}

/**
 * @param {import("./host-session.js").HostSession} host
 * @param {import("./host-state.js").Desk} desk At the reveal.
 * @param {TypedAnswer} answer
 */
export async function acceptTyped(host, desk, { text, count }) {
  const wanted = await ask({ title: t("live.accept"), text: t("live.accept_text", { text, count }), action: t("live.accept") });
  if (wanted && (await host.command("accept", { step: desk.step, answer: text }))) toast(t("live.accepted", { text }));
}
