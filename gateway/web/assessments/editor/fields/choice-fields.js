// The options of a multiple choice, and which are right.

import { html } from "../../../app/html.js";
import { t } from "../../../app/locale.js";
import { SwitchField } from "../../../kit/form.js";
import { Icon } from "../../../kit/icon.js";
import { moved } from "../../../kit/sortable.js";
import { MAX_OPTIONS, WHOLE } from "../form.js";
import { pastedLines, useRows } from "./list-field.js";

const PER_CENT = WHOLE / 100;

/**
 * @typedef {import("../form.js").Form} Form
 * @typedef {import("../form.js").Choice} Choice
 * @typedef {{ form: Form, change: (tag: string, part: Partial<Form>) => void }} FieldProperties
 */

/** @type {Choice} */
const EMPTY = { text: "", right: false, weight: null };

/** @param {FieldProperties} properties */
export function ChoiceFields({ form, change }) {
  const { options } = form;
  const rows = useRows(options.length);
  const put = (/** @type {Choice[]} */ next, tag = "") => change(tag, { options: next.slice(0, MAX_OPTIONS) });
  const set = (/** @type {number} */ at, /** @type {Partial<Choice>} */ part, tag = "") => put(options.map((option, n) => (n === at ? { ...option, ...part } : option)), tag);
  const add = () => {
    rows.focus(options.length);
    put([...options, EMPTY]);
  };
  const remove = (/** @type {number} */ at) => {
    rows.focus(Math.max(0, at - 1));
    put(options.filter((_, n) => n !== at));
  };
  const keys = (/** @type {number} */ at) => (/** @type {KeyboardEvent} */ event) => {
    const to = at + (event.key === "ArrowUp" ? -1 : 1);
    if (event.key === "Enter" && event.ctrlKey) set(at, { right: !options[at].right });
    else if (event.key === "Enter" && !event.isComposing) at + 1 < options.length ? rows.focusNow(at + 1) : options.length < MAX_OPTIONS && add();
    else if (event.key === "Backspace" && options[at].text === "" && options.length > 2) remove(at);
    else if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key) && to >= 0 && to < options.length) {
      rows.focus(to);
      put(moved(options, at, to));
    } else return;
    event.preventDefault();
  };
  const paste = (/** @type {number} */ at) => (/** @type {ClipboardEvent} */ event) => {
    const lines = pastedLines(event);
    if (lines.length < 2) return;
    event.preventDefault();
    const made = lines.map((text, n) => ({ ...(n === 0 ? options[at] : EMPTY), text }));
    rows.focus(at + lines.length - 1);
    put([...options.slice(0, at), ...made, ...options.slice(at + 1).filter(({ text }) => text !== "")]);
  };
  const several = options.filter(({ right }) => right).length > 1 && !form.weighted;
  return html`
    <fieldset class="rows" ref=${rows.box}>
      <legend>${t("quiz.options")}</legend>
      <p class="hint-line">${t("quiz.options_hint")}</p>
      ${options.map(
        (option, n) => html`
          <div class="row-line" key=${n}>
            <input type="checkbox" class="right-mark" aria-label=${t("quiz.option_right", { number: n + 1 })} title=${t("quiz.right")} checked=${option.right} onChange=${(/** @type {any} */ event) => set(n, { right: event.target.checked })} />
            <input data-row=${n} aria-label=${t("quiz.option", { number: n + 1 })} placeholder=${t("quiz.option", { number: n + 1 })} dir="auto" autocomplete="off" value=${option.text} onInput=${(/** @type {any} */ event) => set(n, { text: event.target.value }, `option ${n}`)} onKeyDown=${keys(n)} onPaste=${paste(n)} />
            ${form.weighted && html`<${Weight} option=${option} number=${n + 1} onChange=${(/** @type {number | null} */ weight) => set(n, { weight }, `weight ${n}`)} />`}
            <button type="button" class="quiet icon" aria-label=${t("kit.remove", { name: t("quiz.option", { number: n + 1 }) })} disabled=${options.length <= 2} onClick=${() => remove(n)}><${Icon} name="close" /></button>
          </div>
        `,
      )}
      ${options.length < MAX_OPTIONS && html`<button type="button" class="small" onClick=${add}>${t("quiz.add_option")}</button>`}
    </fieldset>
    <div class="switches">
      <${SwitchField} label=${t("quiz.multiple")} hint=${several ? t("quiz.multiple_needed") : undefined} checked=${form.multiple || several || form.noneAllowed} disabled=${several || form.noneAllowed} onChange=${(/** @type {boolean} */ multiple) => change("", { multiple })} />
      <${SwitchField} label=${t("quiz.none_allowed")} checked=${form.noneAllowed} onChange=${(/** @type {boolean} */ noneAllowed) => change("", { noneAllowed })} />
      <${SwitchField} label=${t("quiz.weighted")} hint=${t("quiz.weighted_hint")} checked=${form.weighted} onChange=${(/** @type {boolean} */ weighted) => change("", { weighted })} />
    </div>
  `;
}

/** @param {{ option: Choice, number: number, onChange: (weight: number | null) => void }} properties */
function Weight({ option, number, onChange }) {
  const shown = (option.weight ?? (option.right ? WHOLE : 0)) / PER_CENT;
  const typed = (/** @type {any} */ event) => onChange(event.target.value === "" ? null : Math.round(event.target.valueAsNumber * PER_CENT));
  return html`<input type="number" class="percent" aria-label=${t("quiz.option_percent", { number })} min="-100" max="100" step="any" value=${shown} onChange=${typed} /> <span aria-hidden="true">%</span>`;
}
