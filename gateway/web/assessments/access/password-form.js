// The password with which attempts begin: set, replaced or removed, and never shown again.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { ask } from "../../kit/dialog.js";
import { FormError, SubmitButton, TextField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { SET_QUIZ_ACCESS } from "./documents.js";

/** @param {{ quizId: string, has: boolean, reload: () => Promise<void> }} properties */
export function PasswordForm({ quizId, has, reload }) {
  const [password, setPassword] = useState("");
  const set = (/** @type {string | null} */ value) => request(SET_QUIZ_ACCESS, { id: quizId, input: { password: value } }, { repeatable: true });
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    await set(password);
    setPassword("");
    toast(t("access.saved"));
    await reload();
  });
  const remove = async () => {
    if (await ask({ title: t("access.remove_password"), text: t("access.remove_password_text"), action: t("access.remove_password"), danger: true, deed: () => set(null) })) await reload();
  };
  return html`
    <section class="card stack" aria-labelledby="access-password">
      <div class="row">
        <h2 id="access-password" class="grow">${t("access.password")}</h2>
        ${has && html`<span class="chip good">${t("access.has_password")}</span><button type="button" class="small" onClick=${remove}>${t("access.remove_password")}</button>`}
      </div>
      <form class="stack" novalidate onSubmit=${submit}>
        <${TextField} label=${t(has ? "access.other_password" : "access.new_password")} hint=${t("access.password_hint")} name="password" required autocomplete="off" autocapitalize="none" spellcheck=${false} value=${password} onChange=${setPassword} error=${errorOf("password")} />
        <${FormError} failure=${failure} shownFields=${["password"]} />
        <div><${SubmitButton} busy=${busy} class="primary">${t("access.save")}<//></div>
      </form>
    </section>
  `;
}
