// All certificates, for administrators: find, revoke, take that back, issue again with another name.

import { useState } from "preact/hooks";
import { html } from "../app/html.js";
import { formatDate, t } from "../app/locale.js";
import { setQuery } from "../app/router.js";
import { SelectField } from "../kit/form.js";
import { Menu } from "../kit/menu.js";
import { LoadMore, usePages } from "../kit/pager.js";
import { SearchField } from "../kit/search-field.js";
import { Empty, Loaded } from "../kit/states.js";
import { Table } from "../kit/table.js";
import { Change, WORDS } from "./change.js";
import { CERTIFICATES } from "./documents.js";

/** Or how one begins; names of people have no digits. */
const IS_NUMBER = /^(?=.*\d|(.*-){3})[0-9A-Z]{4}(-[0-9A-Z]{1,4}){0,3}-?$/i;

/** @typedef {import("./documents.js").CertificatesQuery["certificates"]["nodes"][number]} Certificate */
/** @typedef {import("./change.js").Kind} Kind */

/** @param {{ query: URLSearchParams }} properties */
export default function CertificatesAdmin({ query }) {
  const [text, state, student] = [query.get("text") ?? "", query.get("state") ?? "", query.get("student")];
  const pages = usePages(CERTIFICATES, { filter: filterOf(text, state, student) }, (data) => data.certificates);
  const [changing, setChanging] = useState(/** @type {{ kind: Kind, certificate: Certificate } | null} */ (null));
  const states = /** @type {[string, string][]} */ ([["", t("admin.any")], ["valid", t("certificates.valid")], ["revoked", t("certificates.revoked")]]);
  return html`
    <div class="wide stack">
      <p class="no-print"><a href="/admin">${t("nav.admin")}</a></p>
      <h1>${t("admin.certificates")}</h1>
      <div class="card filters">
        <${SearchField} label=${t("admin.find_certificate")} value=${text} onSearch=${(/** @type {string} */ next) => setQuery({ text: next })} placeholder=${t("admin.find_certificate_hint")} />
        <${SelectField} label=${t("admin.state")} value=${state} onChange=${(/** @type {string} */ next) => setQuery({ state: next })} options=${states} />
      </div>
      ${student && html`<p><button type="button" class="small" onClick=${() => setQuery({ student: null })}>${t("admin.of_everybody")}</button></p>`}
      <div class="card">
        <${Loaded} query=${pages} lines=${6}>
          ${() => (pages.nodes.length === 0 ? html`<${Empty} title=${t("admin.no_certificate")} />` : html`<${Found} pages=${pages} change=${(/** @type {Kind} */ kind, /** @type {Certificate} */ certificate) => setChanging({ kind, certificate })} />`)}
        <//>
      </div>
      ${changing && html`<${Change} ...${changing} done=${pages.reload} onClose=${() => setChanging(null)} />`}
    </div>
  `;
}

/** @param {{ pages: any, change: (kind: Kind, certificate: Certificate) => void }} properties */
function Found({ pages, change }) {
  const columns = [
    { name: "student", label: t("certificates.student"), heads: true, cell: nameOf },
    { name: "course", label: t("certificates.course"), cell: (/** @type {Certificate} */ { courseTitle }) => html`<span dir="auto">${courseTitle}</span>` },
    { name: "number", label: t("certificates.number"), cell: (/** @type {Certificate} */ { certificateId }) => html`<a class="tabular" href=${`/certificates/${certificateId}`}><bdi>${certificateId}</bdi></a>` },
    { name: "completed", label: t("certificates.completed"), cell: (/** @type {Certificate} */ { completedAt, timeZone }) => formatDate(completedAt, { dateStyle: "medium", timeZone }) },
    { name: "state", label: t("admin.state"), cell: stateOf },
    { name: "actions", label: t("admin.actions"), actions: true, cell: (/** @type {Certificate} */ each) => html`<${Actions} certificate=${each} change=${change} />` },
  ];
  return html`
    <${Table} caption=${t("admin.certificates")} captionHidden columns=${columns} rows=${pages.nodes} keyOf=${(/** @type {Certificate} */ { id }) => id} />
    <${LoadMore} pages=${pages} />
  `;
}

/** @param {Certificate} certificate */
function nameOf({ studentName, student }) {
  return html`<span><span dir="auto">${studentName}</span>${student?.email && html`<br /><span class="muted"><bdi>${student.email}</bdi></span>`}</span>`;
}

/** @param {Certificate} certificate */
function stateOf({ revokedAt, revocationReason, issue }) {
  if (!revokedAt) return html`<span class="chip good">${t("certificates.valid")}</span>${issue > 1 && html` <span class="muted">${t("certificates.issue", { number: issue })}</span>`}`;
  return html`<span><span class="chip bad">${t("certificates.revoked")}</span> <span class="muted" dir="auto">${formatDate(revokedAt, { dateStyle: "medium" })} · ${revocationReason}</span></span>`;
}

/** @param {{ certificate: Certificate, change: (kind: Kind, certificate: Certificate) => void }} properties */
function Actions({ certificate, change }) {
  const item = (/** @type {Kind} */ kind) => ({ label: t(WORDS[kind].title), onSelect: () => change(kind, certificate), danger: kind === "revoke" });
  const kinds = /** @type {Kind[]} */ (certificate.revokedAt ? ["reinstate"] : ["reissue", "revoke"]);
  return html`<${Menu} label=${t("admin.actions_for", { name: certificate.studentName })} button=${t("admin.actions")} classes="small" items=${kinds.map(item)} />`;
}

/**
 * @param {string} text
 * @param {string} state
 * @param {string | null} student
 */
function filterOf(text, state, student) {
  return {
    ...(text && (IS_NUMBER.test(text) ? { number: text } : { text })),
    ...(state && { revoked: state === "revoked" }),
    ...(student && { studentId: student }),
  };
}
