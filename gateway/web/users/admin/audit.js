// The audit trail: who did what and when, found by filters that stand in the address.

import { html } from "../../app/html.js";
import { formatDate, t } from "../../app/locale.js";
import { setQuery } from "../../app/router.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { Empty, Loaded } from "../../kit/states.js";
import { Table } from "../../kit/table.js";
import { AuditFilters, filterOf } from "./audit-filters.js";
import { AuditDownload } from "./audit-download.js";
import { AUDIT_TRAIL } from "./documents.js";
import { deedText, detailName, detailText, kindText } from "./wording.js";

/** @typedef {import("./documents.js").AuditTrailQuery["auditTrail"]["nodes"][number]} Entry */

/** @param {{ query: URLSearchParams }} properties */
export default function AuditPage({ query }) {
  const filter = filterOf(query);
  const pages = usePages(AUDIT_TRAIL, { filter }, (data) => data.auditTrail);
  return html`
    <div class="wide stack">
      <p class="no-print"><a href="/admin">${t("nav.admin")}</a></p>
      <div class="row">
        <h1 class="grow">${t("admin.audit")}</h1>
        <${AuditDownload} filter=${filter} />
      </div>
      <${AuditFilters} query=${query} />
      <div class="card">
        <${Loaded} query=${pages} lines=${8}>
          ${() => (pages.nodes.length === 0 ? html`<${Empty} title=${t("admin.no_record")} text=${t("admin.no_record_text")} />` : html`<${Found} pages=${pages} />`)}
        <//>
      </div>
    </div>
  `;
}

/** @param {{ pages: any }} properties */
function Found({ pages }) {
  const columns = [
    { name: "at", label: t("admin.at"), heads: true, cell: (/** @type {Entry} */ { at }) => html`<time dateTime=${at}>${formatDate(at, { dateStyle: "medium", timeStyle: "medium" })}</time>` },
    { name: "by", label: t("admin.by"), cell: (/** @type {Entry} */ entry) => html`<${By} entry=${entry} />` },
    { name: "action", label: t("admin.action"), cell: (/** @type {Entry} */ { action }) => html`<${Only} name="action" value=${action} text=${deedText(action)}>${deedText(action)}<//>` },
    { name: "what", label: t("admin.resource"), cell: (/** @type {Entry} */ entry) => html`<${Resource} entry=${entry} />` },
    { name: "details", label: t("admin.details"), cell: (/** @type {Entry} */ { details }) => html`<${Details} details=${details} />` },
  ];
  return html`
    <${Table} caption=${t("admin.audit")} captionHidden columns=${columns} rows=${pages.nodes} keyOf=${(/** @type {Entry} */ { id }) => id} />
    <${LoadMore} pages=${pages} />
  `;
}

/** A value that, pressed, filters by itself. @param {{ name: string, value: string, text?: string, children: any }} properties */
function Only({ name, value, text = value, children }) {
  const label = t("admin.only", { value: text });
  return html`<button type="button" class="as-link" title=${label} onClick=${() => setQuery({ [name]: value }, { replace: false })}>${children}<span class="sr-only"> (${label})</span></button>`;
}

/** @param {{ entry: Entry }} properties */
function By({ entry: { by, byId, details } }) {
  if (details !== null && typeof details === "object" && "through" in details) return html`<span>${t("admin.on_the_server")}</span>`;
  return html`<${Only} name="byId" value=${byId}>${by ? html`<span dir="auto">${by.profile.fullName}</span>` : t("admin.nobody_now")}<//>`;
}

/** @param {{ entry: Entry }} properties */
function Resource({ entry: { resourceType, resourceId } }) {
  const only = () => setQuery({ resourceType, resourceId }, { replace: false });
  return html`
    <span>
      ${kindText(resourceType)}<br />
      <button type="button" class="as-link small-print" title=${t("admin.only", { value: resourceId })} onClick=${only}><bdi>${shortened(resourceId)}</bdi><span class="sr-only"> (${t("admin.only", { value: resourceId })})</span></button>
    </span>
  `;
}

/** The beginning of an id is enough to see whether two are the same. @param {string} id */
function shortened(id) {
  return id.length > 24 ? `${id.slice(0, 8)}…` : id;
}

/** @param {{ details: unknown }} properties */
function Details({ details }) {
  const entries = details !== null && typeof details === "object" ? Object.entries(details).filter(([name]) => name !== "through") : [];
  if (entries.length === 0) return html`<span class="muted">–</span>`;
  return html`<dl class="details">${entries.map(([name, value]) => html`<div key=${name}><dt>${detailName(name)}</dt><dd dir="auto">${detailText(name, value)}</dd></div>`)}</dl>`;
}
