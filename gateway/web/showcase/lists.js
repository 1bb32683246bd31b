import { useState } from "preact/hooks";
import { html } from "../app/html.js";
import { formatDate, formatPercent } from "../app/locale.js";
import { LoadMore } from "../kit/pager.js";
import { moved, SortableList } from "../kit/sortable.js";
import { Table } from "../kit/table.js";
import { TabLinks, Tabs } from "../kit/tabs.js";
import { Sample } from "./sample.js";

const PEOPLE = [
  { id: "1", name: "Ada Lovelace", score: 0.94, at: "2026-10-02T09:00:00Z" },
  { id: "2", name: "Émilie du Châtelet", score: 0.88, at: "2026-11-12T10:30:00Z" },
  { id: "3", name: "محمد بن موسى الخوارزمي", score: 0.97, at: "2026-09-22T07:15:00Z" },
  { id: "4", name: "Zoë", score: null, at: "2026-11-29T16:45:00Z" },
];
/** @typedef {typeof PEOPLE[number]} Person */
const COLUMNS = [
  { name: "name", label: "Name", heads: true, cell: (/** @type {Person} */ { name }) => html`<bdi>${name}</bdi>`, value: (/** @type {Person} */ { name }) => name },
  { name: "at", label: "Joined", cell: (/** @type {Person} */ { at }) => formatDate(at, { dateStyle: "medium" }), value: (/** @type {Person} */ { at }) => at },
  { name: "score", label: "Right", number: true, cell: (/** @type {Person} */ { score }) => (score === null ? "–" : formatPercent(score)), value: (/** @type {Person} */ { score }) => score },
  { name: "actions", label: "Actions", actions: true, cell: (/** @type {Person} */ { name }) => html`<button type="button" class="small" aria-label=${`Remove ${name}`}>Remove</button>` },
];

const PAGES = { nodes: PEOPLE, more: true, total: 1204, loadingMore: false, moreFailed: null, loadMore: () => {} };

export function Lists() {
  return html`
    <${Sample} name="Table"><${Table} caption="Students" columns=${COLUMNS} rows=${PEOPLE} keyOf=${(/** @type {Person} */ { id }) => id} sorting=${{ column: "name", descending: false }} /><${LoadMore} pages=${PAGES} /><//>
    <div class="samples">
      <${Sample} name="Sortable list"><${Lessons} /><//>
      <${Sample} name="Tabs"><${Previews} /><//>
      <${Sample} name="Tabs with addresses">
        <${TabLinks} label="Course" tabs=${[{ href: "/kit?tab=details", label: "Details", current: false }, { href: "/kit?tab=lessons", label: "Lessons", current: true, count: 12 }, { href: "/kit?tab=students", label: "Students", current: false, count: 1204 }]} />
        <p class="muted">What belongs to it.</p>
      <//>
    </div>
  `;
}

function Lessons() {
  const [lessons, setLessons] = useState(["The Sun", "Mercury and Venus", "Earth and its Moon, with a name that is much longer than one line of a phone can hold", "Mars"]);
  return html`
    <${SortableList} label="Lessons" items=${lessons} keyOf=${(/** @type {string} */ name) => name} nameOf=${(/** @type {string} */ name) => name} onMove=${(/** @type {number} */ from, /** @type {number} */ to) => setLessons((before) => moved(before, from, to))}>
      ${(/** @type {string} */ name) => html`<span dir="auto">${name}</span>`}
    <//>
  `;
}

function Previews() {
  const [tab, setTab] = useState("phone");
  return html`
    <${Tabs} label="Preview" selected=${tab} onSelect=${setTab} tabs=${[{ name: "phone", label: "Phone" }, { name: "projector", label: "Projector" }, { name: "paper", label: "Paper", count: 3 }]}>
      <p>Shown as on a ${tab}.</p>
    <//>
  `;
}
