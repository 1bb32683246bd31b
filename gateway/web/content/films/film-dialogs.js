// What a film is called, and a file in the place of another.

import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Restored } from "../../courses/restored.js";
import { Dialog } from "../../kit/dialog.js";
import { FileDrop } from "../../kit/file-drop.js";
import { FormError, SubmitButton, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { TitleField } from "../edit/link-dialog.js";
import { enqueue } from "../upload/queue.js";
import { RENAME_FILM } from "./documents.js";
import { ACCEPT, MAX_BYTES } from "./kinds.js";

/** @typedef {import("./library.js").Film} Film */

/** @param {{ film: Film, reload: () => Promise<void>, onClose: () => void }} properties */
export function RenameDialog({ film, reload, onClose }) {
  const [title, setTitle, { restored, discard }] = useDraft(`film.${film.id}`, film.title);
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    await request(RENAME_FILM, { id: film.id, title: title.trim() }, { repeatable: true });
    await reload();
    discard();
    toast(t("content.saved"));
    onClose();
  });
  return html`
    <${Dialog} title=${t("films.rename")} size="small" onClose=${onClose}>
      <form class="stack" novalidate onSubmit=${submit}>
        <${Restored} shown=${restored} discard=${discard} />
        <${TitleField} value=${title} onChange=${setTitle} error=${errorOf("title")} />
        <${FormError} failure=${failure} shownFields=${["title"]} />
        <${SubmitButton} busy=${busy}>${t("content.save")}<//>
      </form>
    <//>
  `;
}

/** @param {{ courseId: string, film: Film, onClose: () => void }} properties */
export function ReplaceDialog({ courseId, film, onClose }) {
  const take = (/** @type {File[]} */ files) => {
    enqueue(files, { courseId, use: "VIDEO", replaces: film.id });
    onClose();
  };
  return html`
    <${Dialog} title=${t("films.replace_of", { title: film.title })} onClose=${onClose}>
      <p>${t(film.status === "READY" ? "films.replace_text" : "films.replace_failed_text")}</p>
      <${FileDrop} label=${t("films.file")} hint=${t("films.files_hint")} accept=${ACCEPT} maxBytes=${MAX_BYTES} onFiles=${take} />
    <//>
  `;
}
