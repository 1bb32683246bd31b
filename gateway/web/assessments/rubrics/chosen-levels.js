// A level for each criterion of a rubric: by digits, with the arrows or by a click.

import { useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatNumber, t } from "../../app/locale.js";
import { earnedBy } from "./rubric.js";
import { LevelText } from "./shown-rubric.js";

/**
 * @param {object} properties
 * @param {import("./rubric.js").Rubric} properties.rubric
 * @param {readonly (number | null)[]} properties.levels
 * @param {(levels: (number | null)[]) => void} properties.onChange
 * @param {number} properties.most
 * @param {string} properties.error
 */
export function ChosenLevels({ rubric, levels, onChange, most, error }) {
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const box = useRef(null);
  const choose = (/** @type {number} */ n, /** @type {number} */ level) => onChange(rubric.criteria.map((_, at) => (at === n ? level : levels[at] ?? null)));
  const press = (/** @type {KeyboardEvent} */ event, /** @type {number} */ n) => {
    const level = Number(event.key) - 1;
    if (event.ctrlKey || event.metaKey || event.altKey || !(level in rubric.criteria[n].levels)) return;
    event.preventDefault();
    choose(n, level);
    const next = box.current?.querySelectorAll("fieldset")[n + 1] ?? box.current?.querySelectorAll("fieldset")[n];
    const radio = next?.querySelector("input:checked") ?? next?.querySelector("input");
    if (radio instanceof HTMLElement) radio.focus();
  };
  const earned = earnedBy(rubric, levels);
  return html`
    <div class="stack chosen-levels" ref=${box}>
      ${rubric.criteria.map(
        (criterion, n) => html`
          <fieldset key=${n} class="choice" onKeyDown=${(/** @type {KeyboardEvent} */ event) => press(event, n)}>
            <legend dir="auto">${criterion.name}</legend>
            ${criterion.description && html`<p class="hint-line" dir="auto">${criterion.description}</p>`}
            <div class="choices">
              ${criterion.levels.map((level, at) => html`<label key=${at} class="check"><input type="radio" name=${`criterion-${n}`} checked=${levels[n] === at} onChange=${() => choose(n, at)} /><span><kbd aria-hidden="true">${at + 1}</kbd> <${LevelText} level=${level} /></span></label>`)}
            </div>
          </fieldset>
        `,
      )}
      ${error && html`<p class="error">${error}</p>`}
      <p role="status"><b class="tabular" data-earned>${t("kit.shown_of", { shown: earned === null ? "–" : formatNumber(earned, { maximumFractionDigits: 2 }), total: formatNumber(most, { maximumFractionDigits: 2 }) })}</b> ${t("rubric.sum")}</p>
    </div>
  `;
}
