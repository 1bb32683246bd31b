// What is filled in by words or in pairs: fields that show a value and say what it becomes.

import { useId } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { RichText } from "../../text/rich-text.js";
import { BLANK, TextWithBlanks } from "./asked.js";
import { orderedOptions } from "./options.js";

const MOST = 5000;
const MOST_IN_BLANK = 500;

/** @typedef {import("./wire.js").Question} Question */
/**
 * @template T
 * @typedef {{ question: Question, order?: number[], value: T, locked: boolean, change: (value: T) => void }} FieldsOf
 */

/** A line of text, or many for an essay. @param {FieldsOf<string>} properties */
export function TextAnswer({ question, value, locked, change }) {
  const id = useId();
  const long = question.questionType === "essay";
  const field = {
    value,
    id,
    dir: "auto",
    maxlength: MOST,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: long,
    readOnly: locked,
    onInput: (/** @type {any} */ event) => change(event.target.value),
  };
  return html`
    <div>
      <label for=${id}>${t("live.your_answer")}</label>
      ${long ? html`<textarea ...${field}></textarea>` : html`<input ...${field} />`}
    </div>
  `;
}

/** How many blanks there are to fill in. @param {Question} question */
export function blanksIn(question) {
  return question.blanks || question.text.split(BLANK).length - 1;
}

/** The text with a field in the place of each blank. @param {FieldsOf<string[]>} properties */
export function BlankAnswers({ question, value, locked, change }) {
  const blank = (/** @type {number} */ n) => html`
    <input
      key=${n}
      aria-label=${t("live.blank", { number: n + 1 })}
      dir="auto"
      maxlength=${MOST_IN_BLANK}
      autocomplete="off"
      autocapitalize="off"
      spellcheck=${false}
      readOnly=${locked}
      value=${value[n] ?? ""}
      onInput=${(/** @type {any} */ event) => change(value.map((text, at) => (at === n ? event.target.value : text)))}
    />
  `;
  return html`<div class="blanks" dir="auto"><${TextWithBlanks} question=${question} blank=${blank} /></div>`;
}

/** A match for each prompt; null while none is chosen. @param {FieldsOf<(number | null)[]> & { required?: boolean }} properties */
export function PairAnswers({ question, order, value, locked, change, required = false }) {
  const id = useId();
  const options = orderedOptions(question, order);
  const choose = (/** @type {number} */ n, /** @type {string} */ chosen) => change(value.map((each, at) => (at === n ? (chosen === "" ? null : Number(chosen)) : each)));
  return html`
    <div>
      ${(question.prompts ?? []).map(
        (prompt, n) => html`
          <div class="match" key=${n}>
            <label for=${`${id}-${n}`}><${RichText} html=${question.promptsHtml?.[n]} text=${prompt} inline /></label>
            <select id=${`${id}-${n}`} required=${required} disabled=${locked} value=${value[n] ?? ""} onChange=${(/** @type {any} */ event) => choose(n, event.target.value)}>
              <option value="">${t("live.choose")}</option>
              ${options.map((option) => html`<option key=${option.id} value=${option.id} selected=${value[n] === option.id}>${option.text}</option>`)}
            </select>
          </div>
        `,
      )}
    </div>
  `;
}
