// A message to one who takes the quiz, or to all.

import { useRef } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { MESSAGE_ALL, MESSAGE_ATTEMPT } from "./documents.js";

const MOST = 1000;

/** @param {{ quizId: string, submissionId: string | null, name: string, onClose: () => void }} properties `submissionId` null: to all. */
export function MessageDialog({ quizId, submissionId, name, onClose }) {
  const [text, setText, { discard }] = useDraft(`watch.message.${submissionId ?? quizId}`, "");
  const messageId = useRef(randomId()); // the same for another try: it is said once
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    if (text.trim() === "") return;
    if (submissionId) await request(MESSAGE_ATTEMPT, { id: submissionId, text, messageId: messageId.current }, { repeatable: true });
    else await request(MESSAGE_ALL, { quizId, text, messageId: messageId.current }, { repeatable: true });
    discard();
    toast(t("watch.message_sent"));
    onClose();
  });
  return html`
    <${Dialog} title=${submissionId ? t("watch.message_to", { name }) : t("watch.message_all")} size="small" onClose=${onClose}>
      <form class="stack" onSubmit=${submit}>
        <${TextField} multiline rows="4" maxlength=${MOST} required label=${t("watch.message")} value=${text} error=${errorOf("text")} onChange=${setText} />
        <${FormError} failure=${failure} shownFields=${["text"]} />
        <div><${SubmitButton} busy=${busy}>${t("watch.send")}<//></div>
      </form>
    <//>
  `;
}
