// Another password. Every other device is signed out.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request, take } from "../../app/session.js";
import { FormError, PasswordField, SubmitButton, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { CHANGE_PASSWORD } from "../documents.js";

export function Password() {
  const [currentPassword, setCurrent] = useState("");
  const [newPassword, setNew] = useState("");
  const { submit, busy, failure, errorOf } = useSubmit(async () => {
    const { changePassword } = await request(CHANGE_PASSWORD, { currentPassword, newPassword });
    await take(String(changePassword.accessToken));
    setCurrent("");
    setNew("");
    toast(t("users.password_changed"));
  });
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <p class="muted">${t("users.password_change_text")}</p>
      <${PasswordField} label=${t("users.current_password")} value=${currentPassword} onChange=${setCurrent} error=${errorOf("currentPassword")} autocomplete="current-password" />
      <${PasswordField} label=${t("users.new_password")} hint=${t("users.password_rule")} value=${newPassword} onChange=${setNew} error=${errorOf("newPassword")} autocomplete="new-password" />
      <${FormError} failure=${failure} shownFields=${["currentPassword", "newPassword"]} />
      <${SubmitButton} busy=${busy}>${t("users.set_password")}<//>
    </form>
  `;
}
