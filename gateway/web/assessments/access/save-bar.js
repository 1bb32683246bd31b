// The end of a form whose changes count once they are saved: it stays in view, and says while they are not.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { SubmitButton } from "../../kit/form.js";

/** @param {{ unsaved: boolean, busy: boolean, discard: () => void }} properties */
export function SaveBar({ unsaved, busy, discard }) {
  return html`
    <div class="row save-bar" data-unsaved=${unsaved ? "true" : undefined}>
      <${SubmitButton} busy=${busy} class="primary">${t("access.save")}<//>
      ${unsaved && html`<button type="button" class="quiet" onClick=${discard}>${t("access.discard")}</button>`}
      <span role="status">${unsaved && html`<span class="chip warn">${t("access.not_saved")}</span>`}</span>
    </div>
  `;
}
