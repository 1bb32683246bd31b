// The dialogs behind an account's menu: another role, disable with a reason, erase for good.

import { useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Dialog } from "../../kit/dialog.js";
import { FormError, RadioGroup, TextField, useSubmit } from "../../kit/form.js";
import { CHANGE_ROLE, DISABLE_USER, ERASE_USER } from "./documents.js";

/** @typedef {import("./people.js").Person} Person */
/** @typedef {{ person: Person, done: (text: string) => Promise<void>, onClose: () => void }} Properties */

/** @param {Properties} properties */
export function RoleOf({ person, done, onClose }) {
  const [role, setRole] = useState(person.role);
  const name = person.profile.fullName;
  const form = useSubmit(async () => {
    if (role !== person.role) await request(CHANGE_ROLE, { userId: person.id, role });
    await done(t("admin.role_changed", { name, role: t(`enums.role.${role}`) }));
  });
  const options = [
    { value: "STUDENT", label: t("enums.role.STUDENT"), hint: t("admin.student_may") },
    { value: "EDUCATOR", label: t("enums.role.EDUCATOR"), hint: t("admin.educator_may") },
    { value: "ADMIN", label: t("enums.role.ADMIN"), hint: t("admin.admin_may") },
  ];
  return html`
    <${Decision} title=${t("admin.change_role")} text=${t("admin.role_text", { name })} action=${t("admin.change_role")} form=${form} onClose=${onClose}>
      <${RadioGroup} label=${t("admin.role")} value=${role} onChange=${setRole} options=${options} />
    <//>
  `;
}

/** @param {Properties} properties */
export function DisablePerson({ person, done, onClose }) {
  const [reason, setReason, { discard }] = useDraft(`admin.disable.${person.id}`, "");
  const name = person.profile.fullName;
  const form = useSubmit(async () => {
    await request(DISABLE_USER, { userId: person.id, reason });
    discard();
    await done(t("admin.disabled_done", { name }));
  });
  return html`
    <${Decision} title=${t("admin.disable")} text=${t("admin.disable_text", { name })} action=${t("admin.disable")} form=${form} shownFields=${["reason"]} danger onClose=${onClose}>
      <${TextField} label=${t("admin.reason")} hint=${t("admin.reason_hint")} value=${reason} onChange=${setReason} error=${form.errorOf("reason")} maxlength="500" multiline />
    <//>
  `;
}

/** Nobody does this by a slip: the address has to be typed. @param {Properties} properties */
export function ErasePerson({ person, done, onClose }) {
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState("");
  const name = person.profile.fullName;
  const word = person.email ?? name;
  const form = useSubmit(async () => {
    const isSure = typed.trim().toLowerCase() === word.toLowerCase();
    setWrong(isSure ? "" : t("admin.erase_mistyped"));
    if (!isSure) return;
    await request(ERASE_USER, { userId: person.id });
    await done(t("admin.erased", { name }));
  });
  return html`
    <${Decision} title=${t("admin.erase")} text=${t("admin.erase_text", { name })} action=${t("admin.erase")} form=${form} danger onClose=${onClose}>
      <ul class="bullets">
        <li>${t("admin.erase_gone")}</li>
        <li>${t("admin.erase_certificates")}</li>
        <li>${t("admin.erase_stays")}</li>
        <li><b>${t("admin.erase_final")}</b></li>
      </ul>
      <${TextField} label=${t("admin.erase_type", { word })} value=${typed} onChange=${setTyped} error=${wrong} autocomplete="off" autocapitalize="none" spellcheck=${false} dir="ltr" />
    <//>
  `;
}

/**
 * @param {object} properties
 * @param {string} properties.title
 * @param {string} properties.text
 * @param {string} properties.action
 * @param {ReturnType<typeof useSubmit>} properties.form
 * @param {string[]} [properties.shownFields]
 * @param {boolean} [properties.danger]
 * @param {() => void} properties.onClose
 * @param {any} properties.children
 */
export function Decision({ title, text, action, form, shownFields = [], danger = false, onClose, children }) {
  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      <form class="stack" novalidate onSubmit=${form.submit}>
        <p dir="auto">${text}</p>
        ${children}
        <${FormError} failure=${form.failure} shownFields=${shownFields} />
        <div class="row">
          <button type="button" onClick=${onClose}>${t("kit.cancel")}</button>
          <button class=${danger ? "primary bad" : "primary"} aria-disabled=${form.busy ? "true" : undefined}>${action}${form.busy && html`<span class="spinner" aria-hidden="true"></span>`}</button>
        </div>
      </form>
    <//>
  `;
}
