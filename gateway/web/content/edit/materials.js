// The materials of a course for those who teach it: files and links are added, named, moved, replaced and deleted.

import { useEffect, useState } from "preact/hooks";
import { useDraft } from "../../app/draft.js";
import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { loadStyles } from "../../app/styles.js";
import { FileDrop } from "../../kit/file-drop.js";
import { Empty, Loaded } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { RESOURCES_TO_EDIT } from "../documents.js";
import { foldersOf } from "../folders.js";
import { ACCEPT, MAX_BYTES } from "../kinds.js";
import { ByFolder } from "../resource-line.js";
import { enqueue, jobs, taken } from "../upload/queue.js";
import { FolderField } from "./folder-field.js";
import { LinkDialog } from "./link-dialog.js";
import { ResourceItem } from "./resource-item.js";
import { Uploads } from "./uploads.js";

/** @typedef {NonNullable<import("../documents.js").ResourcesToEditQuery["course"]>["resources"][number]} Resource */

/** @param {{ courseId: string, mayChange: boolean }} properties */
export function Materials({ courseId, mayChange }) {
  const query = useQuery(RESOURCES_TO_EDIT, { courseId }, { offline: true });
  const { reload } = query;
  useEffect(() => void loadStyles("content/content.css"), []);
  useEffect(() => taken.subscribe((last) => void (last?.use === "RESOURCE" && reload())), [reload]);
  useEffect(() => () => void (jobs.get().some(({ state }) => state !== "failed") && toast(t("content.goes_on"))), []);
  const resources = query.data?.course?.resources ?? [];
  return html`
    ${mayChange && html`<${Adding} courseId=${courseId} folders=${foldersOf(resources)} reload=${reload} />`}
    <section class="card stack" aria-labelledby="materials">
      <h2 id="materials">${t("content.materials")}</h2>
      <${Loaded} query=${query}>
        ${() =>
          resources.length === 0
            ? html`<${Empty} title=${t("content.none")} text=${mayChange ? t("content.none_text") : undefined} />`
            : html`<${ByFolder} resources=${resources}>${(/** @type {Resource} */ resource) => html`<${ResourceItem} courseId=${courseId} resource=${resource} folders=${foldersOf(resources)} mayChange=${mayChange} reload=${reload} />`}<//>`}
      <//>
    </section>
  `;
}

/** @param {{ courseId: string, folders: string[], reload: () => Promise<void> }} properties */
function Adding({ courseId, folders, reload }) {
  const [folder, setFolder] = useDraft(`materials.folder.${courseId}`, "", { quiet: true });
  const [isLinking, setLinking] = useState(false);
  const take = (/** @type {File[]} */ files) => enqueue(files, { courseId, folder: folder.trim() });
  return html`
    <section class="card stack" aria-labelledby="adding">
      <h2 id="adding">${t("content.add")}</h2>
      <${FolderField} value=${folder} onChange=${setFolder} folders=${folders} />
      <${FileDrop} multiple label=${t("content.files")} hint=${t("content.files_hint")} accept=${ACCEPT} maxBytes=${MAX_BYTES} onFiles=${take} />
      <div><button type="button" onClick=${() => setLinking(true)}>${t("content.add_link")}</button></div>
      <${Uploads} courseId=${courseId} />
      ${isLinking && html`<${LinkDialog} courseId=${courseId} folder=${folder} folders=${folders} reload=${reload} onClose=${() => setLinking(false)} />`}
    </section>
  `;
}
