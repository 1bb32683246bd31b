// Search while one types, once one stops for a moment.
//
//   <${SearchField} label="Find people" value=${query} onSearch=${setQuery} />

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { Icon } from "./icon.js";

const PAUSE_MS = 300;

/**
 * @param {object} properties
 * @param {string} properties.label
 * @param {boolean} [properties.labelHidden]
 * @param {string} properties.value What is searched for now.
 * @param {(text: string) => void} properties.onSearch
 * @param {string} [properties.placeholder]
 * @param {string} [properties.found] How many there are, in words, for screen readers too.
 */
export function SearchField({ label, labelHidden = false, value, onSearch, placeholder, found }) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (value === sent.current) return; // one's own echo
    sent.current = value;
    setTyped(value);
  }, [value]);
  const search = (/** @type {string} */ text) => {
    clearTimeout(timer.current);
    if (text.trim() === sent.current) return;
    sent.current = text.trim();
    onSearch(sent.current);
  };
  const change = (/** @type {string} */ text) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => search(text), PAUSE_MS);
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    search(typed);
  };
  const clear = () => {
    setTyped("");
    search("");
    document.getElementById(id)?.focus();
  };
  return html`
    <form role="search" class="search" onSubmit=${submit}>
      <label for=${id} class=${labelHidden ? "sr-only" : ""}>${label}</label>
      <div class="search-box">
        <span class="search-sign" aria-hidden="true"><${Icon} name="search" /></span>
        <input id=${id} type="search" dir="auto" autocomplete="off" enterkeyhint="search" placeholder=${placeholder} value=${typed} onInput=${(/** @type {any} */ event) => change(event.target.value)} />
        ${typed && html`<button type="button" class="quiet icon" aria-label=${t("kit.clear")} onClick=${clear}><${Icon} name="close" /></button>`}
      </div>
      <p class="hint-line" role="status">${found}</p>
    </form>
  `;
}
