// A button with a list of ways and deeds, by the menu button pattern of the ARIA practices.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../app/html.js";

/**
 * @typedef {{ label: string, href?: string, onSelect?: () => void, danger?: boolean }} MenuItem
 * @param {{ label: string, button: any, items: MenuItem[], classes?: string }} properties
 */
export function Menu({ label, button, items, classes = "quiet" }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  /** @type {import("preact/hooks").MutableRef<HTMLDivElement | null>} */
  const box = useRef(null);
  const entries = () => /** @type {HTMLElement[]} */ ([...(box.current?.querySelectorAll("[role=menuitem]") ?? [])]);

  useLayoutEffect(() => {
    if (!open || !box.current) return undefined;
    const settle = float(box.current);
    entries()[0]?.focus({ preventScroll: true }); // before the next key is pressed
    return settle;
  }, [open]);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (/** @type {Event} */ event) => {
      if (!box.current?.contains(/** @type {Node} */ (event.target))) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const all = entries();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else if (to !== undefined) all[to]?.focus();
    else return;
    if (event.key !== "Tab") event.preventDefault();
  };
  const choose = (/** @type {MenuItem} */ item) => () => {
    close();
    item.onSelect?.();
  };

  return html`
    <div class="menu" ref=${box}>
      <button type="button" class=${classes} aria-haspopup="menu" aria-expanded=${open ? "true" : "false"} aria-controls=${open ? id : undefined} aria-label=${label} onClick=${() => setOpen(!open)}>${button}</button>
      ${open &&
      html`
        <ul id=${id} role="menu" popover="manual" aria-label=${label} onKeyDown=${onKeyDown}>
          ${items.map(
            (item) => html`
              <li key=${item.label} role="none">
                ${item.href
                  ? html`<a role="menuitem" tabindex="-1" href=${item.href} onClick=${close}>${item.label}</a>`
                  : html`<button role="menuitem" tabindex="-1" type="button" class=${item.danger ? "danger" : ""} onClick=${choose(item)}>${item.label}</button>`}
              </li>
            `,
          )}
        </ul>
      `}
    </div>
  `;
}

const GAP_PX = 4;
const EDGE_PX = 8;

/**
 * Show the list above everything, at its button, wherever that is: a table that scrolls would cut it.
 * Returns how to let it go.
 * @param {HTMLElement} box
 */
function float(box) {
  const [button, list] = [box.querySelector("button"), /** @type {HTMLElement | null} */ (box.querySelector("[role=menu]"))];
  if (!button || !list) return undefined;
  list.showPopover();
  const place = () => {
    const at = button.getBoundingClientRect();
    const [width, height] = [list.offsetWidth, list.offsetHeight];
    const start = document.documentElement.dir === "rtl" ? at.left : at.right - width;
    const isBelow = at.bottom + GAP_PX + height <= innerHeight - EDGE_PX || at.top - GAP_PX - height < EDGE_PX;
    list.style.left = `${Math.max(EDGE_PX, Math.min(start, innerWidth - width - EDGE_PX))}px`;
    list.style.top = `${isBelow ? at.bottom + GAP_PX : at.top - GAP_PX - height}px`;
  };
  place();
  addEventListener("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place);
  return () => {
    removeEventListener("scroll", place, { capture: true });
    removeEventListener("resize", place);
  };
}
