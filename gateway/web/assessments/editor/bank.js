// One's questions of all courses, to be copied into this quiz.

import { useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { Dialog } from "../../kit/dialog.js";
import { CheckField, FormError, SelectField, useSubmit } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { SearchField } from "../../kit/search-field.js";
import { Empty, Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { COPY_QUESTIONS, QUESTION_BANK } from "../documents.js";
import { TYPES } from "./form.js";

/** @typedef {import("../documents.js").QuestionBankQuery["myQuestions"]["nodes"][number]} Found */

/**
 * @param {object} properties
 * @param {string} properties.quizId
 * @param {() => Promise<void>} properties.onAdded
 * @param {() => void} properties.onClose
 */
export function BankDialog({ quizId, onAdded, onClose }) {
  const [text, setText] = useState("");
  const [type, setType] = useState("");
  const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
  const filter = { text: text || null, type: /** @type {any} */ (type || null) };
  const pages = usePages(QUESTION_BANK, { filter }, (data) => data.myQuestions);
  const key = useRef({ ids: "", idempotencyKey: "" });
  const copying = useSubmit(async () => {
    const ids = chosen.join();
    if (key.current.ids !== ids) key.current = { ids, idempotencyKey: randomId() };
    await request(COPY_QUESTIONS, { quizId, questionIds: chosen, idempotencyKey: key.current.idempotencyKey }, { repeatable: true });
    await onAdded();
    toast(t("quiz.added", { count: chosen.length }));
    onClose();
  });
  const choose = (/** @type {string} */ id, /** @type {boolean} */ on) => setChosen((before) => (on ? [...before, id] : before.filter((each) => each !== id)));
  const footer = html`
    <button type="button" onClick=${onClose}>${t("kit.cancel")}</button>
    <button type="button" class="primary" aria-disabled=${chosen.length === 0 || copying.busy ? "true" : undefined} onClick=${() => chosen.length > 0 && copying.submit()}>${t("quiz.add_these", { count: chosen.length })}</button>
  `;
  /** @type {[string, string][]} */
  const types = [["", t("quiz.all_types")], .../** @type {[string, string][]} */ (TYPES.map((each) => [each, t(`enums.question_type.${each}`)]))];
  return html`
    <${Dialog} title=${t("quiz.bank")} size="large" onClose=${onClose} footer=${footer}>
      <p class="muted">${t("quiz.bank_text")}</p>
      <div class="pair">
        <${SearchField} label=${t("quiz.bank_search")} value=${text} onSearch=${setText} found=${pages.total === null ? "" : t("quiz.found", { count: pages.total })} />
        <${SelectField} label=${t("quiz.type_of_question")} value=${type} options=${types} onChange=${setType} />
      </div>
      <${FormError} failure=${copying.failure} />
      <${Loaded} query=${pages}>
        ${() =>
          pages.nodes.length === 0
            ? html`<${Empty} title=${t("quiz.bank_empty")} text=${t("quiz.bank_empty_text")} />`
            : html`<ul class="bank">${pages.nodes.map((/** @type {Found} */ found) => html`<li key=${found.id}><${CheckField} label=${html`<${Line} found=${found} isOwn=${found.quiz.id === quizId} />`} checked=${chosen.includes(found.id)} onChange=${(/** @type {boolean} */ on) => choose(found.id, on)} /></li>`)}</ul><${LoadMore} pages=${pages} />`}
      <//>
    <//>
  `;
}

/** @param {{ found: Found, isOwn: boolean }} properties */
function Line({ found, isOwn }) {
  return html`
    <strong dir="auto">${found.questionText.trim() || t("quiz.untitled")}</strong>
    <small class="hint-line">${t(`enums.question_type.${found.type}`)} · ${t(`enums.question_difficulty.${found.difficulty}`)} · <bdi>${isOwn ? t("quiz.this_quiz") : `${found.quiz.course.title} · ${found.quiz.title}`}</bdi></small>
  `;
}
