// The options of a question: large, coloured, each with its shape.

import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { RichText } from "../../text/rich-text.js";
import { COLOURS, Shape, shapeName } from "./shapes.js";

/**
 * @typedef {import("./wire.js").Question} Question
 * @typedef {import("./wire.js").Answer} Answer
 * @typedef {object} Choice
 * @property {number} id Its colour and shape follow it, so all screens agree.
 * @property {string} text
 * @property {string} [html]
 * @property {number | boolean} value What an answer names.
 * @property {string} tally Its name among the counts.
 */

/** @param {Question} question */
export function isChoice(question) {
  return question.questionType === "multiple_choice" || question.questionType === "true_false";
}

/**
 * The options in the order this player sees them.
 * @param {Question} question
 * @param {number[]} [order]
 * @returns {{ id: number, text: string, html?: string }[]}
 */
export function orderedOptions(question, order = []) {
  const options = (question.options ?? []).map((option, n) => ({ ...option, html: question.optionsHtml?.[n] }));
  if (order.length !== options.length) return options;
  return order.flatMap((id) => options.filter((option) => option.id === id));
}

/**
 * The items in the order in which they are first shown.
 * @param {Question} question
 * @param {number[]} [order]
 */
export function firstOrder(question, order) {
  return orderedOptions(question, order).map(({ id }) => id);
}

/**
 * True and false are options too.
 * @param {Question} question
 * @param {number[]} [order]
 * @returns {Choice[]}
 */
export function choicesOf(question, order) {
  if (question.questionType === "true_false") {
    return [
      { id: 1, text: t("live.true"), value: true, tally: "true" },
      { id: 0, text: t("live.false"), value: false, tally: "false" },
    ];
  }
  return orderedOptions(question, order).map((option) => ({ ...option, value: option.id, tally: String(option.id) }));
}

/** What was chosen, as a set. @param {Answer | null | undefined} given @returns {Set<unknown>} */
export function chosenOf(given) {
  return new Set(/** @type {unknown[]} */ (given === null || given === undefined ? [] : [given].flat()));
}

/**
 * @param {object} properties
 * @param {Choice} properties.choice
 * @param {number} properties.position
 * @param {string} [properties.classes]
 * @param {any} [properties.children] What stands behind the text.
 */
export function OptionContent({ choice, position, children }) {
  return html`
    <span class="sr-only">${position + 1}: </span>
    <${Shape} id=${choice.id} />
    <span class="label">${choice.html ? html`<${RichText} html=${choice.html} inline />` : html`<${RichText} text=${choice.text} inline />`}</span>
    <span class="sr-only"> (${shapeName(choice.id)})</span>
    ${children}
  `;
}

/** @param {Choice} choice */
export function colourClass(choice) {
  return `c${choice.id % COLOURS}`;
}

/**
 * The options as they are shown to all, not to be pressed; with `counts`, how many chose each so far.
 * @param {{ question: Question, counts: Record<string, number> | null }} properties
 */
export function ShownOptions({ question, counts }) {
  const choices = choicesOf(question);
  return html`
    <ol class="options two">
      ${choices.map(
        (choice, position) => html`
          <li key=${choice.id} class=${`option ${colourClass(choice)}`} data-option=${choice.id}>
            <${OptionContent} choice=${choice} position=${position}>${counts && html`<${Count} choice=${choice} counts=${counts} />`}<//>
          </li>
        `,
      )}
    </ol>
  `;
}

/** How many chose an option, as a number and as a bar. @param {{ choice: Choice, counts: Record<string, number> }} properties */
export function Count({ choice, counts }) {
  const count = counts[choice.tally] ?? 0;
  const most = Math.max(1, ...Object.values(counts));
  return html`
    <i class="fill" style=${{ inlineSize: `${(100 * count) / most}%` }}></i>
    <span class="tally tabular" role="img" aria-label=${t("live.chosen_by", { count })}>${formatNumber(count)}</span>
  `;
}
