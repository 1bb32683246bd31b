// Forms: labelled fields with their errors, and a deed that is done once and says how it went.

import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Failure } from "../app/graphql.js";
import { html } from "../app/html.js";
import { failureText, hasWord, t } from "../app/locale.js";

/**
 * What a form does when it is sent. While it runs, sending again does nothing. Where its fields say that they
 * are needed and have names, it is not sent without them; the focus goes to the first field that is wrong.
 * @param {() => Promise<unknown>} deed
 * @returns {{ submit: (event?: Event) => Promise<void>, busy: boolean, failure: Failure | null, errorOf: (field: string) => string }}
 */
export function useSubmit(deed) {
  const [state, setState] = useState(/** @type {{ busy: boolean, failure: Failure | null }} */ ({ busy: false, failure: null }));
  const running = useRef(false);
  const there = useRef(true);
  /** @type {import("preact/hooks").MutableRef<HTMLFormElement | null>} */
  const form = useRef(null);
  useEffect(() => () => void (there.current = false), []);
  useLayoutEffect(() => {
    if (state.failure) firstWrong(form.current)?.focus();
  }, [state.failure]);
  const submit = async (/** @type {Event | undefined} */ event) => {
    event?.preventDefault();
    if (running.current) return;
    form.current = event?.currentTarget instanceof Element ? event.currentTarget.closest("form") : null;
    const missing = form.current ? missingFields(form.current) : [];
    if (missing.length > 0) return setState({ busy: false, failure: incomplete(missing) });
    running.current = true;
    setState({ busy: true, failure: null });
    try {
      await deed();
      if (there.current) setState({ busy: false, failure: null });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (there.current) setState({ busy: false, failure: error });
    } finally {
      running.current = false;
    }
  };
  const errorOf = useCallback((/** @type {string} */ field) => fieldError(state.failure, field), [state.failure]);
  return { submit, busy: state.busy, failure: state.failure, errorOf };
}

const FIELDS = "input, textarea, select";

/** The names of the fields that are needed and empty. @param {HTMLFormElement} form */
function missingFields(form) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(FIELDS)]);
  return fields.filter((each) => each.required && each.name && each.value.trim() === "" && !each.matches(":disabled")).map(({ name }) => name);
}

/** As the server would say it. @param {string[]} names */
function incomplete(names) {
  const fields = names.map((field) => ({ field, code: "REQUIRED", message: "This is needed" }));
  return new Failure({ message: "Invalid input data", extensions: { code: "VALIDATION_ERROR", details: { fields } } });
}

/** @param {HTMLFormElement | null} form @returns {HTMLElement | null} */
function firstWrong(form) {
  return form?.querySelector(`:is(${FIELDS})[aria-invalid="true"]`) ?? null;
}

/**
 * What is wrong with one field, in words; empty if nothing is.
 * @param {Failure | null} failure
 * @param {string} field The end of its path in the server's words, such as `fullName`.
 */
export function fieldError(failure, field) {
  const wrong = (failure?.fields ?? []).filter((each) => each.field === field || each.field.endsWith(`.${field}`));
  return wrong.map(ruleText).join(" ");
}

/** @param {{ code?: string, message: string, [parameter: string]: any }} wrong */
function ruleText(wrong) {
  const word = `rules.${String(wrong.code ?? "").toLowerCase()}`;
  return hasWord(word) ? t(/** @type {any} */ (word), wrong) : wrong.message;
}

/**
 * A label, what belongs under it, and what describes that.
 * @param {object} properties
 * @param {string} properties.label
 * @param {string} [properties.hint]
 * @param {string} [properties.error]
 * @param {(field: { id: string, "aria-describedby"?: string, "aria-invalid"?: "true" }) => any} properties.children
 */
