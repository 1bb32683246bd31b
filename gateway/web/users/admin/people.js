// Every account, for administrators: find it, and decide about it.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatDate, formatRelative, t } from "../../app/locale.js";
import { setQuery } from "../../app/router.js";
import { Avatar } from "../../kit/avatar.js";
import { SelectField } from "../../kit/form.js";
import { LoadMore, usePages } from "../../kit/pager.js";
import { SearchField } from "../../kit/search-field.js";
import { Empty, Loaded } from "../../kit/states.js";
import { Table } from "../../kit/table.js";
import { DELETED_PEOPLE, PEOPLE } from "./documents.js";
import { InviteEducator } from "./invite.js";
import { PersonActions } from "./person-actions.js";

/** @typedef {import("./documents.js").PeopleQuery["people"]["nodes"][number]} Person */
/** @typedef {import("./documents.js").Role} Role */

const ROLES = /** @type {const} */ (["STUDENT", "EDUCATOR", "ADMIN"]);
const STATES = /** @type {const} */ ({ active: "admin.active", disabled: "admin.disabled", deleted: "admin.deleted" });

/** @param {{ query: URLSearchParams }} properties */
export default function PeoplePage({ query }) {
  const [text, role, state] = ["text", "role", "state"].map((name) => query.get(name) ?? "");
  const pages = usePages(state === "deleted" ? DELETED_PEOPLE : PEOPLE, { filter: filterOf(text, role, state) }, (data) => data.people);
  const [inviting, setInviting] = useState(false);
  const any = /** @type {[string, string]} */ (["", t("admin.any")]);
  const roles = ROLES.map((each) => [each, t(`enums.role.${each}`)]);
  const states = Object.entries(STATES).map(([value, word]) => [value, t(word)]);
  const found = pages.total === null ? "" : t("admin.people_found", { count: pages.total });
  return html`
    <div class="wide stack">
      <p><a href="/admin">${t("nav.admin")}</a></p>
      <div class="row">
        <h1 class="grow">${t("admin.people")}</h1>
        <button type="button" class="primary" onClick=${() => setInviting(true)}>${t("admin.invite_educator")}</button>
      </div>
      <div class="card filters">
        <${SearchField} label=${t("admin.find_person")} value=${text} found=${found} onSearch=${(/** @type {string} */ next) => setQuery({ text: next })} placeholder=${t("admin.find_person_hint")} />
        <${SelectField} label=${t("admin.role")} value=${role} onChange=${(/** @type {string} */ next) => setQuery({ role: next })} options=${[any, ...roles]} />
        <${SelectField} label=${t("admin.state")} value=${state} onChange=${(/** @type {string} */ next) => setQuery({ state: next })} options=${[any, ...states]} />
      </div>
      <div class="card">
        <${Loaded} query=${pages} lines=${8}>${() => (pages.nodes.length === 0 ? html`<${Empty} title=${t("admin.nobody")} text=${t("admin.nobody_text")} />` : html`<${Found} pages=${pages} />`)}<//>
      </div>
      ${inviting && html`<${InviteEducator} onClose=${() => setInviting(false)} />`}
    </div>
  `;
}

/** @param {{ pages: any }} properties */
function Found({ pages }) {
  const columns = [
    { name: "name", label: t("admin.name"), heads: true, cell: (/** @type {Person} */ person) => html`<${Name} person=${person} />` },
    { name: "role", label: t("admin.role"), cell: (/** @type {Person} */ { role }) => t(`enums.role.${role}`) },
    { name: "state", label: t("admin.state"), cell: (/** @type {Person} */ person) => html`<${State} person=${person} />` },
    { name: "since", label: t("admin.since"), cell: (/** @type {Person} */ { createdAt }) => formatDate(createdAt, { dateStyle: "medium" }) },
    { name: "seen", label: t("admin.last_login"), cell: (/** @type {Person} */ { lastLogin }) => (lastLogin ? formatRelative(lastLogin) : "–") },
    { name: "actions", label: t("admin.actions"), actions: true, cell: (/** @type {Person} */ person) => html`<${PersonActions} person=${person} reload=${pages.reload} />` },
  ];
  return html`
    <${Table} caption=${t("admin.people")} captionHidden columns=${columns} rows=${pages.nodes} keyOf=${(/** @type {Person} */ { id }) => id} />
    <${LoadMore} pages=${pages} />
  `;
}

/** @param {{ person: Person }} properties */
function Name({ person: { profile, email, emailVerified } }) {
  return html`
    <span class="person">
      <${Avatar} name=${profile.fullName} url=${profile.avatarUrl} />
      <span><span dir="auto">${profile.fullName}</span><br /><span class="muted"><bdi>${email}</bdi>${emailVerified === false && ` · ${t("users.unconfirmed")}`}</span></span>
    </span>
  `;
}

/** @param {{ person: Person }} properties */
function State({ person: { disabledAt, deletedAt } }) {
  if (deletedAt) return html`<span class="chip bad" title=${formatDate(deletedAt)}>${t("admin.deleted_one")}</span>`;
  if (disabledAt) return html`<span class="chip warn" title=${formatDate(disabledAt)}>${t("admin.disabled_one")}</span>`;
  return html`<span class="chip good">${t("admin.active_one")}</span>`;
}

/**
 * @param {string} text
 * @param {string} role
 * @param {string} state
 */
function filterOf(text, role, state) {
  return {
    ...(text && { text }),
    ...(ROLES.some((each) => each === role) && { role: /** @type {Role} */ (role) }),
    ...((state === "active" || state === "disabled") && { disabled: state === "disabled" }),
  };
}
