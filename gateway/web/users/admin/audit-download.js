// The audit trail as a file, with the filters that are set.

import { html } from "../../app/html.js";
import { Failure } from "../../app/graphql.js";
import { t } from "../../app/locale.js";
import { fresh } from "../../app/session.js";
import { FormError, useSubmit } from "../../kit/form.js";
import { Icon } from "../../kit/icon.js";

const FORGET_MS = 60_000;

/** @param {{ filter: import("./audit-filters.js").Filter }} properties */
export function AuditDownload({ filter }) {
  const { submit, busy, failure } = useSubmit(() => download(filter));
  return html`
    <div class="no-print">
      <button type="button" aria-disabled=${busy ? "true" : undefined} onClick=${submit}><${Icon} name="download" />${t("admin.download_csv")}${busy && html`<span class="spinner" aria-hidden="true"></span>`}</button>
      ${failure && html`<${FormError} failure=${failure} />`}
    </div>
  `;
}

/** @param {import("./audit-filters.js").Filter} filter */
async function download(filter) {
  const headers = { authorization: `Bearer ${await fresh()}` };
  const response = await fetch(`/audit-trail.csv?${new URLSearchParams(filter)}`, { headers }).catch(() => null);
  if (!response?.ok) throw new Failure(await errorOf(response));
  const blob = await response.blob().catch(() => null);
  if (!blob) throw new Failure(null);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `audit-${new Date().toISOString().slice(0, 10)}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), FORGET_MS);
}

/** The error object of an answer; null if there is none. @param {Response | null} response */
async function errorOf(response) {
  const body = await response?.json().catch(() => null);
  return body?.code ? { message: body.message, extensions: { code: body.code, details: body.details } } : null;
}
