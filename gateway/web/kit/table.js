// Records as a table that can be sorted; on a phone each becomes a card.
//
//   <${Table} caption="people" rows=${people} keyOf=${(person) => person.id} columns=${[
//     { name: "name", label: "name", cell: (person) => person.name, value: (person) => person.name, heads: true },
//   ]} />

import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../app/announcer.js";
import { html } from "../app/html.js";
import { language, t } from "../app/locale.js";
import { SelectField } from "./form.js";
import { Icon } from "./icon.js";

/** @typedef {{ column: string, descending: boolean }} Sorting */

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {(row: Row) => any} cell
 * @property {(row: Row) => string | number | null} [value] What to sort by in the page.
 * @property {boolean} [sortable] The server sorts; `onSort` is told.
 * @property {boolean} [heads] Its cells name their rows.
 * @property {boolean} [number] Set at the end of the line.
 * @property {boolean} [actions] Buttons; its label is for screen readers only.
 */

/**
 * The roles are written out: as cards the browser would see no table any more.
 * @template Row
 * @param {object} properties
 * @param {string} properties.caption What the table holds.
 * @param {boolean} [properties.captionHidden] A heading says it already.
 * @param {Column<Row>[]} properties.columns
 * @param {readonly Row[]} properties.rows
 * @param {(row: Row) => string} properties.keyOf
 * @param {Sorting | null} [properties.sorting] With `onSort`: how the rows are sorted.
 * @param {(sorting: Sorting) => void} [properties.onSort] Without it the page sorts what it has.
 */
export function Table({ caption, captionHidden = false, columns, rows, keyOf, sorting = null, onSort }) {
  const [own, setOwn] = useState(sorting);
  const shown = onSort ? sorting : own;
  const sort = (/** @type {Sorting} */ next) => {
    (onSort ?? setOwn)(next);
    const label = columns.find(({ name }) => name === next.column)?.label ?? "";
    announce(t(next.descending ? "kit.sorted_down" : "kit.sorted_up", { column: label }));
  };
  const [box, scrolls] = useScrolling();
  const ordered = onSort ? rows : sorted(rows, columns, own);
  return html`
    <div class="table-box">
      <${SortChoice} columns=${columns} sorting=${shown} onSort=${sort} />
      <div ref=${box} class="table-scroll" role=${scrolls ? "region" : undefined} aria-label=${scrolls ? caption : undefined} tabindex=${scrolls ? 0 : undefined}>
        <table class="table" role="table">
          <caption class=${captionHidden ? "sr-only" : ""}>${caption}</caption>
          <thead role="rowgroup"><tr role="row">${columns.map((column) => html`<${Head} key=${column.name} column=${column} sorting=${shown} onSort=${sort} />`)}</tr></thead>
          <tbody role="rowgroup">
            ${ordered.map((row) => html`<tr key=${keyOf(row)} role="row">${columns.map((column) => html`<${Cell} key=${column.name} column=${column} row=${row} />`)}</tr>`)}
          </tbody>
        </table>
      </div>
    </div>
  `;
}

/** Whether an element is wider than its place; only then it is a stop for the Tab key. */
function useScrolling() {
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const box = useRef(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return /** @type {const} */ ([box, scrolls]);
}

/** @param {{ column: Column<any>, sorting: Sorting | null, onSort: (sorting: Sorting) => void }} properties */
function Head({ column, sorting, onSort }) {
  const classes = column.number ? "number" : "";
  if (column.actions) return html`<th role="columnheader" scope="col"><span class="sr-only">${column.label}</span></th>`;
  if (!isSortable(column)) return html`<th role="columnheader" scope="col" class=${classes}>${column.label}</th>`;
  const current = sorting?.column === column.name;
  const descending = current && sorting.descending;
  return html`
    <th role="columnheader" scope="col" class=${classes} aria-sort=${current ? (descending ? "descending" : "ascending") : "none"}>
      <button type="button" class="sort" onClick=${() => onSort({ column: column.name, descending: current && !descending })}>
        ${column.label}<${Icon} name=${current ? (descending ? "down" : "up") : "sort"} size="1em" />
      </button>
    </th>
  `;
}

/** @param {{ column: Column<any>, row: any }} properties */
function Cell({ column, row }) {
  const classes = column.number ? "number" : column.actions ? "actions" : "";
  const content = column.cell(row);
  if (column.heads) return html`<th role="rowheader" scope="row" class=${classes}>${content}</th>`;
  return html`<td role="cell" class=${classes} data-label=${column.actions ? undefined : column.label}>${content}</td>`;
}

/** In the place of the heads of columns where there are cards. @param {{ columns: Column<any>[], sorting: Sorting | null, onSort: (sorting: Sorting) => void }} properties */
function SortChoice({ columns, sorting, onSort }) {
  const sortable = columns.filter(isSortable);
  if (sortable.length === 0) return null;
  /** @type {[string, string][]} */
  const options = sortable.flatMap(({ name, label }) => [
    [`${name} up`, t("kit.sort_up", { column: label })],
    [`${name} down`, t("kit.sort_down", { column: label })],
  ]);
  const value = sorting ? `${sorting.column} ${sorting.descending ? "down" : "up"}` : "";
  const choose = (/** @type {string} */ choice) => {
    const [column, way] = choice.split(" ");
    if (column) onSort({ column, descending: way === "down" });
  };
  return html`<div class="table-sort"><${SelectField} label=${t("kit.sort")} value=${value} onChange=${choose} options=${sorting ? options : [["", "–"], ...options]} /></div>`;
}

/** @param {Column<any>} column */
function isSortable(column) {
  return column.sortable === true || column.value !== undefined;
}

/**
 * Rows in the order of a column; what has no value comes last in both directions.
 * @template Row
 * @param {readonly Row[]} rows
 * @param {Column<Row>[]} columns
 * @param {Sorting | null} sorting
 */
export function sorted(rows, columns, sorting) {
  const value = columns.find(({ name }) => name === sorting?.column)?.value;
  if (!value || !sorting) return rows;
  const { compare } = new Intl.Collator(language.get(), { numeric: true, sensitivity: "base" });
  const way = sorting.descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return way * (typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b)));
  });
}
