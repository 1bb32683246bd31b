// The results of a game as files, for those who may have them.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { fresh } from "../../app/session.js";
import { toast } from "../../kit/toast.js";

const KEPT_MS = 10_000;

/** @param {{ liveQuizId: string }} properties */
export function Downloads({ liveQuizId }) {
  const [busy, setBusy] = useState(false);
  const fetchAs = async (/** @type {"csv" | "xlsx"} */ kind) => {
    if (busy) return;
    setBusy(true);
    if (!(await download(liveQuizId, kind))) toast(t("live.no_results"), { kind: "bad" });
    setBusy(false);
  };
  return html`
    <button type="button" aria-disabled=${busy ? "true" : undefined} onClick=${() => fetchAs("csv")}>${t("live.results_csv")}</button>
    <button type="button" aria-disabled=${busy ? "true" : undefined} onClick=${() => fetchAs("xlsx")}>${t("live.results_xlsx")}</button>
  `;
}

/**
 * @param {string} liveQuizId
 * @param {"csv" | "xlsx"} kind
 * @returns {Promise<boolean>} Whether there is a file.
 */
async function download(liveQuizId, kind) {
  const headers = { authorization: `Bearer ${await fresh()}` };
  const response = await fetch(`/live/${liveQuizId}/results.${kind}`, { headers }).catch(() => null);
  if (!response?.ok) return false;
  const link = document.createElement("a");
  link.download = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? `results.${kind}`;
  link.href = URL.createObjectURL(await response.blob());
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
  return true;
}
