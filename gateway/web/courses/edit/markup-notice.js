import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { isMarkup } from "../../text/written.js";

/** Said of a text that another program has put there as HTML. @param {{ text: string | null }} properties */
export function MarkupNotice({ text }) {
  return text && isMarkup(text) ? html`<p class="hint">${t("courses.is_markup")}</p>` : null;
}
