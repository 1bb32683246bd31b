// What a resource is called, in which folder it is, and where a link leads to.

import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Restored } from "../../courses/restored.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, SubmitButton, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { UPDATE_RESOURCE } from "../documents.js";
import { FolderField } from "./folder-field.js";
import { AddressField, TitleField } from "./link-dialog.js";

const FIELDS = ["url", "title", "folder"];

/** @typedef {{ title: string, folder: string, url: string }} Values */

/** @param {{ resource: import("./materials.js").Resource, folders: readonly string[], reload: () => Promise<void>, onClose: () => void }} properties */
export function ResourceDialog({ resource, folders, reload, onClose }) {
  // Only what is changed here is kept and sent: the rest may be another meanwhile.
  const [changes, setChanges, { restored, discard }] = useDraft(`resource.${resource.id}`, /** @type {Partial<Values>} */ ({}));
  const values = { title: resource.title, folder: resource.folder, url: resource.url ?? "", ...changes };
  const change = (/** @type {Partial<Values>} */ part) => setChanges((before) => ({ ...before, ...part }));
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const input = Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value.trim()]));
    await request(UPDATE_RESOURCE, { id: resource.id, input }, { repeatable: true });
    await reload();
    discard();
    toast(t("content.saved"));
    onClose();
  });
  return html`
    <${Dialog} title=${t("content.edit")} onClose=${onClose}>
      <form class="stack" novalidate onSubmit=${submit}>
        <${Restored} shown=${restored && Object.keys(changes).length > 0} discard=${discard} />
        ${resource.kind === "LINK" && html`<${AddressField} value=${values.url} onChange=${(/** @type {string} */ url) => change({ url })} error=${errorOf("url")} />`}
        <${TitleField} value=${values.title} onChange=${(/** @type {string} */ title) => change({ title })} error=${errorOf("title")} />
        <${FolderField} value=${values.folder} onChange=${(/** @type {string} */ folder) => change({ folder })} folders=${folders} error=${errorOf("folder")} />
        <${FormError} failure=${failure} shownFields=${FIELDS} />
        <${SubmitButton} busy=${busy}>${t("content.save")}<//>
      </form>
    <//>
  `;
}
