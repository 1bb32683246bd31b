// One option or several, chosen with the browser's own buttons.

import { useId } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { RichText } from "../../text/rich-text.js";
import { choicesOf, chosenOf } from "../live/options.js";

/**
 * @param {object} properties
 * @param {import("../live/wire.js").Question} properties.question
 * @param {import("./wire.js").Answer | null} properties.value
 * @param {boolean} properties.locked
 * @param {(answer: import("./wire.js").Answer | null) => void} properties.change
 */
export function Choices({ question, value, locked, change }) {
  const name = useId();
  const chosen = chosenOf(/** @type {any} */ (value));
  const { multiple = false, noneAllowed = false } = question;
  const isNone = Array.isArray(value) && value.length === 0;
  const choose = (/** @type {number | boolean} */ picked) => {
    if (typeof picked === "boolean") return change(picked);
    if (!multiple) return change([picked]);
    const next = chosen.has(picked) ? [...chosen].filter((each) => each !== picked) : [...chosen, picked];
    return change(next.length === 0 ? null : /** @type {number[]} */ (next));
  };
  return html`
    <fieldset class="choice" disabled=${locked}>
      <legend class=${multiple ? "muted" : "sr-only"}>${t(multiple ? (noneAllowed ? "attempts.several_or_none" : "attempts.several") : "live.options")}</legend>
      <div class="answer-options">
        ${choicesOf(question).map(
          (choice) => html`
            <label key=${choice.id} class="answer-option">
              <input type=${multiple ? "checkbox" : "radio"} name=${name} checked=${chosen.has(choice.value)} onChange=${() => choose(choice.value)} />
              ${choice.html ? html`<${RichText} html=${choice.html} inline />` : html`<${RichText} text=${choice.text} inline />`}
            </label>
          `,
        )}
        ${noneAllowed && html`<label class="answer-option"><input type=${multiple ? "checkbox" : "radio"} name=${name} checked=${isNone} onChange=${() => change(isNone && multiple ? null : [])} /><span>${t("live.none_of_these")}</span></label>`}
      </div>
    </fieldset>
  `;
}
