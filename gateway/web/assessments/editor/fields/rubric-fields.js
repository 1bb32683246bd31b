// The rubric of a question that persons mark.

import { html } from "../../../app/html.js";
import { formatNumber, t } from "../../../app/locale.js";
import { NumberField, SwitchField, TextField } from "../../../kit/form.js";
import { Icon } from "../../../kit/icon.js";
import { MAX_CRITERIA, MAX_DESCRIPTION, MAX_LEVELS, MAX_NAME, MIN_LEVELS, mostOf, newCriterion, newRubric } from "../../rubrics/rubric.js";

/** @typedef {import("../../rubrics/rubric.js").Criterion} Criterion */
/** @typedef {import("../../rubrics/rubric.js").Level} Level */

/** @param {import("./choice-fields.js").FieldProperties} properties */
export function RubricFields({ form, change }) {
  const { rubric } = form;
  if (!rubric) return html`<div><button type="button" class="small" onClick=${() => change("", { rubric: newRubric(form.points) })}>${t("rubric.add")}</button><p class="hint-line">${t("rubric.add_hint")}</p></div>`;
  const put = (/** @type {Criterion[]} */ criteria, tag = "") => change(tag, { rubric: { ...rubric, criteria } });
  const set = (/** @type {number} */ n, /** @type {Criterion} */ criterion, /** @type {string} */ tag) => put(rubric.criteria.map((each, at) => (at === n ? criterion : each)), tag && `rubric ${n} ${tag}`);
  return html`
    <fieldset class="rows">
      <legend>${t("rubric.title")}</legend>
      ${rubric.criteria.map((criterion, n) => html`<${CriterionFields} key=${n} criterion=${criterion} place=${n} set=${(/** @type {Criterion} */ next, /** @type {string} */ tag) => set(n, next, tag)} remove=${rubric.criteria.length > 1 ? () => put(rubric.criteria.filter((_, at) => at !== n)) : null} />`)}
      ${rubric.criteria.length < MAX_CRITERIA && html`<button type="button" class="small" onClick=${() => put([...rubric.criteria, newCriterion(1)])}>${t("rubric.add_criterion")}</button>`}
      <${Sum} form=${form} change=${change} />
      <div class="switches"><${SwitchField} label=${t("rubric.shown")} hint=${t("rubric.shown_hint")} checked=${rubric.shown} onChange=${(/** @type {boolean} */ shown) => change("", { rubric: { ...rubric, shown } })} /></div>
      <button type="button" class="small quiet" onClick=${() => change("", { rubric: null })}>${t("rubric.remove")}</button>
    </fieldset>
  `;
}

/** @param {import("./choice-fields.js").FieldProperties} properties */
function Sum({ form, change }) {
  if (!form.rubric) return null;
  const sum = mostOf(form.rubric);
  const points = form.points ?? 1;
  const as = (/** @type {number} */ value) => formatNumber(value, { maximumFractionDigits: 2 });
  return html`
    <div class="row">
      <p class=${sum === points ? "muted" : "error"} role="status">${t("rubric.adds_up", { sum: as(sum), points: as(points) })}</p>
      ${sum !== points && html`<button type="button" class="small" onClick=${() => change("", { points: sum })}>${t("rubric.take_sum", { sum: as(sum) })}</button>`}
    </div>
  `;
}

/** @param {{ criterion: Criterion, place: number, set: (criterion: Criterion, tag: string) => void, remove: (() => void) | null }} properties */
function CriterionFields({ criterion, place, set, remove }) {
  const { levels } = criterion;
  const name = t("rubric.criterion", { number: place + 1 });
  const setLevel = (/** @type {number} */ n, /** @type {Partial<Level>} */ part) => set({ ...criterion, levels: levels.map((level, at) => (at === n ? { ...level, ...part } : level)) }, `level ${n} ${Object.keys(part)}`);
  return html`
    <div class="inset stack rubric-criterion" role="group" aria-label=${name}>
      <div class="pair">
        <${TextField} label=${name} maxlength=${MAX_NAME} value=${criterion.name} onChange=${(/** @type {string} */ text) => set({ ...criterion, name: text }, "name")} />
        <${TextField} label=${t("rubric.description")} maxlength=${MAX_DESCRIPTION} value=${criterion.description} onChange=${(/** @type {string} */ description) => set({ ...criterion, description }, "description")} />
      </div>
      ${levels.map((level, n) => html`<${LevelFields} key=${n} level=${level} place=${n} set=${(/** @type {Partial<Level>} */ part) => setLevel(n, part)} remove=${levels.length > MIN_LEVELS ? () => set({ ...criterion, levels: levels.filter((_, at) => at !== n) }, "") : null} />`)}
      <div class="row">
        ${levels.length < MAX_LEVELS && html`<button type="button" class="small" onClick=${() => set({ ...criterion, levels: [...levels, { points: 0, name: "", description: "" }] }, "")}>${t("rubric.add_level")}</button>`}
        ${remove && html`<button type="button" class="small quiet" onClick=${remove}>${t("kit.remove", { name })}</button>`}
      </div>
    </div>
  `;
}

/** @param {{ level: Level, place: number, set: (part: Partial<Level>) => void, remove: (() => void) | null }} properties */
function LevelFields({ level, place, set, remove }) {
  const name = t("rubric.level", { number: place + 1 });
  return html`
    <div class="credit" role="group" aria-label=${name}>
      <${TextField} label=${name} maxlength=${MAX_NAME} value=${level.name} onChange=${(/** @type {string} */ text) => set({ name: text })} />
      <${NumberField} label=${t("quiz.points")} min=${0} max=${1000} step=${0.01} value=${level.points} onChange=${(/** @type {number | null} */ points) => set({ points })} />
      <${TextField} label=${t("rubric.description")} maxlength=${MAX_DESCRIPTION} value=${level.description} onChange=${(/** @type {string} */ description) => set({ description })} />
      ${remove && html`<button type="button" class="quiet icon" aria-label=${t("kit.remove", { name })} onClick=${remove}><${Icon} name="close" /></button>`}
    </div>
  `;
}
