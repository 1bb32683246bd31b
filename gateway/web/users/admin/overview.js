// Where administrators start: how many there are of what, and where to go.

import { html } from "../../app/html.js";
import { formatNumber, formatRelative, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { Loaded } from "../../kit/states.js";
import { ADMIN_OVERVIEW } from "./documents.js";
import { deedText, kindText } from "./wording.js";

/** @typedef {import("./documents.js").AdminOverviewQuery} Overview */
/** @typedef {{ totalCount: number, totalCountIsExact: boolean }} Count */

const PAGES = /** @type {const} */ ([
  ["/admin/people", "admin.people", "admin.people_text"],
  ["/admin/certificates", "admin.certificates", "admin.certificates_text"],
  ["/admin/audit", "admin.audit", "admin.audit_text"],
]);

export default function OverviewPage() {
  const query = useQuery(ADMIN_OVERVIEW, {});
  return html`
    <div class="wide stack">
      <h1>${t("nav.admin")}</h1>
      <ul class="ways-on">
        ${PAGES.map(([href, title, text]) => html`<li key=${href} class="card"><h2><a href=${href}>${t(title)}</a></h2><p class="muted">${t(text)}</p></li>`)}
      </ul>
      <${Loaded} query=${query}>${(/** @type {Overview} */ data) => html`<${Counts} ...${data} /><${Latest} records=${data.auditTrail.nodes} />`}<//>
    </div>
  `;
}

/** @param {Overview} properties */
function Counts({ students, educators, admins, disabled, deletedUsers }) {
  /** @type {[import("../../app/locale.js").Word, Count, string][]} */
  const counts = [
    ["admin.students", students, "role=STUDENT"],
    ["admin.educators", educators, "role=EDUCATOR"],
    ["admin.admins", admins, "role=ADMIN"],
    ["admin.disabled", disabled, "state=disabled"],
    ["admin.deleted", deletedUsers, "state=deleted"],
  ];
  return html`
    <section class="card stack" aria-labelledby="counts">
      <h2 id="counts">${t("admin.accounts")}</h2>
      <ul class="counts">
        ${counts.map(([word, count, query]) => html`<li key=${word}><a href=${`/admin/people?${query}`}><b class="tabular">${shown(count)}</b> <span>${t(word)}</span></a></li>`)}
      </ul>
    </section>
  `;
}

/** @param {Count} count */
function shown({ totalCount, totalCountIsExact }) {
  return totalCountIsExact ? formatNumber(totalCount) : t("admin.more_than", { count: totalCount });
}

/** @param {{ records: Overview["auditTrail"]["nodes"] }} properties */
function Latest({ records }) {
  return html`
    <section class="card stack" aria-labelledby="latest">
      <h2 id="latest">${t("admin.latest")}</h2>
      ${records.length === 0
        ? html`<p class="muted">${t("admin.no_record")}</p>`
        : html`<ul class="lines">
            ${records.map(
              ({ id, at, action, resourceType, by }) => html`
                <li key=${id}><span class="grow"><b>${deedText(action)}</b> · ${kindText(resourceType)}</span><span class="muted"><span dir="auto">${by?.profile.fullName ?? t("admin.nobody_now")}</span> · ${formatRelative(at)}</span></li>
              `,
            )}
          </ul>`}
      <p><a href="/admin/audit">${t("admin.whole_audit")}</a></p>
    </section>
  `;
}
