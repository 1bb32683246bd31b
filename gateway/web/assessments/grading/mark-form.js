// Points and a comment for an answer, or the same for all alike ones.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { FormError, NumberField, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { GRADE } from "./documents.js";

/** @typedef {import("./queue.js").Item} Item */
/** @typedef {{ points: number | null, comment: string }} Filled */

/**
 * @param {object} properties
 * @param {string} properties.quizId
 * @param {Item} properties.item
 * @param {import("./desk.js").Mark | null} properties.mark What was given just now.
 * @param {(mark: import("./desk.js").Mark) => void} properties.graded
 * @param {() => void} properties.next
 * @param {() => void} properties.previous
 */
export function MarkForm({ quizId, item, mark, graded, next, previous }) {
  const { question, given } = item;
  const most = Number(question.most);
  const suggested = question.automatic === null ? null : Number(question.automatic);
  const [draft, setDraft, { discard }] = useDraft(`grading.${quizId}.${item.key}`.slice(0, 200), /** @type {Filled | null} */ (null));
  const shown = draft ?? mark ?? { points: suggested, comment: question.comment ?? "" };
  const [missing, setMissing] = useState(false);
  /** @type {import("preact/hooks").MutableRef<HTMLFormElement | null>} */
  const form = useRef(null);
  useLayoutEffect(() => { // before the next key is pressed
    const field = form.current?.querySelector("input");
    field?.focus();
    field?.select();
  }, []);
  const set = (/** @type {Partial<Filled>} */ part) => setDraft({ ...shown, ...part });
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { points, comment } = shown;
    setMissing(points === null);
    if (points === null) return;
    const marks = [{ questionId: question.questionId, points: String(points), comment: comment.trim() || null }];
    for (const { submission } of given) await request(GRADE, { id: submission.id, grading: { marks } }, { repeatable: true });
    discard();
    graded({ points, comment });
  });
  const press = (/** @type {KeyboardEvent} */ event) => {
    const inComment = event.target instanceof HTMLTextAreaElement;
    if (inComment && event.key === "Enter" && (event.ctrlKey || event.metaKey)) return void submit(event);
    if (inComment || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const deeds = { f: () => set({ points: most }), n: () => set({ points: 0 }), j: next, k: previous, c: () => form.current?.querySelector("textarea")?.focus() };
    const deed = deeds[/** @type {keyof typeof deeds} */ (event.key.toLowerCase())];
    if (!deed) return undefined;
    event.preventDefault();
    return void deed();
  };
  return html`
    <form ref=${form} class="stack" novalidate aria-label=${t("grading.mark")} onSubmit=${submit} onKeyDown=${press}>
      <div class="row score-row">
        <${NumberField} label=${t("results.points_of", { most })} value=${shown.points} min=${0} max=${most} step="any" error=${missing && shown.points === null ? t("rules.required") : errorOf("points")} onChange=${(/** @type {number | null} */ points) => set({ points })} />
        <button type="button" class="small" onClick=${() => set({ points: 0 })}>${t("results.no_points")}</button>
        <button type="button" class="small" onClick=${() => set({ points: most })}>${t("results.full_points")}</button>
        ${suggested !== null && html`<span class="chip">${t("grading.suggested", { count: suggested })}</span>`}
      </div>
      <${TextField} multiline class="short-text" label=${t("grading.comment")} value=${shown.comment} error=${errorOf("comment")} onChange=${(/** @type {string} */ comment) => set({ comment })} />
      <${FormError} failure=${failure} shownFields=${["points", "comment"]} />
      <div class="row">
        <button type="button" class="small" onClick=${previous}>${t("grading.previous")}</button>
        <button type="button" class="small" onClick=${next}>${t("grading.skip")}</button>
        <span class="grow"></span>
        ${mark && html`<span class="chip good">${t("grading.graded")}</span>`}
        <${SubmitButton} busy=${busy} class="primary">${given.length > 1 ? t("grading.save_all", { count: given.length }) : t("grading.save")}<//>
      </div>
    </form>
  `;
}
