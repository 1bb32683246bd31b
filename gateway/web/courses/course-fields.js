// What describes a course, for a new one and for one that is there.

import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { NumberField, SelectField, TextField } from "../kit/form.js";
import { MarkdownEditor } from "../text/editor.js";
import { keptForm, sourceOf } from "../text/written.js";
import { DIFFICULTIES, priceText } from "./wording.js";

const MAX_TEXT = 50_000;
const MAX_PRICE = 99_999_999;
const CURRENCIES = ["EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK", "TRY", "MAD", "SAR", "AED", "EGP", "INR", "BRL", "MXN", "CAD", "AUD", "JPY"];

/**
 * @typedef {{ title: string, description: string, category: string, difficulty: "BEGINNER" | "INTERMEDIATE" | "ADVANCED", price: { amount: string, currency: string }, enrollmentLimit: number | null }} CourseValues
 * The description as Markdown.
 */

/** @type {CourseValues} */
export const NO_COURSE = { title: "", description: "", category: "", difficulty: "BEGINNER", price: { amount: "0", currency: "EUR" }, enrollmentLimit: null };
/** The fields whose faults stand beside them. */
export const COURSE_FIELDS = ["title", "description", "category", "difficulty", "price", "amount", "currency", "enrollmentLimit"];

/** @param {CourseValues} course @returns {CourseValues} */
export function courseValues({ title, description, category, difficulty, price, enrollmentLimit }) {
  return { title, description: sourceOf(description), category, difficulty, price: { amount: price.amount, currency: price.currency }, enrollmentLimit };
}

/** @type {Record<keyof CourseValues, import("../app/locale.js").Word>} */
const WORDS = { title: "courses.title", description: "courses.description", category: "courses.category", difficulty: "courses.difficulty", price: "courses.price", enrollmentLimit: "courses.limit" };

/** What a field is called. @param {{ name: keyof CourseValues }} field */
export function courseWord({ name }) {
  return t(WORDS[name]);
}

/** A field's value for people. @param {any} value @param {{ name: keyof CourseValues }} field */
export function courseText(value, { name }) {
  if (name === "price") return priceText(value);
  if (name === "difficulty") return t(`enums.difficulty.${/** @type {CourseValues["difficulty"]} */ (value)}`);
  return value === null ? "" : String(value);
}

/**
 * As a mutation takes them.
 * @template {Partial<CourseValues>} Values
 * @param {Values} values
 * @returns {Values}
 */
export function courseInput(values) {
  return values.description === undefined ? values : { ...values, description: keptForm(values.description) };
}

/**
 * @param {object} properties
 * @param {CourseValues} properties.values
 * @param {(part: Partial<CourseValues>) => void} properties.change
 * @param {(field: string) => string} properties.errorOf
 * @param {boolean} [properties.disabled]
 */
export function CourseFields({ values, change, errorOf, disabled = false }) {
  const { amount, currency } = values.price;
  const currencies = CURRENCIES.includes(currency) ? CURRENCIES : [currency, ...CURRENCIES];
  const setPrice = (/** @type {Partial<CourseValues["price"]>} */ part) => change({ price: { ...values.price, ...part } });
  return html`
    <fieldset class="bare stack" disabled=${disabled}>
      <${TextField} label=${t("courses.title")} value=${values.title} onChange=${(/** @type {string} */ title) => change({ title })} error=${errorOf("title")} name="title" required maxlength="255" autocomplete="off" />
      <${MarkdownEditor} label=${t("courses.description")} hint=${t("courses.description_hint")} value=${values.description} onChange=${(/** @type {string} */ description) => change({ description })} error=${errorOf("description")} name="description" required maxLength=${MAX_TEXT} />
      <div class="pair">
        <${TextField} label=${t("courses.category")} hint=${t("courses.category_hint")} value=${values.category} onChange=${(/** @type {string} */ category) => change({ category })} error=${errorOf("category")} name="category" required maxlength="100" autocomplete="off" />
        <${SelectField} label=${t("courses.difficulty")} value=${values.difficulty} onChange=${(/** @type {CourseValues["difficulty"]} */ difficulty) => change({ difficulty })} options=${DIFFICULTIES.map((each) => [each, t(`enums.difficulty.${each}`)])} error=${errorOf("difficulty")} />
      </div>
      <div class="pair">
        <${TextField} label=${t("courses.price")} hint=${t("courses.price_hint")} value=${amount} onChange=${(/** @type {string} */ text) => setPrice({ amount: text.replace(",", ".") })} error=${priceFault(amount) || errorOf("amount") || errorOf("price")} inputmode="decimal" dir="ltr" autocomplete="off" />
        <${SelectField} label=${t("courses.currency")} value=${currency} onChange=${(/** @type {string} */ next) => setPrice({ currency: next })} options=${currencies.map((each) => [each, each])} error=${errorOf("currency")} />
      </div>
      <${NumberField} label=${t("courses.limit")} hint=${t("courses.limit_hint")} value=${values.enrollmentLimit} onChange=${(/** @type {number | null} */ enrollmentLimit) => change({ enrollmentLimit })} error=${errorOf("enrollmentLimit")} min=${1} max=${1_000_000} />
    </fieldset>
  `;
}

/** @param {string} amount */
function priceFault(amount) {
  if (!/^\d+(\.\d+)?$/.test(amount.trim())) return t("courses.price_wrong");
  return Number(amount) > MAX_PRICE ? t("rules.too_large", { max: MAX_PRICE }) : "";
}
