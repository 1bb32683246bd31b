// The receipt of a saved answer, for whoever wants to keep it. Fetched when there is one.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { CopyButton } from "../../kit/copy-button.js";

/** @param {{ receipt: string }} properties */
export function Receipt({ receipt }) {
  return html`<${CopyButton} key=${receipt} text=${receipt} label=${t("attempts.copy_receipt")} classes="small quiet" />`;
}
