import { useId } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { TextField } from "../../kit/form.js";

const MAX_FOLDER = 100;

/** The name of a folder: one that there is, or another. @param {{ value: string, onChange: (value: string) => void, folders: readonly string[], error?: string }} properties */
export function FolderField({ value, onChange, folders, error }) {
  const id = useId();
  return html`
    <${TextField} label=${t("content.folder")} hint=${t("content.folder_hint")} value=${value} onChange=${onChange} error=${error} list=${id} maxlength=${MAX_FOLDER} autocomplete="off" />
    <datalist id=${id}>${folders.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>
  `;
}
