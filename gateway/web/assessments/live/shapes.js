// Shapes beside the colours of options, so that nobody needs to tell colours apart.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";

const PATHS = [
  "M12 3 22 21H2z",
  "M12 1 23 12 12 23 1 12z",
  "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z",
  "M3 3h18v18H3z",
  "m12 1 3.200 7.300 7.800.700-5.900 5.200 1.800 7.800-6.900-4.100L5.100 22l1.800-7.800L1 9l7.800-.700z",
  "M7 2h10l6 10-6 10H7L1 12z",
];
export const COLOURS = PATHS.length;

/** What the shape of an option is called; from the seventh on it is a letter. @param {number} id */
export function shapeName(id) {
  const names = [t("live.triangle"), t("live.diamond"), t("live.circle"), t("live.square"), t("live.star"), t("live.hexagon")];
  return names[id] ?? letter(id);
}

/** The sign of an option by its id, so that all screens agree. @param {{ id: number }} properties */
export function Shape({ id }) {
  if (id >= COLOURS) return html`<span class="shape" aria-hidden="true">${letter(id)}</span>`;
  return html`<svg viewBox="0 0 24 24" class="shape" aria-hidden="true"><path d=${PATHS[id]} /></svg>`;
}

/** @param {number} id */
function letter(id) {
  return String.fromCharCode(65 + id);
}
