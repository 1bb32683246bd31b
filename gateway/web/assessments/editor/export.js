// The questions as a file: which format, what it cannot carry, and the download.

import { useState } from "preact/hooks";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { fresh } from "../../app/session.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, SelectField, useSubmit } from "../../kit/form.js";
import { Loaded } from "../../kit/states.js";
import { QUIZ_EXPORT } from "../documents.js";

const FORGET_MS = 60_000;
/** @type {Record<import("../documents.js").QuizExportQueryVariables["format"], string>} */
const ENDINGS = {
  MOODLE_XML: "moodle.xml",
  GIFT: "gift",
  QTI_3: "qti3.zip",
  QTI_2_2: "qti22.zip",
  QTI_2_1: "qti21.zip",
  CSV: "csv",
  KAHOOT: "kahoot.xlsx",
  AIKEN: "aiken.txt",
};
/** @typedef {keyof typeof ENDINGS} Format */

/** @param {{ quizId: string, title: string, onClose: () => void }} properties */
export function ExportDialog({ quizId, title, onClose }) {
  const [format, setFormat] = useState(/** @type {Format} */ ("MOODLE_XML"));
  const report = useQuery(QUIZ_EXPORT, { quizId, format });
  const saving = useSubmit(() => download(quizId, title, ENDINGS[format]));
  const options = /** @type {Format[]} */ (Object.keys(ENDINGS)).map((each) => [each, t(`quiz.save_as.${each}`)]);
  const footer = html`
    <button type="button" onClick=${onClose}>${t("kit.cancel")}</button>
    <button type="button" class="primary" aria-disabled=${saving.busy ? "true" : undefined} onClick=${saving.submit}>${t("quiz.export_download")}</button>
  `;
  return html`
    <${Dialog} title=${t("quiz.export")} size="medium" onClose=${onClose} footer=${footer}>
      <div class="stack">
        <${SelectField} label=${t("quiz.export_format")} value=${format} options=${options} onChange=${setFormat} />
        <${FormError} failure=${saving.failure} />
        <${Loaded} query=${report}>
          ${(/** @type {import("../documents.js").QuizExportQuery} */ { quizExport: { leftOut } }) =>
            leftOut.length === 0
              ? html`<p class="muted" role="status">${t("quiz.export_whole")}</p>`
              : html`<div role="status"><h3>${t("quiz.left_out", { count: leftOut.length })}</h3></div><ul class="gift-lines">${leftOut.map((each, n) => html`<li key=${n} class="warn" dir="auto">${each}</li>`)}</ul>`}
        <//>
      </div>
    <//>
  `;
}

/**
 * @param {string} quizId
 * @param {string} title
 * @param {string} ending
 */
async function download(quizId, title, ending) {
  const headers = { authorization: `Bearer ${await fresh()}` };
  const response = await fetch(`/quizzes/${quizId}/questions.${ending}`, { headers }).catch(() => null);
  const body = response?.ok ? await response.blob().catch(() => null) : null;
  if (!body) throw new Failure(await errorOf(response));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(body);
  link.download = `${title.replaceAll(/[^\p{L}\p{N}]+/gu, "-").slice(0, 80) || "quiz"}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), FORGET_MS);
}

/** The error object of an answer; null if there is none. @param {Response | null} response */
async function errorOf(response) {
  const body = await response?.json().catch(() => null);
  return body?.code ? { message: body.message, extensions: { code: body.code, details: body.details } } : null;
}
