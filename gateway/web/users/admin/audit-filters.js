// What part of the audit trail is shown. The address has it all, so it can be sent and gone back to.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/locale.js";
import { setQuery } from "../../app/router.js";
import { DateTimeField } from "../../kit/date-time.js";
import { TextField } from "../../kit/form.js";
import { coded, deedText, kindText } from "./wording.js";

const TEXTS = /** @type {const} */ ({ action: "admin.action", resourceType: "admin.resource_type", resourceId: "admin.resource_id", byId: "admin.by_id" });
const MOMENTS = /** @type {const} */ ({ from: "admin.from", until: "admin.until" });
const NAMES = /** @type {const} */ (["action", "resourceType", "resourceId", "byId", "from", "until"]);

/** @typedef {Partial<Record<(typeof NAMES)[number], string>>} Filter */

/** @param {URLSearchParams} query @returns {Filter} */
export function filterOf(query) {
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name)]).filter(([, value]) => value));
}

/** @param {{ query: URLSearchParams }} properties */
export function AuditFilters({ query }) {
  const chosen = filterOf(query);
  // What the address says elsewhere, as by going back, begins the form anew; so do the words of another language.
  return html`<${Form} key=${JSON.stringify([chosen, language.get()])} chosen=${chosen} />`;
}

/** @param {Filter} filter @returns {Filter} */
function asRead({ action, resourceType, ...others }) {
  return { ...others, ...(action && { action: deedText(action) }), ...(resourceType && { resourceType: kindText(resourceType) }) };
}

/** @param {{ chosen: Filter }} properties */
function Form({ chosen }) {
  const [filter, setFilter] = useState(() => asRead(chosen));
  const change = (/** @type {string} */ name) => (/** @type {string | null} */ value) => setFilter((before) => ({ ...before, [name]: value ?? "" }));
  const show = (/** @type {Event} */ event) => {
    event.preventDefault();
    // As the server writes them, whatever way they were typed.
    const words = { action: coded("did", filter.action), resourceType: coded("kind", filter.resourceType), resourceId: filter.resourceId?.trim(), byId: filter.byId?.trim() };
    setQuery(Object.fromEntries(NAMES.map((name) => [name, { ...filter, ...words }[name] ?? null])), { replace: false });
  };
  const clear = () => setQuery(Object.fromEntries(NAMES.map((name) => [name, null])), { replace: false });
  return html`
    <details class="card no-print" open=${Object.keys(chosen).length > 0}>
      <summary>${t("admin.filter")}</summary>
      <form class="stack" role="search" aria-label=${t("admin.filter")} onSubmit=${show}>
        <div class="filter-fields">
          ${Object.entries(TEXTS).map(([name, word]) => html`<${TextField} key=${name} label=${t(word)} value=${filter[/** @type {keyof typeof TEXTS} */ (name)] ?? ""} onChange=${change(name)} maxlength="100" autocapitalize="none" spellcheck=${false} dir="ltr" />`)}
          ${Object.entries(MOMENTS).map(([name, word]) => html`<${DateTimeField} key=${name} label=${t(word)} value=${filter[/** @type {keyof typeof MOMENTS} */ (name)] || null} onChange=${change(name)} />`)}
        </div>
        <div class="row">
          <button class="primary">${t("admin.show")}</button>
          ${Object.keys(chosen).length > 0 && html`<button type="button" onClick=${clear}>${t("admin.show_all")}</button>`}
        </div>
      </form>
    </details>
  `;
}
