// The result sheet of an attempt as a file: every answer with its receipt, which anybody can check.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { FormError, useSubmit } from "../../kit/form.js";
import { Icon } from "../../kit/icon.js";
import { RESULT_SHEET } from "./documents.js";

const FORGET_MS = 60_000;

/** @param {{ id: string }} properties Of the submission. */
export function SheetDownload({ id }) {
  const [missing, setMissing] = useState(false);
  const { submit, busy, failure } = useSubmit(async () => {
    const { quizResultSheet: sheet } = await request(RESULT_SHEET, { id });
    setMissing(sheet === null);
    if (sheet) save(`result-sheet-${id}.json`, JSON.stringify(sheet, null, 2));
  });
  return html`
    <section class="card stack no-print" aria-labelledby="result-sheet">
      <h2 id="result-sheet">${t("attempts.result_sheet")}</h2>
      <p class="muted">${t("attempts.result_sheet_text")}</p>
      <p><button type="button" aria-disabled=${busy ? "true" : undefined} onClick=${submit}><${Icon} name="download" />${t("attempts.download_sheet")}</button></p>
      ${missing && html`<p class="hint" role="status">${t("attempts.no_sheet")}</p>`}
      <${FormError} failure=${failure} />
    </section>
  `;
}

/**
 * Let the browser save a text as a file.
 * @param {string} name
 * @param {string} text
 */
function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), FORGET_MS);
}
