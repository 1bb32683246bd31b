// Pairs that belong together, and matches that belong to nothing.

import { html } from "../../../app/html.js";
import { t } from "../../../app/locale.js";
import { Icon } from "../../../kit/icon.js";
import { MAX_OPTIONS } from "../form.js";
import { ListField, useRows } from "./list-field.js";

/** @typedef {import("../form.js").Form["pairs"][number]} Pair */

/** @param {import("./choice-fields.js").FieldProperties} properties */
export function MatchingFields({ form, change }) {
  const { pairs } = form;
  const rows = useRows(2 * pairs.length); // two fields in each
  const set = (/** @type {number} */ at, /** @type {Partial<Pair>} */ part) => change(`pair ${at} ${Object.keys(part)[0]}`, { pairs: pairs.map((pair, n) => (n === at ? { ...pair, ...part } : pair)) });
  const add = () => {
    rows.focus(2 * pairs.length);
    change("", { pairs: [...pairs, { prompt: "", match: "" }] });
  };
  const remove = (/** @type {number} */ at) => {
    rows.focus(Math.max(0, 2 * at - 2));
    change("", { pairs: pairs.filter((_, n) => n !== at) });
  };
  const enter = (/** @type {number} */ field) => (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (field + 1 < 2 * pairs.length) rows.focusNow(field + 1);
    else if (pairs.length < MAX_OPTIONS) add();
  };
  const field = (/** @type {number} */ n, /** @type {"prompt" | "match"} */ side) => {
    const name = t(side === "prompt" ? "quiz.prompt" : "quiz.match", { number: n + 1 });
    const at = 2 * n + Number(side === "match");
    return html`<input data-row=${at} aria-label=${name} placeholder=${name} dir="auto" autocomplete="off" value=${pairs[n][side]} onInput=${(/** @type {any} */ event) => set(n, { [side]: event.target.value })} onKeyDown=${enter(at)} />`;
  };
  return html`
    <fieldset class="rows" ref=${rows.box}>
      <legend>${t("quiz.pairs")}</legend>
      <p class="hint-line">${t("quiz.pairs_hint")}</p>
      ${pairs.map(
        (_, n) => html`
          <div class="row-line pair-line" key=${n}>
            ${field(n, "prompt")}
            <span aria-hidden="true">↔</span>
            ${field(n, "match")}
            <button type="button" class="quiet icon" aria-label=${t("kit.remove", { name: t("quiz.pair", { number: n + 1 }) })} disabled=${pairs.length <= 2} onClick=${() => remove(n)}><${Icon} name="close" /></button>
          </div>
        `,
      )}
      ${pairs.length < MAX_OPTIONS && html`<button type="button" class="small" onClick=${add}>${t("quiz.add_pair")}</button>`}
    </fieldset>
    <${ListField} label=${t("quiz.distractors")} hint=${t("quiz.distractors_hint")} values=${form.distractors} most=${MAX_OPTIONS} nameOf=${(/** @type {number} */ number) => t("quiz.distractor", { number })} add=${t("quiz.add_distractor")} onChange=${(/** @type {string[]} */ distractors) => change("distractors", { distractors })} />
  `;
}
