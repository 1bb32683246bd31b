// Tags for all questions that are chosen.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { tagsIn } from "../tags.js";
import { TAG_QUESTIONS } from "./documents.js";

/** @param {{ questionIds: readonly string[], onDone: () => void, onClose: () => void }} properties */
export function TagDialog({ questionIds, onDone, onClose }) {
  const [add, setAdd] = useState("");
  const [remove, setRemove] = useState("");
  const tagging = useSubmit(async () => {
    const { tagQuestions: count } = await request(TAG_QUESTIONS, { questionIds: [...questionIds], add: tagsIn(add), remove: tagsIn(remove) }, { repeatable: true });
    toast(t("bank.tagged", { count }));
    onDone();
  });
  const footer = html`
    <button type="button" onClick=${onClose}>${t("kit.cancel")}</button>
    <button type="submit" form="tagging" class="primary" aria-disabled=${tagging.busy ? "true" : undefined}>${t("bank.save_tags")}</button>
  `;
  return html`
    <${Dialog} title=${t("bank.tag_title")} size="small" onClose=${onClose} footer=${footer}>
      <form id="tagging" class="stack" onSubmit=${tagging.submit}>
        <p class="muted">${t("bank.chosen", { count: questionIds.length })}</p>
        <${FormError} failure=${tagging.failure} />
        <${TextField} label=${t("bank.add_tags")} hint=${t("bank.commas")} maxlength=${600} value=${add} onChange=${setAdd} />
        <${TextField} label=${t("bank.remove_tags")} hint=${t("bank.commas")} maxlength=${600} value=${remove} onChange=${setRemove} />
      </form>
    <//>
  `;
}
