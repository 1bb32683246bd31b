// Invitations by e-mail to a list, typed or as CSV, with what became of each line.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { formatNumber, hasWord, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Chip } from "../../kit/chip.js";
import { FileDrop } from "../../kit/file-drop.js";
import { FormError, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { Table } from "../../kit/table.js";
import { INVITE } from "../documents.js";

/**
 * @typedef {import("../documents.js").InviteMutation["inviteStudents"]} Report
 * @typedef {Report["lines"][number]} Line
 */

const MAX_TEXT = 100_000;

/** @param {{ courseId: string, reload: () => Promise<void> }} properties */
export function Invite({ courseId, reload }) {
  const [list, setList, { discard }] = useDraft(`invite.${courseId}`, "");
  const [report, setReport] = useState(/** @type {Report | null} */ (null));
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { inviteStudents } = await request(INVITE, { courseId, csv: list });
    setReport(inviteStudents);
    discard();
    await reload();
  });
  const take = async (/** @type {File[]} */ [file]) => setList(await file.text());
  const tooLong = list.length > MAX_TEXT ? t("rules.too_long", { max: MAX_TEXT }) : "";
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <${TextField} multiline label=${t("courses.addresses")} hint=${t("courses.addresses_hint")} value=${list} onChange=${setList} error=${tooLong || errorOf("csv") || errorOf("addresses")} dir="ltr" spellcheck=${false} autocapitalize="none" />
      <${FileDrop} label=${t("courses.csv_file")} accept=".csv,.txt,text/csv,text/plain" maxBytes=${MAX_TEXT} onFiles=${take} />
      <${FormError} failure=${failure} shownFields=${["csv", "addresses"]} />
      <div><${SubmitButton} busy=${busy} class="primary">${t("courses.invite")}<//></div>
    </form>
    <div role="status">${report && html`<p class="hint-line">${t("courses.invited", { count: report.invited })}</p>`}</div>
    ${report && html`<${ReportTable} lines=${report.lines} />`}
  `;
}

/** @param {{ lines: readonly Line[] }} properties */
function ReportTable({ lines }) {
  /** @type {import("../../kit/table.js").Column<Line>[]} */
  const columns = [
    { name: "line", label: t("courses.line"), number: true, value: ({ line }) => line, cell: ({ line }) => formatNumber(line) },
    { name: "address", label: t("users.email"), heads: true, value: ({ address }) => address, cell: ({ address }) => (address ? html`<span dir="ltr">${address}</span>` : html`<span class="muted">${t("courses.no_address")}</span>`) },
    { name: "status", label: t("courses.what_became"), value: ({ status }) => status, cell: (line) => html`<${Outcome} line=${line} />` },
  ];
  return html`<${Table} caption=${t("courses.report")} rows=${lines} keyOf=${(/** @type {Line} */ { line, address }) => `${line} ${address}`} columns=${columns} />`;
}

/** @param {{ line: Line }} properties */
function Outcome({ line }) {
  const rule = `rules.${String(line.code ?? "").toLowerCase()}`;
  const why = line.code ? (hasWord(rule) ? t(/** @type {any} */ (rule)) : line.reason) : line.sameAs ? t("courses.same_as", { line: line.sameAs }) : "";
  return html`<span><${Chip} kind=${line.status === "INVITED" ? "good" : line.status === "INVALID" ? "bad" : "warn"}>${t(`enums.invited_line_status.${line.status}`)}<//> <span class="muted">${why}</span></span>`;
}
