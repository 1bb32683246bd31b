// A question after its reveal: what was right, and what one had chosen oneself.

import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";
import { RichText } from "../../text/rich-text.js";
import { LATER } from "./later-fields.js";
import { marksIn } from "./marks.js";
import { Count, OptionContent, choicesOf, chosenOf, colourClass, isChoice } from "./options.js";

/**
 * @typedef {import("./wire.js").Question} Question
 * @typedef {import("./wire.js").Reveal} Reveal
 * @typedef {import("./wire.js").Answer} Answer
 * @typedef {{ question: Question, reveal: Reveal, order?: number[], given?: Answer | null }} Properties
 */

/** @param {Properties} properties */
export function Revealed(properties) {
  if (isChoice(properties.question)) return html`<${RevealedOptions} ...${properties} />`;
  if (properties.question.questionType === "matching") return html`<${RevealedPairs} ...${properties} />`;
  if (properties.question.questionType === "ordering") return html`<${RevealedOrder} ...${properties} />`;
  if (properties.question.questionType === "hotspot") return html`<${RevealedPlaces} ...${properties} />`;
  return html`<${RevealedText} ...${properties} />`;
}

/** Right ones marked, each with how many chose it, unless nobody counts. @param {Properties} properties */
function RevealedOptions({ question, order, reveal, given = null }) {
  const right = chosenOf(reveal.correct);
  const chosen = chosenOf(given);
  return html`
    <ol class="options two">
      ${choicesOf(question, order).map((choice, position) => {
        const isRight = right.has(choice.value);
        const isOwn = chosen.has(choice.value);
        return html`
          <li key=${choice.id} class=${`option ${colourClass(choice)} ${isRight ? "right" : "other"} ${isOwn ? "chosen" : ""}`} data-option=${choice.id}>
            <${OptionContent} choice=${choice} position=${position}>
              ${isOwn && html`<span class="own">${t("live.yours")}</span>`}
              ${reveal.counts !== null && html`<${Count} choice=${choice} counts=${reveal.counts ?? {}} />`}
              ${isRight && html`<span class="mark" role="img" aria-label=${t("live.is_right")}>✓</span>`}
            <//>
          </li>
        `;
      })}
    </ol>
    ${right.size === 0 && html`<p class="explanation">${t("live.none_of_these")} ✓</p>`}
  `;
}

/** Each prompt with its match, and with one's own where that was another. @param {Properties} properties */
function RevealedPairs({ question, reveal, given }) {
  const texts = new Map((question.options ?? []).map((option) => [option.id, option.text]));
  const correct = /** @type {number[]} */ (Array.isArray(reveal.correct) ? reveal.correct : []);
  const own = /** @type {number[] | null} */ (Array.isArray(given) ? given : null);
  return html`
    <ul class="pairs">
      ${(question.prompts ?? []).map((prompt, n) => {
        const isRight = own !== null && own[n] === correct[n];
        return html`
          <li key=${n} class="match">
            <${RichText} html=${question.promptsHtml?.[n]} text=${prompt} inline />
            <span class="pair-answers">
              ${own && !isRight && html`<span class="pair wrong"><span class="sign-small" aria-hidden="true">✗</span> <span class="sr-only">${t("live.you_chose")} </span><s dir="auto">${texts.get(own[n])}</s></span>`}
              <span class="pair right"><span class="sign-small" aria-hidden="true">✓</span> <span class="sr-only">${t("live.is_right")}: </span><b dir="auto">${texts.get(correct[n]) ?? correct[n]}</b></span>
            </span>
          </li>
        `;
      })}
    </ul>
  `;
}

/** The items as they belong, each with the place that it was given. @param {Properties} properties */
function RevealedOrder({ question, reveal, given }) {
  const texts = new Map((question.options ?? []).map((option) => [option.id, option.text]));
  const correct = /** @type {number[]} */ (Array.isArray(reveal.correct) ? reveal.correct : []);
  const own = /** @type {number[]} */ (Array.isArray(given) ? given : []);
  return html`
    <ol class="pairs revealed-order">
      ${correct.map(
        (id, place) => html`
          <li key=${id} class="match">
            <span><span class="tabular muted">${place + 1}.</span> <${RichText} text=${texts.get(id) ?? ""} inline /></span>
            ${own.length > 0 && html`<span class="muted">${t("live.you_wrote")} <span class="tabular">${own.indexOf(id) + 1}.</span></span>`}
          </li>
        `,
      )}
    </ol>
  `;
}

/** The picture with what was to be found, and the own marks. @param {Properties} properties */
function RevealedPlaces({ question, reveal, given }) {
  const names = (reveal.places ?? []).map(({ name }) => name).filter(Boolean);
  return html`
    <${Later} load=${LATER.picture} question=${question} places=${reveal.places ?? []} marks=${marksIn(given)} />
    ${names.length > 0 && html`<p class="explanation right-text"><span class="muted">${t("live.right_answer")}</span> <b dir="auto">${names.join(" · ")}</b></p>`}
  `;
}

/** What was typed, and what counts as right. @param {Properties} properties */
function RevealedText({ reveal, given }) {
  const own = given === null || given === undefined ? "" : [given].flat().join(" · ");
  const right = correctText(reveal);
  return html`
    ${right && html`<p class="explanation right-text"><span class="muted">${t("live.right_answer")}</span> <b dir="auto">${right}</b></p>`}
    ${own && html`<p class="muted">${t("live.you_wrote")} <span dir="auto">${own}</span></p>`}
  `;
}

/** @param {Reveal} reveal */
function correctText({ correct, accepted = [] }) {
  if (Array.isArray(correct)) return correct.join(" · ");
  if (accepted.length > 0) return accepted.join(t("live.or"));
  return typeof correct === "string" ? correct : "";
}
