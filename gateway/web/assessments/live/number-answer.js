// A number to be typed, with its unit where the question has some.

import { useId } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";

const MOST = 400;

/** @param {{ question: import("./wire.js").Question, value: string, locked: boolean, change: (value: string) => void }} properties */
export function NumberAnswer({ question, value, locked, change }) {
  const id = useId();
  const hint = `${id}-hint`;
  const field = {
    id,
    value,
    dir: "ltr",
    maxlength: MOST,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: false,
    readOnly: locked,
    "aria-describedby": question.unitRequired ? hint : undefined,
    onInput: (/** @type {any} */ event) => change(event.target.value),
  };
  return html`
    <div>
      <label for=${id}>${t("live.your_answer")}</label>
      <input class="number-answer" ...${field} />
      ${question.unitRequired && html`<p class="muted" id=${hint}>${t("live.with_unit")}</p>`}
    </div>
  `;
}
