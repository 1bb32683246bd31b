import { html } from "../app/html.js";
import { t } from "../app/locale.js";

/** That what is shown was typed before and not saved. @param {{ shown: boolean, discard: () => void }} properties */
export function Restored({ shown, discard }) {
  if (!shown) return null;
  return html`<p class="hint" role="status"><span class="grow">${t("users.draft_restored")}</span> <button class="small" type="button" onClick=${discard}>${t("users.discard")}</button></p>`;
}
