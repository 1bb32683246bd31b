// A file in the place of another, and what was there before.

import { html } from "../../app/html.js";
import { formatBytes, formatDate, t } from "../../app/locale.js";
import { Dialog } from "../../kit/dialog.js";
import { FileDrop } from "../../kit/file-drop.js";
import { ACCEPT, MAX_BYTES } from "../kinds.js";
import { Download } from "../resource-line.js";
import { enqueue } from "../upload/queue.js";

/** @typedef {import("./materials.js").Resource} Resource */

/** @param {{ courseId: string, resource: Resource, onClose: () => void }} properties */
export function VersionDialog({ courseId, resource, onClose }) {
  const take = (/** @type {File[]} */ files) => {
    enqueue(files, { courseId, folder: resource.folder, replaces: resource.id });
    onClose();
  };
  return html`
    <${Dialog} title=${t("content.new_version_of", { title: resource.title })} onClose=${onClose}>
      <p>${t("content.new_version_text")}</p>
      <${FileDrop} label=${t("content.file")} accept=${ACCEPT} maxBytes=${MAX_BYTES} onFiles=${take} />
    <//>
  `;
}

/** @param {{ resource: Resource, onClose: () => void }} properties */
export function VersionsDialog({ resource, onClose }) {
  const { id, title, versions } = resource;
  return html`
    <${Dialog} title=${t("content.versions_of", { title })} onClose=${onClose}>
      <ul class="lines resources">
        ${versions.map(
          ({ version, fileName, size, addedAt }) => html`
            <li key=${version}>
              <div class="grow">
                <b>${t("content.version", { number: version })}</b>
                <p class="muted"><bdi>${fileName}</bdi> · ${formatBytes(size)} · ${formatDate(addedAt, { dateStyle: "medium" })}</p>
              </div>
              <${Download} resourceId=${id} version=${version} label=${t("content.download_of", { title: t("content.version", { number: version }) })} />
            </li>
          `,
        )}
      </ul>
    <//>
  `;
}
