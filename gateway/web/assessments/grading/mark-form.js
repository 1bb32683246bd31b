// Points or levels of a rubric, and comments for an answer, or the same for all alike ones.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../app/announcer.js";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { request } from "../../app/session.js";
import { FormError, NumberField, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { ChosenLevels } from "../rubrics/chosen-levels.js";
import { earnedBy, levelsOf } from "../rubrics/rubric.js";
import { GRADE, SIMILAR_ANSWERS } from "./documents.js";
import { isDisputed } from "./queue.js";

/** @typedef {import("./queue.js").Item} Item */
/** @typedef {import("./similar.js").Similar} Similar */
/** @typedef {{ points: number | null, levels: (number | null)[], comment: string, passages: import("../rubrics/passages.js").Passage[] }} Filled */

const SIMILAR = () => import("./similar.js").then(({ SimilarAnswers }) => SimilarAnswers);
const PASSAGES = () => import("../rubrics/passage-fields.js").then(({ PassageFields }) => PassageFields);

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
  const rubric = /** @type {import("../rubrics/rubric.js").Rubric | null} */ (question.rubric);
  const text = typeof question.answer === "string" ? question.answer : null;
  const suggested = question.automatic === null ? null : Number(question.automatic);
  const [draft, setDraft, { discard }] = useDraft(`grading.${quizId}.${item.key}`.slice(0, 200), /** @type {Partial<Filled> | null} */ (null));
  /** @type {Filled} */
  const first = { points: rubric ? null : suggested, levels: question.levels ? [...question.levels] : [], comment: question.comment ?? "", passages: /** @type {Filled["passages"]} */ (question.passages) };
  /** @type {Filled} */
  const shown = { ...first, ...mark, ...draft };
  const [missing, setMissing] = useState(false);
  const [commenting, setCommenting] = useState(/** @type {boolean | "focused"} */ (shown.passages.length > 0));
  const { data } = useQuery(text === null ? null : SIMILAR_ANSWERS, { submissionId: given[0].submission.id, questionId: question.questionId });
  const similar = data?.similarQuizAnswers ?? [];
  const takeable = (/** @type {Similar} */ { levels }) => rubric === null || levels !== null;
  /** @type {import("preact/hooks").MutableRef<HTMLFormElement | null>} */
  const form = useRef(null);
  useLayoutEffect(() => { // before the next key is pressed
    const field = /** @type {HTMLInputElement | null | undefined} */ (form.current?.querySelector("input:checked") ?? form.current?.querySelector("input"));
    field?.focus();
    if (field?.type !== "radio") field?.select();
  }, []);
  const set = (/** @type {Partial<Filled>} */ part) => setDraft({ ...shown, ...part });
  const points = rubric ? earnedBy(rubric, shown.levels) : shown.points;
  const take = (/** @type {Similar | undefined} */ found) => {
    if (!found) return;
    set(rubric ? { levels: [...(found.levels ?? [])] } : { points: Number(found.points) });
    announce(t("grading.taken_over"));
  };
  const give = (/** @type {"best" | "least"} */ which) => set(rubric ? { levels: levelsOf(rubric, which) } : { points: which === "best" ? most : 0 });
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    setMissing(points === null);
    if (points === null) return;
    const worth = rubric ? { levels: /** @type {number[]} */ (shown.levels) } : { points: String(points) };
    const passages = text !== null && given.length === 1 ? { passages: shown.passages.filter(({ comment }) => comment.trim() !== "") } : {};
    const marks = [{ questionId: question.questionId, final: isDisputed(question), ...worth, ...passages, comment: shown.comment.trim() || null }];
    for (const { submission } of given) await request(GRADE, { id: submission.id, grading: { marks } }, { repeatable: true });
    discard();
    graded({ ...shown, points });
  });
  const comment = () => {
    const field = /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector("[aria-readonly]"));
    field?.focus();
    setCommenting((before) => before || "focused");
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    const inText = event.target instanceof HTMLTextAreaElement;
    if (inText && event.key === "Enter" && (event.ctrlKey || event.metaKey)) return void submit(event);
    if (inText || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const deeds = {
      ...{ f: () => give("best"), n: () => give("least"), s: () => take(similar.find(takeable)), j: next, k: previous },
      c: () => /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector("[data-comment]"))?.focus(),
      p: () => text !== null && given.length === 1 && comment(),
    };
    const deed = deeds[/** @type {keyof typeof deeds} */ (event.key.toLowerCase())];
    if (!deed) return undefined;
    event.preventDefault();
    return void deed();
  };
  const wrong = missing && points === null ? t(rubric ? "rubric.choose_all" : "rules.required") : errorOf(rubric ? "levels" : "points");
  return html`
    <form ref=${form} class="stack" novalidate aria-label=${t("grading.mark")} onSubmit=${submit} onKeyDown=${press}>
      ${rubric
        ? html`<${ChosenLevels} rubric=${rubric} levels=${shown.levels} most=${most} error=${wrong} onChange=${(/** @type {(number | null)[]} */ levels) => set({ levels })} />`
        : html`<${Points} most=${most} value=${shown.points} suggested=${suggested} error=${wrong} set=${set} />`}
      ${similar.length > 0 && html`<${Later} load=${SIMILAR} found=${similar} most=${most} takeable=${takeable} take=${take} />`}
      <${TextField} multiline data-comment class="short-text" label=${t("grading.comment")} value=${shown.comment} error=${errorOf("comment")} onChange=${(/** @type {string} */ comment) => set({ comment })} />
      ${text !== null && given.length === 1 && (commenting
        ? html`<${Later} load=${PASSAGES} focused=${commenting === "focused"} text=${text} passages=${shown.passages} onChange=${(/** @type {Filled["passages"]} */ passages) => set({ passages })} />`
        : html`<div><button type="button" class="small" onClick=${comment}>${t("grading.comment_passage")}</button></div>`)}
      <${FormError} failure=${failure} shownFields=${["points", "levels", "comment"]} />
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

/** @param {{ most: number, value: number | null, suggested: number | null, error: string, set: (part: Partial<Filled>) => void }} properties */
function Points({ most, value, suggested, error, set }) {
  return html`
    <div class="row score-row">
      <${NumberField} label=${t("results.points_of", { most })} value=${value} min=${0} max=${most} step="any" error=${error} onChange=${(/** @type {number | null} */ points) => set({ points })} />
      <button type="button" class="small" onClick=${() => set({ points: 0 })}>${t("results.no_points")}</button>
      <button type="button" class="small" onClick=${() => set({ points: most })}>${t("results.full_points")}</button>
      ${suggested !== null && html`<span class="chip">${t("grading.suggested", { count: suggested })}</span>`}
    </div>
  `;
}
