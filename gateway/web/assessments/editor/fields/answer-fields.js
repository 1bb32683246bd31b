// What is right, for each type of question.

import { html } from "../../../app/html.js";
import { Later, withWords } from "../../../app/later.js";
import { t } from "../../../app/locale.js";
import { RadioGroup, TextField } from "../../../kit/form.js";
import { BlankFields, ShortAnswerFields } from "./accepting-fields.js";
import { ChoiceFields } from "./choice-fields.js";
import { MatchingFields } from "./matching-fields.js";
import { OrderingFields } from "./ordering-fields.js";

/** @typedef {import("./choice-fields.js").FieldProperties} FieldProperties */

const PLACES = () => withWords(["live"], () => import("./hotspot-fields.js")).then(({ HotspotFields }) => HotspotFields);
const NUMBERS = () => import("./numeric-fields.js").then(({ NumericFields }) => NumericFields);

/** @param {FieldProperties} properties */
export function AnswerFields({ form, change }) {
  const Fields = FIELDS[form.type];
  return html`<${Fields} form=${form} change=${change} />`;
}

/** @param {FieldProperties} properties */
function TrueFalseFields({ form, change }) {
  const options = [
    { value: "true", label: t("quiz.true") },
    { value: "false", label: t("quiz.false") },
  ];
  return html`<${RadioGroup} label=${t("quiz.truth")} value=${String(form.truth)} options=${options} onChange=${(/** @type {string} */ value) => change("", { truth: value === "true" })} />`;
}

/** @param {FieldProperties} properties */
function EssayFields({ form, change }) {
  return html`<${TextField} label=${t("quiz.guidance")} hint=${t("quiz.guidance_hint")} multiline rows="4" value=${form.guidance} onChange=${(/** @type {string} */ guidance) => change("guidance", { guidance })} />`;
}

/** @type {Record<import("../form.js").QuestionType, (properties: FieldProperties) => any>} */
const FIELDS = {
  MULTIPLE_CHOICE: ChoiceFields,
  TRUE_FALSE: TrueFalseFields,
  SHORT_ANSWER: ShortAnswerFields,
  FILL_BLANK: BlankFields,
  MATCHING: MatchingFields,
  NUMERIC: (properties) => html`<${Later} load=${NUMBERS} ...${properties} />`,
  ORDERING: OrderingFields,
  HOTSPOT: (properties) => html`<${Later} load=${PLACES} ...${properties} />`,
  ESSAY: EssayFields,
};
