// What an administrator changes about a certificate, always with a reason.

import { useDraft } from "../app/draft.js";
import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { request } from "../app/session.js";
import { Dialog } from "../kit/dialog.js";
import { FormError, TextField, useSubmit } from "../kit/form.js";
import { toast } from "../kit/toast.js";
import { REINSTATE_CERTIFICATE, REISSUE_CERTIFICATE, REVOKE_CERTIFICATE } from "./documents.js";

export const WORDS = /** @type {const} */ ({
  revoke: { title: "admin.revoke_certificate", text: "admin.revoke_text", done: "admin.revoke_done" },
  reinstate: { title: "admin.reinstate_certificate", text: "admin.reinstate_text", done: "admin.reinstate_done" },
  reissue: { title: "admin.reissue_certificate", text: "admin.reissue_text", done: "admin.reissue_done" },
});

/** @typedef {keyof typeof WORDS} Kind */

/** @param {{ kind: Kind, certificate: { certificateId: string, studentName: string, courseTitle: string }, done: () => Promise<void>, onClose: () => void }} properties */
export function Change({ kind, certificate, done, onClose }) {
  const [number, words] = [certificate.certificateId, WORDS[kind]];
  const [{ reason, studentName }, setDraft, { discard }] = useDraft(`certificate.${kind}.${number}`, { reason: "", studentName: certificate.studentName });
  const change = (/** @type {{ reason?: string, studentName?: string }} */ part) => setDraft((before) => ({ ...before, ...part }));
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    if (kind === "revoke") await request(REVOKE_CERTIFICATE, { number, reason });
    else if (kind === "reinstate") await request(REINSTATE_CERTIFICATE, { number, reason });
    else await request(REISSUE_CERTIFICATE, { number, studentName, reason });
    discard();
    onClose();
    toast(t(words.done));
    await done();
  });
  return html`
    <${Dialog} title=${t(words.title)} onClose=${onClose}>
      <form class="stack" novalidate onSubmit=${submit}>
        <p dir="auto"><b>${certificate.studentName}</b> · ${certificate.courseTitle}</p>
        <p class="muted">${t(words.text)}</p>
        ${kind === "reissue" && html`<${TextField} label=${t("admin.name_on_it")} value=${studentName} onChange=${(/** @type {string} */ name) => change({ studentName: name })} error=${errorOf("studentName")} maxlength="200" />`}
        <${TextField} label=${t("admin.reason")} value=${reason} onChange=${(/** @type {string} */ text) => change({ reason: text })} error=${errorOf("reason")} maxlength="500" multiline />
        <${FormError} failure=${failure} shownFields=${["reason", "studentName"]} />
        <div class="row">
          <button type="button" onClick=${onClose}>${t("kit.cancel")}</button>
          <button class=${kind === "revoke" ? "primary bad" : "primary"} aria-disabled=${busy ? "true" : undefined}>${t(words.title)}</button>
        </div>
      </form>
    <//>
  `;
}
