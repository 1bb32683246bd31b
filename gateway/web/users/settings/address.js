// The e-mail address: which it is, whether it is confirmed, and another one.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { FormError, PasswordField, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { REQUEST_EMAIL_CHANGE, RESEND_VERIFICATION } from "../documents.js";

/** @param {{ me: any, reload: () => Promise<void> }} properties */
export function Address({ me, reload }) {
  const [newEmail, setNewEmail, { discard }] = useDraft("address", "");
  const [password, setPassword] = useState("");
  const again = useSubmit(async () => {
    await request(RESEND_VERIFICATION, {});
    toast(t("users.email_sent"));
  });
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    await request(REQUEST_EMAIL_CHANGE, { newEmail: newEmail.trim(), password });
    discard();
    setPassword("");
    await reload();
    toast(t("users.email_sent"));
  });
  return html`
    <p class="row"><b dir="ltr">${me.email}</b> <span class=${`chip ${me.emailVerified ? "good" : "warn"}`}>${t(me.emailVerified ? "users.confirmed" : "users.unconfirmed")}</span></p>
    ${!me.emailVerified && html`<div><button type="button" onClick=${again.submit}>${t("users.send_again")}</button><${FormError} failure=${again.failure} /></div>`}
    ${me.pendingEmail && html`<p class="hint">${t("users.pending_address", { email: me.pendingEmail })}</p>`}
    <form class="stack" novalidate onSubmit=${submit}>
      <h2>${t("users.change_address")}</h2>
      <${TextField} label=${t("users.new_address")} value=${newEmail} onChange=${setNewEmail} error=${errorOf("newEmail")} inputmode="email" autocapitalize="none" spellcheck=${false} autocomplete="email" dir="ltr" />
      <${PasswordField} label=${t("users.password")} value=${password} onChange=${setPassword} autocomplete="current-password" />
      <${FormError} failure=${failure} shownFields=${["newEmail"]} />
      <${SubmitButton} busy=${busy}>${t("users.send_email")}<//>
    </form>
  `;
}
