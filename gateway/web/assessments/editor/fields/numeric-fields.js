// Numbers with their tolerance, and the units in which they may be given.

import { html } from "../../../app/html.js";
import { t } from "../../../app/locale.js";
import { Icon } from "../../../kit/icon.js";
import { NumberField, SelectField, SwitchField, TextField } from "../../../kit/form.js";
import { MAX_OPTIONS, WHOLE, newNumber } from "../form.js";

const PER_CENT = WHOLE / 100;

/** @typedef {import("../form.js").RightNumber} RightNumber */
/** @typedef {import("../form.js").Unit} Unit */

/** @param {import("./choice-fields.js").FieldProperties} properties */
export function NumericFields({ form, change }) {
  const { numbers, units } = form;
  const put = (/** @type {RightNumber[]} */ next, tag = "") => change(tag, { numbers: next });
  return html`
    <fieldset class="rows">
      <legend>${t("quiz.numbers")}</legend>
      <p class="hint-line">${t("quiz.numbers_hint")}</p>
      ${numbers.map((number, n) => html`<${NumberRow} key=${n} number=${number} place=${n} change=${(/** @type {Partial<RightNumber>} */ part) => put(numbers.map((each, at) => (at === n ? { ...each, ...part } : each)), `number ${n} ${Object.keys(part)}`)} remove=${numbers.length > 1 ? () => put(numbers.filter((_, at) => at !== n)) : null} />`)}
      ${numbers.length < MAX_OPTIONS && html`<button type="button" class="small" onClick=${() => put([...numbers, newNumber()])}>${t("quiz.add_number")}</button>`}
    </fieldset>
    <${Units} units=${units} change=${(/** @type {string} */ tag, /** @type {Unit[]} */ next) => change(tag, { units: next })} />
    ${units.length > 0 &&
    html`
      <div class="switches"><${SwitchField} label=${t("quiz.unit_required")} checked=${form.unitRequired} onChange=${(/** @type {boolean} */ unitRequired) => change("", { unitRequired })} /></div>
      <${NumberField} label=${t("quiz.unit_penalty")} unit="%" step="any" min=${0} max=${100} value=${form.unitPenalty / PER_CENT} onChange=${(/** @type {number | null} */ percent) => change("unit penalty", { unitPenalty: Math.round((percent ?? 0) * PER_CENT) })} />
    `}
  `;
}

/** @param {{ number: RightNumber, place: number, change: (part: Partial<RightNumber>) => void, remove: (() => void) | null }} properties */
function NumberRow({ number, place, change, remove }) {
  const name = t("quiz.number_row", { number: place + 1 });
  /** @type {[string, string][]} */
  const kinds = [["number", t("quiz.one_number")], ["percent", t("quiz.number_within_percent")], ["range", t("quiz.number_range")]];
  const field = (/** @type {"number" | "low" | "high"} */ part, /** @type {string} */ label) => html`<${NumberField} label=${label} step="any" value=${number[part]} onChange=${(/** @type {number | null} */ value) => change({ [part]: value })} />`;
  return html`
    <div class="credit" role="group" aria-label=${name}>
      <${SelectField} label=${t("quiz.credit_kind")} value=${number.kind} options=${kinds} onChange=${(/** @type {any} */ kind) => change({ kind })} />
      ${number.kind === "range"
        ? html`${field("low", t("quiz.low"))}${field("high", t("quiz.high"))}`
        : html`${field("number", t("quiz.number"))}<${NumberField} label=${t("quiz.tolerance")} unit=${number.kind === "percent" ? "%" : undefined} step="any" min=${0} value=${number.tolerance} onChange=${(/** @type {number | null} */ tolerance) => change({ tolerance: tolerance ?? 0 })} />`}
      <${NumberField} label=${t("quiz.percent")} unit="%" step="any" min=${0} max=${100} value=${number.weight / PER_CENT} onChange=${(/** @type {number | null} */ percent) => change({ weight: Math.round((percent ?? 0) * PER_CENT) })} />
      ${remove && html`<button type="button" class="quiet icon" aria-label=${t("kit.remove", { name })} onClick=${remove}><${Icon} name="close" /></button>`}
    </div>
  `;
}

/** @param {{ units: Unit[], change: (tag: string, units: Unit[]) => void }} properties */
function Units({ units, change }) {
  const set = (/** @type {number} */ n, /** @type {Partial<Unit>} */ part) => change(`unit ${n} ${Object.keys(part)}`, units.map((unit, at) => (at === n ? { ...unit, ...part } : unit)));
  return html`
    <fieldset class="rows">
      <legend>${t("quiz.units")}</legend>
      <p class="hint-line">${t("quiz.units_hint")}</p>
      ${units.map((unit, n) => {
        const name = t("quiz.unit", { number: n + 1 });
        return html`
          <div class="credit" key=${n} role="group" aria-label=${name}>
            <${TextField} label=${name} value=${unit.name} onChange=${(/** @type {string} */ text) => set(n, { name: text })} />
            <${NumberField} label=${t("quiz.factor", { number: n + 1 })} step="any" min=${0} value=${unit.factor} onChange=${(/** @type {number | null} */ factor) => set(n, { factor })} />
            <button type="button" class="quiet icon" aria-label=${t("kit.remove", { name })} onClick=${() => change("", units.filter((_, at) => at !== n))}><${Icon} name="close" /></button>
          </div>
        `;
      })}
      ${units.length < MAX_OPTIONS && html`<button type="button" class="small" onClick=${() => change("", [...units, { name: "", factor: 1 }])}>${t("quiz.add_unit")}</button>`}
    </fieldset>
  `;
}
