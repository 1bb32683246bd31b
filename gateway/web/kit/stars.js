// A rating from one to five: shown, or given.
//
//   <${Stars} value=${4.3} count=${27} />   <${StarField} label="Your rating" value=${rating} onChange=${setRating} />

import { useId } from "preact/hooks";
import { html } from "../app/html.js";
import { formatNumber, t } from "../app/locale.js";

const MOST = 5;
const ALL = Array.from({ length: MOST }, (_, n) => n + 1);

/**
 * @param {object} properties
 * @param {number | null} properties.value The mean; null while nobody has rated.
 * @param {number} [properties.count] How many rated.
 */
export function Stars({ value, count }) {
  if (value === null) return html`<span class="muted">${t("kit.not_rated")}</span>`;
  const shown = formatNumber(value, { maximumFractionDigits: 1 });
  return html`
    <span class="stars-line">
      <span class="stars" role="img" aria-label=${t("kit.stars_of", { value: shown, most: MOST })}>
        <span class="stars-full" style=${{ inlineSize: `${(100 * value) / MOST}%` }} aria-hidden="true">★★★★★</span><span class="stars-empty" aria-hidden="true">★★★★★</span>
      </span>
      <span class="tabular" aria-hidden="true">${shown}</span>
      ${count !== undefined && html`<span class="muted">${t("kit.ratings", { count })}</span>`}
    </span>
  `;
}

/**
 * @param {{ label: string, value: number | null, onChange: (value: number) => void, error?: string }} properties
 */
export function StarField({ label, value, onChange, error = "" }) {
  const id = useId();
  return html`
    <fieldset class="choice" aria-describedby=${error ? `${id}-error` : undefined}>
      <legend>${label}</legend>
      <div class="star-field">
        ${ALL.map(
          (each) => html`
            <label key=${each} class=${each <= (value ?? 0) ? "on" : ""}>
              <input type="radio" class="sr-only" name=${id} value=${each} checked=${each === value} onChange=${() => onChange(each)} />
              <span aria-hidden="true">${each <= (value ?? 0) ? "★" : "☆"}</span><span class="sr-only">${t("kit.stars", { count: each })}</span>
            </label>
          `,
        )}
      </div>
      ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
    </fieldset>
  `;
}