function Field({ label, hint, error = "", children }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${children({ id, "aria-describedby": described, "aria-invalid": error ? "true" : undefined })}
      ${hint && html`<p class="hint-line" id=${`${id}-hint`}>${hint}</p>`}
      ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
    </div>
  `;
}

/**
 * A line of text under its label. Other properties go to the `input`.
 * @param {{ label: string, value: string, onChange: (value: string) => void, error?: string, hint?: string, multiline?: boolean, [property: string]: any }} properties
 */
export function TextField({ label, value, onChange, error, hint, multiline = false, ...more }) {
  const own = { value, dir: "auto", onInput: (/** @type {any} */ event) => onChange(event.target.value), ...more };
  return html`
    <${Field} label=${label} hint=${hint} error=${error}>
      ${(/** @type {any} */ field) => (multiline ? html`<textarea ...${field} ...${own}></textarea>` : html`<input ...${field} ...${own} />`)}
    <//>
  `;
}

/**
 * A number; null while there is none, or what is typed is none. `unit` is said after it.
 * @param {{ label: string, value: number | null, onChange: (value: number | null) => void, unit?: string, error?: string, hint?: string, min?: number, max?: number, step?: number | "any", [property: string]: any }} properties
 */
export function NumberField({ label, value, onChange, unit, error, hint, ...more }) {
  // What is typed stays as it is: 0.0 is on its way to 0.05.
  const [typed, setTyped] = useState({ text: value === null ? "" : String(value), value });
  const text = typed.value === value ? typed.text : value === null ? "" : String(value);
  const change = (/** @type {any} */ event) => {
    const next = event.target.value === "" ? null : event.target.valueAsNumber;
    setTyped({ text: event.target.value, value: next });
    onChange(next);
  };
  return html`
    <${Field} label=${unit ? `${label} (${unit})` : label} hint=${hint} error=${error}>
      ${(/** @type {any} */ field) => html`<input type="number" inputmode=${more.step === undefined ? "numeric" : "decimal"} class="number-field" ...${field} value=${text} onInput=${change} ...${more} />`}
    <//>
  `;
}

/**
 * A password, which may be looked at while it is typed.
 * @param {{ label: string, value: string, onChange: (value: string) => void, [property: string]: any }} properties
 */
export function PasswordField(properties) {
  const [shown, setShown] = useState(false);
  return html`
    <${TextField} type=${shown ? "text" : "password"} autocapitalize="none" spellcheck=${false} dir="ltr" ...${properties} />
    <label class="check"><input type="checkbox" checked=${shown} onChange=${(/** @type {any} */ event) => setShown(event.target.checked)} /> ${t("kit.show_password")}</label>
  `;
}

/**
 * @param {{ label: string, value: string, onChange: (value: string) => void, options: [string, string][], error?: string, hint?: string, [property: string]: any }} properties
 * `options` are values with their labels.
 */
export function SelectField({ label, value, onChange, options, error, hint, ...more }) {
  return html`
    <${Field} label=${label} hint=${hint} error=${error}>
      ${(/** @type {any} */ field) => html`
        <select ...${field} value=${value} onChange=${(/** @type {any} */ event) => onChange(event.target.value)} ...${more}>
          ${options.map(([each, text]) => html`<option key=${each} value=${each} selected=${each === value}>${text}</option>`)}
        </select>
      `}
    <//>
  `;
}

/**
 * One of few, all of which are seen.
 * @param {object} properties
 * @param {string} properties.label
 * @param {string} properties.value
 * @param {(value: string) => void} properties.onChange
 * @param {{ value: string, label: string, hint?: string, disabled?: boolean }[]} properties.options
 * @param {string} [properties.hint]
 * @param {string} [properties.error]
 * @param {boolean} [properties.cards] As cards beside each other, for choices that are explained.
 */
export function RadioGroup({ label, value, onChange, options, hint, error = "", cards = false }) {
  const id = useId();
  return html`
    <fieldset class=${`choice ${cards ? "cards" : ""}`} aria-describedby=${error ? `${id}-error` : hint ? `${id}-hint` : undefined}>
      <legend>${label}</legend>
      ${hint && html`<p class="hint-line" id=${`${id}-hint`}>${hint}</p>`}
      <div class="choices">
        ${options.map(
          (option) => html`
            <label key=${option.value} class="check">
              <input type="radio" name=${id} value=${option.value} checked=${option.value === value} disabled=${option.disabled} aria-invalid=${error ? "true" : undefined} onChange=${() => onChange(option.value)} />
              <span>${option.label}${option.hint && html`<small class="hint-line">${option.hint}</small>`}</span>
            </label>
          `,
        )}
      </div>
      ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
    </fieldset>
  `;
}

/**
 * What is on or off at once, without sending a form.
 * @param {{ label: any, checked: boolean, onChange: (checked: boolean) => void, hint?: string, [property: string]: any }} properties
 */
export function SwitchField({ label, checked, onChange, hint, ...more }) {
  return html`<label class="check switch"><input type="checkbox" role="switch" checked=${checked} onChange=${(/** @type {any} */ event) => onChange(event.target.checked)} ...${more} /> <span>${label}${hint && html`<small class="hint-line">${hint}</small>`}</span></label>`;
}

/** @param {{ label: any, checked: boolean, onChange: (checked: boolean) => void, [property: string]: any }} properties */
export function CheckField({ label, checked, onChange, ...more }) {
  return html`<label class="check"><input type="checkbox" checked=${checked} onChange=${(/** @type {any} */ event) => onChange(event.target.checked)} ...${more} /> <span>${label}</span></label>`;
}

/**
 * What went wrong with the whole form; what a field shows already is not said twice.
 * @param {{ failure: Failure | null, shownFields?: string[] }} properties
 */
export function FormError({ failure, shownFields = [] }) {
  const rest = (failure?.fields ?? []).filter((each) => !shownFields.some((name) => each.field === name || each.field.endsWith(`.${name}`)));
  const text = !failure ? "" : failure.fields.length === 0 ? failureText(failure) : rest.map(ruleText).join(" ");
  return html`<p class="error" role="alert">${text}</p>`;
}

/** @param {{ busy: boolean, children: any, [property: string]: any }} properties */
export function SubmitButton({ busy, children, ...more }) {
  return html`<button class="primary big full" aria-disabled=${busy ? "true" : undefined} ...${more}>${children}${busy && html`<span class="spinner" aria-hidden="true"></span>`}</button>`;
}
