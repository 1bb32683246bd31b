// Where the work is: on the server, on its way, or only in this browser and why.

import { html } from "../../app/html.js";
import { failureText, t } from "../../app/locale.js";

/** @param {{ state: import("./workspace.js").State, retry: () => void }} properties */
export function SaveState({ state, retry }) {
  const { saving, failure, kept, conflicts, refused } = state;
  if (saving === "failed" && failure) {
    return html`
      <div class="save-state bad" role="alert">
        <span>${t("quiz.not_saved", { reason: failureText(failure) })} ${kept ? t("quiz.kept_here") : t("quiz.not_kept")}</span>
        <button type="button" class="small" onClick=${retry}>${t("kit.retry")}</button>
      </div>
    `;
  }
  const waits = conflicts.length > 0 ? t("quiz.waits_decision") : Object.keys(refused).length > 0 ? t("quiz.waits_correction") : "";
  if (waits) return html`<div class="save-state warn" role="status">${waits} ${kept ? t("quiz.kept_here") : t("quiz.not_kept")}</div>`;
  return html`<div class="save-state" data-saving=${saving}>${saving === "saved" ? t("quiz.saved") : t("quiz.saving")}${!kept && saving !== "saved" ? ` ${t("quiz.not_kept")}` : ""}</div>`;
}
