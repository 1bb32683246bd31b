// A link among the materials of a course.

import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { Restored } from "../../courses/restored.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { ADD_RESOURCE_LINK } from "../documents.js";
import { FolderField } from "./folder-field.js";

const FIELDS = ["url", "title", "folder"];

/** @param {{ courseId: string, folder: string, folders: readonly string[], reload: () => Promise<void>, onClose: () => void }} properties */
export function LinkDialog({ courseId, folder, folders, reload, onClose }) {
  const [draft, setDraft, { restored, discard }] = useDraft(`materials.link.${courseId}`, { url: "", title: "", folder, key: "" });
  const change = (/** @type {Partial<typeof draft>} */ part) => setDraft((before) => ({ ...before, ...part, key: randomId() }));
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { key, ...values } = draft;
    const input = { courseId, url: values.url.trim(), title: values.title.trim(), folder: values.folder.trim() };
    await request(ADD_RESOURCE_LINK, { input, idempotencyKey: key }, { repeatable: true });
    await reload();
    discard();
    toast(t("content.added", { name: input.title }));
    onClose();
  });
  return html`
    <${Dialog} title=${t("content.add_link")} onClose=${onClose}>
      <form class="stack" novalidate onSubmit=${submit}>
        <${Restored} shown=${restored} discard=${discard} />
        <${AddressField} value=${draft.url} onChange=${(/** @type {string} */ url) => change({ url })} error=${errorOf("url")} />
        <${TitleField} value=${draft.title} onChange=${(/** @type {string} */ title) => change({ title })} error=${errorOf("title")} />
        <${FolderField} value=${draft.folder} onChange=${(/** @type {string} */ to) => change({ folder: to })} folders=${folders} error=${errorOf("folder")} />
        <${FormError} failure=${failure} shownFields=${FIELDS} />
        <${SubmitButton} busy=${busy}>${t("content.add_link")}<//>
      </form>
    <//>
  `;
}

const MAX_TITLE = 200;
const MAX_URL = 500;

/** @param {{ value: string, onChange: (value: string) => void, error: string }} properties */
export function TitleField({ value, onChange, error }) {
  return html`<${TextField} label=${t("content.title")} value=${value} onChange=${onChange} error=${error} name="title" required maxlength=${MAX_TITLE} autocomplete="off" />`;
}

/** @param {{ value: string, onChange: (value: string) => void, error: string }} properties */
export function AddressField({ value, onChange, error }) {
  return html`<${TextField} label=${t("content.address")} hint=${t("content.address_hint")} value=${value} onChange=${onChange} error=${error} name="url" required type="url" inputmode="url" dir="ltr" maxlength=${MAX_URL} autocomplete="off" />`;
}
