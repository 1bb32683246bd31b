// What an administrator decides about one account. What ends something asks first, in words.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request, session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { ask } from "../../kit/dialog.js";
import { Menu } from "../../kit/menu.js";
import { toast } from "../../kit/toast.js";
import { DisablePerson, ErasePerson, RoleOf } from "./decisions.js";
import { DELETE_USER, ENABLE_USER } from "./documents.js";

/** @typedef {import("./people.js").Person} Person */

const DIALOGS = { role: RoleOf, disable: DisablePerson, erase: ErasePerson };

/** @param {{ person: Person, reload: () => Promise<void> }} properties */
export function PersonActions({ person, reload }) {
  const [shown, setShown] = useState(/** @type {keyof typeof DIALOGS | null} */ (null));
  const isMe = useStore(session, ({ user }) => user?.id === person.id);
  const name = person.profile.fullName;
  const done = async (/** @type {string} */ text) => {
    setShown(null);
    toast(text);
    await reload();
  };
  const enable = async () => {
    const deed = () => request(ENABLE_USER, { userId: person.id });
    const text = t(person.deletedAt ? "admin.restore_text" : "admin.enable_text", { name });
    if (await ask({ title: t("admin.enable"), text, action: t("admin.enable"), deed })) await done(t("admin.enabled", { name }));
  };
  const remove = async () => {
    const deed = () => request(DELETE_USER, { userId: person.id });
    if (await ask({ title: t("admin.delete"), text: t("admin.delete_text", { name }), action: t("admin.delete"), danger: true, deed })) await done(t("admin.deleted_done", { name }));
  };
  const open = !person.disabledAt && !person.deletedAt;
  const items = [
    !person.deletedAt && { label: t("admin.audit_about"), href: `/admin/audit?resourceType=user&resourceId=${person.id}` },
    person.role === "STUDENT" && { label: t("admin.certificates"), href: `/admin/certificates?student=${person.id}` },
    open && !isMe && { label: t("admin.change_role"), onSelect: () => setShown("role") },
    open && !isMe && { label: t("admin.disable"), onSelect: () => setShown("disable"), danger: true },
    !open && { label: t("admin.enable"), onSelect: enable },
    !person.deletedAt && !isMe && { label: t("admin.delete"), onSelect: remove, danger: true },
    !isMe && { label: t("admin.erase"), onSelect: () => setShown("erase"), danger: true },
  ].filter((item) => item !== false);
  const Shown = shown && DIALOGS[shown];
  return html`
    <${Menu} label=${t("admin.actions_for", { name })} button=${t("admin.actions")} classes="small" items=${items} />
    ${Shown && html`<${Shown} person=${person} done=${done} onClose=${() => setShown(null)} />`}
  `;
}
