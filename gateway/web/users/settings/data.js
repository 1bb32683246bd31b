// One's own data: a copy of all of it, and its end.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { go } from "../../app/router.js";
import { request, signOut } from "../../app/session.js";
import { CheckField, FormError, PasswordField, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { DELETE_ACCOUNT, ERASE_PERSONAL_DATA, EXPORT_PERSONAL_DATA } from "../documents.js";

/** @param {{ me: any }} properties */
export function Data({ me }) {
  const copy = useSubmit(async () => {
    const { exportPersonalData } = await request(EXPORT_PERSONAL_DATA, { userId: me.id }, { repeatable: true });
    save("stoa-data.json", JSON.stringify(exportPersonalData, null, 2));
  });
  return html`
    <h2>${t("users.copy_of_data")}</h2>
    <p class="muted">${t("users.copy_of_data_text")}</p>
    <div><button type="button" aria-disabled=${copy.busy ? "true" : undefined} onClick=${copy.submit}>${t("users.download_data")}</button></div>
    <${FormError} failure=${copy.failure} />
    <${Ending} />
  `;
}

function Ending() {
  const [password, setPassword] = useState("");
  const [erase, setErase] = useState(false);
  const [sure, setSure] = useState(false);
  const { submit, busy, failure } = useSubmit(async () => {
    if (!sure) return;
    await (erase ? request(ERASE_PERSONAL_DATA, { password }) : request(DELETE_ACCOUNT, { password }));
    await signOut();
    go("/sign-in", { replace: true, forced: true });
    toast(t(erase ? "users.account_erased" : "users.account_deleted"));
  });
  return html`
    <form class="stack" novalidate onSubmit=${submit}>
      <h2>${t("users.delete_account")}</h2>
      <p class="muted">${t("users.delete_account_text")}</p>
      <${CheckField} label=${t("users.erase_too")} checked=${erase} onChange=${setErase} />
      <${PasswordField} label=${t("users.password")} value=${password} onChange=${setPassword} autocomplete="current-password" />
      <${CheckField} label=${t(erase ? "users.sure_erase" : "users.sure_delete")} checked=${sure} onChange=${setSure} />
      <${FormError} failure=${failure} />
      <div><button class="danger" aria-disabled=${busy || !sure ? "true" : undefined}>${t(erase ? "users.erase_account" : "users.delete_account")}</button></div>
    </form>
  `;
}

/**
 * Let the browser save a text as a file.
 * @param {string} name
 * @param {string} text
 */
function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
