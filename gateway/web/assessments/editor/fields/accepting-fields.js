// What may be typed: texts, texts with wildcards, a number, and what earns a part of the points.

import { html } from "../../../app/html.js";
import { t } from "../../../app/locale.js";
import { NumberField, SelectField, SwitchField, TextField } from "../../../kit/form.js";
import { Icon } from "../../../kit/icon.js";
import { BLANK, MAX_ACCEPTED, WHOLE, accepting, blanksIn } from "../form.js";
import { ListField } from "./list-field.js";

const PER_CENT = WHOLE / 100;
const HALF = WHOLE / 2;

/** @typedef {import("../form.js").Accepting} Accepting */
/** @typedef {import("../form.js").Credit} Credit */
/** @typedef {import("./choice-fields.js").FieldProperties} FieldProperties */

/** @param {FieldProperties} properties */
export function ShortAnswerFields({ form, change }) {
  return html`
    <${AcceptingFields} label=${t("quiz.accepted")} given=${form.typed} change=${(/** @type {string} */ tag, /** @type {Accepting} */ typed) => change(tag, { typed })} />
    <${SwitchField} label=${t("quiz.case_sensitive")} checked=${form.caseSensitive} onChange=${(/** @type {boolean} */ caseSensitive) => change("", { caseSensitive })} />
  `;
}

/** @param {FieldProperties} properties */
export function BlankFields({ form, change }) {
  const count = blanksIn(form.text);
  const set = (/** @type {number} */ at) => (/** @type {string} */ tag, /** @type {Accepting} */ next) => {
    const blanks = Array.from({ length: Math.max(form.blanks.length, count) }, (_, n) => (n === at ? next : form.blanks[n] ?? accepting()));
    change(`${tag} of ${at}`, { blanks });
  };
  return html`
    <p class="hint-line">${t("quiz.blanks_hint", { blank: BLANK })}</p>
    ${Array.from({ length: count }, (_, n) => html`<${AcceptingFields} key=${n} label=${t("quiz.blank", { number: n + 1 })} given=${form.blanks[n] ?? accepting()} change=${set(n)} />`)}
  `;
}

/** @param {{ label: string, given: Accepting, change: (tag: string, next: Accepting) => void }} properties */
function AcceptingFields({ label, given, change }) {
  const set = (/** @type {string} */ tag, /** @type {Partial<Accepting>} */ part) => change(tag, { ...given, ...part });
  const used = given.patterns.length > 0 || given.number !== null || given.credits.length > 0;
  return html`
    <div class="accepting">
      <${ListField} label=${label} hint=${t("quiz.accepted_hint")} values=${given.accepted} most=${MAX_ACCEPTED} nameOf=${(/** @type {number} */ number) => `${label}: ${t("quiz.answer", { number })}`} add=${t("quiz.add_answer")} onChange=${(/** @type {string[]} */ accepted) => set("accepted", { accepted })} />
      <details open=${used}>
        <summary>${t("quiz.more_answers")}</summary>
        <div class="stack inset">
          <${ListField} label=${t("quiz.patterns")} hint=${t("quiz.patterns_hint")} values=${given.patterns} most=${MAX_ACCEPTED} nameOf=${(/** @type {number} */ number) => t("quiz.pattern", { number })} add=${t("quiz.add_pattern")} onChange=${(/** @type {string[]} */ patterns) => set("patterns", { patterns })} />
          <div class="pair">
            <${NumberField} label=${t("quiz.number")} hint=${t("quiz.number_hint")} step="any" value=${given.number} onChange=${(/** @type {number | null} */ number) => set("number", { number })} />
            <${NumberField} label=${t("quiz.tolerance")} step="any" min=${0} value=${given.tolerance} onChange=${(/** @type {number | null} */ tolerance) => set("tolerance", { tolerance: tolerance ?? 0 })} />
          </div>
          <${Credits} credits=${given.credits} onChange=${(/** @type {Credit[]} */ credits) => set("credits", { credits })} />
        </div>
      </details>
    </div>
  `;
}

/** @param {{ credits: Credit[], onChange: (credits: Credit[]) => void }} properties */
function Credits({ credits, onChange }) {
  const set = (/** @type {number} */ at, /** @type {Partial<Credit>} */ part) => onChange(credits.map((credit, n) => (n === at ? { ...credit, ...part } : credit)));
  const add = () => onChange([...credits, { kind: "text", text: "", number: null, tolerance: 0, weight: HALF }]);
  /** @type {[string, string][]} */
  const kinds = [["text", t("quiz.credit_text")], ["pattern", t("quiz.credit_pattern")], ["number", t("quiz.credit_number")]];
  return html`
    <fieldset class="rows">
      <legend>${t("quiz.credits")}</legend>
      <p class="hint-line">${t("quiz.credits_hint")}</p>
      ${credits.map(
        (credit, n) => html`
          <div class="credit" key=${n} role="group" aria-label=${t("quiz.credit", { number: n + 1 })}>
            <${SelectField} label=${t("quiz.credit_kind")} value=${credit.kind} options=${kinds} onChange=${(/** @type {any} */ kind) => set(n, { kind })} />
            ${credit.kind === "number"
              ? html`<${NumberField} label=${t("quiz.number")} step="any" value=${credit.number} onChange=${(/** @type {number | null} */ number) => set(n, { number })} /><${NumberField} label=${t("quiz.tolerance")} step="any" min=${0} value=${credit.tolerance} onChange=${(/** @type {number | null} */ tolerance) => set(n, { tolerance: tolerance ?? 0 })} />`
              : html`<${TextField} label=${t("quiz.credit_answer")} value=${credit.text} onChange=${(/** @type {string} */ text) => set(n, { text })} />`}
            <${NumberField} label=${t("quiz.percent")} unit="%" step="any" min=${1} max=${100} value=${credit.weight / PER_CENT} onChange=${(/** @type {number | null} */ percent) => set(n, { weight: Math.round((percent ?? 0) * PER_CENT) })} />
            <button type="button" class="quiet icon" aria-label=${t("kit.remove", { name: t("quiz.credit", { number: n + 1 }) })} onClick=${() => onChange(credits.filter((_, at) => at !== n))}><${Icon} name="close" /></button>
          </div>
        `,
      )}
      ${credits.length < MAX_ACCEPTED && html`<button type="button" class="small" onClick=${add}>${t("quiz.add_credit")}</button>`}
    </fieldset>
  `;
}
