// How far something is.
//
//   <${Progress} label="progress" value=${0.4} />    <${Progress} label=… value=${null} /> for an unknown end

import { useId } from "preact/hooks";
import { html } from "../app/html.js";
import { formatPercent } from "../app/locale.js";

/**
 * @param {object} properties
 * @param {any} properties.label
 * @param {number | null} properties.value Between 0 and 1; null while nobody knows.
 * @param {string} [properties.text] Instead of the percentage.
 * @param {boolean} [properties.labelHidden] What stands beside it says it already.
 */
export function Progress({ label, value, text, labelHidden = false }) {
  const id = useId();
  return html`
    <div class="progress">
      <div class="progress-words">
        <label for=${id} class=${labelHidden ? "sr-only" : ""}>${label}</label>
        ${value !== null && html`<span class="muted tabular">${text ?? formatPercent(value)}</span>`}
      </div>
      <progress id=${id} max="1" value=${value ?? undefined}></progress>
    </div>
  `;
}
