// A resource among the others, with what its teachers may do with it.

import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { ask } from "../../kit/dialog.js";
import { Icon } from "../../kit/icon.js";
import { Menu } from "../../kit/menu.js";
import { toast } from "../../kit/toast.js";
import { DELETE_RESOURCE } from "../documents.js";
import { ResourceLine } from "../resource-line.js";
import { ResourceDialog } from "./resource-dialog.js";
import { VersionDialog, VersionsDialog } from "./versions.js";

/** @param {{ courseId: string, resource: import("./materials.js").Resource, folders: readonly string[], mayChange: boolean, reload: () => Promise<void> }} properties */
export function ResourceItem({ courseId, resource, folders, mayChange, reload }) {
  const { id, kind, title, versions } = resource;
  const [open, setOpen] = useState(/** @type {"edit" | "replace" | "versions" | null} */ (null));
  const close = () => setOpen(null);
  const remove = async () => {
    const text = t(kind === "FILE" ? "content.delete_file_text" : "content.delete_link_text");
    const deed = () => request(DELETE_RESOURCE, { id });
    if (!(await ask({ title: t("content.delete_title", { title }), text, action: t("content.delete"), danger: true, deed }))) return;
    toast(t("content.deleted", { title }));
    await reload();
  };
  const older = kind === "FILE" && versions.length > 0 ? [{ label: t("content.versions"), onSelect: () => setOpen("versions") }] : [];
  const replace = kind === "FILE" ? [{ label: t("content.new_version"), onSelect: () => setOpen("replace") }] : [];
  const items = mayChange ? [{ label: t("content.edit"), onSelect: () => setOpen("edit") }, ...replace, ...older, { label: t("content.delete"), onSelect: remove, danger: true }] : older;
  return html`
    <${ResourceLine} resource=${resource} />
    ${items.length > 0 && html`<${Menu} label=${t("content.more_for", { title })} button=${html`<${Icon} name="more" />`} classes="quiet icon" items=${items} />`}
    ${open === "edit" && html`<${ResourceDialog} resource=${resource} folders=${folders} reload=${reload} onClose=${close} />`}
    ${open === "replace" && html`<${VersionDialog} courseId=${courseId} resource=${resource} onClose=${close} />`}
    ${open === "versions" && html`<${VersionsDialog} resource=${resource} onClose=${close} />`}
  `;
}
