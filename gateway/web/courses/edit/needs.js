// What comes before what: as a picture of arcs beside the list of modules and lessons, whose lines
// say the same in words.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { show } from "./opened.js";

/** As high as a line of the list is in courses.css. */
const ROW = 60;
const WIDTH = 72;

/**
 * @typedef {{ id: string, title: string, isModule: boolean, needs: readonly { id: string, title: string }[] }} Row
 * @typedef {{ from: number, to: number }} Arc Numbers of rows.
 */

/**
 * Modules and lessons in their order.
 * @param {readonly import("./curriculum.js").Module[]} modules
 * @returns {Row[]}
 */
function rowsOf(modules) {
  return modules.flatMap(({ id, title, prerequisite, lessons }) => [
    { id, title, isModule: true, needs: prerequisite ? [prerequisite] : [] },
    ...lessons.map((lesson) => ({ id: lesson.id, title: lesson.title, isModule: false, needs: lesson.prerequisites })),
  ]);
}

/** @param {readonly Row[]} rows @returns {Arc[]} */
function arcsOf(rows) {
  const places = new Map(rows.map(({ id }, n) => [id, n]));
  return rows.flatMap(({ needs }, to) => needs.map(({ id }) => ({ from: places.get(id) ?? -1, to })).filter(({ from }) => from >= 0));
}

/** @param {{ course: import("./curriculum.js").Course, mayChange: boolean }} properties */
export function Needs({ course, mayChange }) {
  const rows = rowsOf(course.modules);
  const arcs = arcsOf(rows);
  if (rows.length < 2) return null;
  return html`
    <section class="card stack" aria-labelledby="needs">
      <h2 id="needs">${t("courses.needs")}</h2>
      <p class="muted">${t(arcs.length === 0 ? "courses.no_needs_text" : "courses.needs_text")}</p>
      <div class="needs">
        ${arcs.length > 0 && html`<${Picture} rows=${rows.length} arcs=${arcs} />`}
        <ol class=${arcs.length === 0 ? "alone" : ""}>
          ${rows.map(
            (row) => html`
              <li key=${row.id} class=${row.isModule ? "needs-module" : ""}>
                <div class="grow">
                  <div class="ellipsis"><span dir="auto">${row.title}</span></div>
                  ${row.needs.length > 0 && html`<div class="ellipsis muted" dir="auto">${t("courses.after", { titles: row.needs.map(({ title }) => title).join(", ") })}</div>`}
                </div>
                ${mayChange && html`<button type="button" class="quiet small" aria-label=${t("courses.change_needs_of", { title: row.title })} onClick=${() => show(row.isModule ? { module: row.id } : { needs: row.id })}>${t("courses.change")}</button>`}
              </li>
            `,
          )}
        </ol>
      </div>
    </section>
  `;
}

/** @param {{ rows: number, arcs: Arc[] }} properties */
function Picture({ rows, arcs }) {
  const middle = (/** @type {number} */ row) => (row + 0.5) * ROW;
  return html`
    <svg class="needs-picture" width=${WIDTH} height=${rows * ROW} viewBox=${`0 0 ${WIDTH} ${rows * ROW}`} aria-hidden="true">
      <defs><marker id="needs-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor" /></marker></defs>
      ${arcs.map(({ from, to }) => {
        const depth = Math.min(WIDTH * 1.2, 14 + 9 * Math.abs(to - from));
        const [end, first, last] = [WIDTH - 4, middle(from) + 8, middle(to) - 8];
        return html`<path key=${`${from}-${to}`} d=${`M${end} ${first} C${end - depth} ${first} ${end - depth} ${last} ${end} ${last}`} fill="none" stroke="currentColor" stroke-width="2" marker-end="url(#needs-tip)" />`;
      })}
    </svg>
  `;
}
