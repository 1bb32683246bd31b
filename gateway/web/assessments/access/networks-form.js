// The networks from which a quiz may be taken, one a line.

import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { FormError, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { SET_QUIZ_ACCESS } from "./documents.js";
import { SaveBar } from "./save-bar.js";

const ENTRY = /^networks\[(\d+)\]$/;

/** @param {{ quizId: string, networks: readonly string[], reload: () => Promise<void> }} properties */
export function NetworksForm({ quizId, networks, reload }) {
  const [draft, setText, { discard }] = useDraft(`access.networks.${quizId}`, /** @type {string | null} */ (null));
  const text = draft ?? networks.join("\n");
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    await request(SET_QUIZ_ACCESS, { id: quizId, input: { networks: linesOf(text) } }, { repeatable: true });
    toast(t("access.saved"));
    await reload();
    discard();
  });
  const wrong = wrongLines(failure, linesOf(text));
  const error = wrong.length > 0 ? t("access.wrong_networks", { networks: wrong.join(", ") }) : errorOf("networks");
  return html`
    <section class="card stack" aria-labelledby="access-networks">
      <h2 id="access-networks">${t("access.networks")}</h2>
      <form class="stack" novalidate onSubmit=${submit}>
        <${TextField} multiline rows="4" dir="ltr" label=${t("access.networks_label")} hint=${t("access.networks_hint", { example: "192.0.2.0/24", other: "2001:db8::/32" })} spellcheck=${false} value=${text} onChange=${setText} error=${error} />
        <${FormError} failure=${error ? null : failure} />
        <${SaveBar} unsaved=${text !== networks.join("\n")} busy=${busy} discard=${discard} />
      </form>
    </section>
  `;
}

/** @param {string} text */
function linesOf(text) {
  return text.split(/[\n,;]/).map((line) => line.trim()).filter((line) => line !== "");
}

/** What was sent and is no network. @param {import("../../app/graphql.js").Failure | null} failure @param {readonly string[]} lines */
function wrongLines(failure, lines) {
  const numbers = (failure?.fields ?? []).map(({ field }) => ENTRY.exec(field)?.[1]).filter((found) => found !== undefined);
  return numbers.map((number) => lines[Number(number)] ?? formatNumber(Number(number) + 1));
}
