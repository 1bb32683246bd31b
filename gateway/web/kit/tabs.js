// Parts of a page of which one is shown.
//
//   <${TabLinks} label=${course.title} tabs=${[{ href: "/courses/7/edit", label: "details", current: true }]} />
//   <${Tabs} label="preview" tabs=${[{ name: "phone", label: "phone" }]} selected=${tab} onSelect=${setTab}>…<//>

import { useEffect, useId, useRef } from "preact/hooks";
import { html } from "../app/html.js";
import { formatNumber } from "../app/locale.js";

/**
 * Tabs with addresses of their own, for what one wants to link to and go back to.
 * @param {{ label: string, tabs: { href: string, label: string, current: boolean, count?: number }[] }} properties
 */
export function TabLinks({ label, tabs }) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const list = useRef(null);
  const current = tabs.find((tab) => tab.current)?.href;
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [current]);
  return html`
    <nav class="tabs" aria-label=${label} ref=${list}>
      <ul>
        ${tabs.map(
          (tab) => html`<li key=${tab.href}><a class="tab" href=${tab.href} aria-current=${tab.current ? "page" : undefined}>${tab.label}<${Count} count=${tab.count} /></a></li>`,
        )}
      </ul>
    </nav>
  `;
}

/**
 * Tabs within a page, by the tabs pattern of the ARIA practices: one stop for the Tab key, arrows go on.
 * @param {object} properties
 * @param {string} properties.label
 * @param {{ name: string, label: string, count?: number }[]} properties.tabs
 * @param {string} properties.selected
 * @param {(name: string) => void} properties.onSelect
 * @param {any} properties.children What belongs to the selected tab.
 */
export function Tabs({ label, tabs, selected, onSelect, children }) {
  const id = useId();
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const list = useRef(null);
  const choose = (/** @type {number} */ index) => {
    onSelect(tabs[index].name);
    const buttons = list.current?.querySelectorAll("button");
    buttons?.[index]?.focus();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const at = tabs.findIndex((tab) => tab.name === selected);
    const onward = document.documentElement.dir === "rtl" ? -1 : 1;
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: at + onward, ArrowLeft: at - onward, Home: 0, End: tabs.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    choose((steps[event.key] + tabs.length) % tabs.length);
  };
  return html`
    <div class="stack">
      <div ref=${list} class="tabs" role="tablist" aria-label=${label} onKeyDown=${onKeyDown}>
        ${tabs.map(
          (tab, index) => html`
            <button key=${tab.name} type="button" class="tab" role="tab" id=${`${id}-${tab.name}`} aria-controls=${`${id}-panel`} aria-selected=${tab.name === selected ? "true" : "false"} tabindex=${tab.name === selected ? 0 : -1} onClick=${() => choose(index)}>${tab.label}<${Count} count=${tab.count} /></button>
          `,
        )}
      </div>
      <div id=${`${id}-panel`} role="tabpanel" aria-labelledby=${`${id}-${selected}`} tabindex="0">${children}</div>
    </div>
  `;
}

/** @param {{ count?: number }} properties */
function Count({ count }) {
  return count === undefined ? null : html` <span class="count">${formatNumber(count)}</span>`;
}
