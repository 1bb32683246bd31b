// The history of marks, fetched when it is opened.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { t } from "../../app/locale.js";

const markHistory = () => import("./mark-history.js").then(({ MarkHistory }) => MarkHistory);

/** @param {{ submissionId: string, questionId?: string }} properties */
export function HistoryDetails({ submissionId, questionId }) {
  const [open, setOpen] = useState(false);
  return html`
    <details class="no-print" onToggle=${(/** @type {any} */ event) => setOpen(event.currentTarget.open)}>
      <summary>${t("grading.history")}</summary>
      ${open && html`<${Later} load=${markHistory} submissionId=${submissionId} questionId=${questionId} />`}
    </details>
  `;
}
