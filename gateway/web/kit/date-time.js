// Date and time in a time zone that is named beside them.
//
//   <${DateTimeField} label="starts" value=${course.startsAt} onChange=${(moment) => …} />

import { useId, useState } from "preact/hooks";
import { html } from "../app/html.js";
import { formatDate, language, t, timeZone } from "../app/locale.js";
import { momentOf, wallTime } from "./zones.js";

/**
 * @param {object} properties
 * @param {string} properties.label
 * @param {string | null} properties.value A moment as ISO 8601; null for none.
 * @param {(moment: string | null) => void} properties.onChange Null also while it is incomplete.
 * @param {string} [properties.zone] An IANA name; without it the user's.
 * @param {string} [properties.min] Moments.
 * @param {string} [properties.max]
 * @param {boolean} [properties.required]
 * @param {string} [properties.hint]
 * @param {string} [properties.error]
 */
export function DateTimeField({ label, value, onChange, zone = timeZone(), min, max, required = false, hint, error = "" }) {
  const id = useId();
  const [typed, setTyped] = useState({ wall: value === null ? "" : wallTime(value, zone), value, zone });
  // What comes from outside replaces what was typed; one's own echo does not.
  const isEcho = typed.value === value && typed.zone === zone;
  const wall = isEcho ? typed.wall : value === null ? "" : wallTime(value, zone);
  const found = wall ? momentOf(wall, zone) : null;
  const change = (/** @type {any} */ event) => {
    const next = momentOf(event.target.value, zone);
    setTyped({ wall: event.target.value, value: next?.moment ?? null, zone });
    onChange(next?.moment ?? null);
  };
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <input id=${id} class="date-time" type="datetime-local" value=${wall} min=${min && wallTime(min, zone)} max=${max && wallTime(max, zone)} required=${required} aria-invalid=${error ? "true" : undefined} aria-describedby=${`${id}-hint ${id}-clock ${id}-error`} onInput=${change} />
      <p class="hint-line" id=${`${id}-hint`}>${hint} ${t("kit.in_zone", { zone: zoneName(zone, found?.moment) })}</p>
      <p class="hint-line warn" id=${`${id}-clock`} role="status">${clockText(found, zone)}</p>
      ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
    </div>
  `;
}

/**
 * What is special about a time on a day when clocks change.
 * @param {ReturnType<typeof momentOf>} found
 * @param {string} zone
 */
function clockText(found, zone) {
  if (!found || found.clock === "plain") return "";
  const shown = formatDate(found.moment, { timeZone: zone, timeStyle: "long", dateStyle: "medium" });
  return found.clock === "skipped" ? t("kit.time_skipped", { time: shown }) : t("kit.time_twice", { time: shown });
}

/**
 * The place of a zone, and how it is written at that moment: `Berlin (GMT+2)`.
 * @param {string} zone
 * @param {string} [moment]
 */
function zoneName(zone, moment) {
  const place = zone.split("/").at(-1)?.replaceAll("_", " ");
  const format = new Intl.DateTimeFormat(language.get(), { timeZone: zone, timeZoneName: "shortOffset" });
  const offset = format.formatToParts(moment ? new Date(moment) : new Date()).find(({ type }) => type === "timeZoneName")?.value;
  return zone === "UTC" || !offset ? zone : `${place} (${offset})`;
}
