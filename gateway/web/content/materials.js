// What a course gives its students to take along: files and links, by folder.

import { html } from "../app/html.js";
import { t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { Failed } from "../kit/states.js";
import { RESOURCES } from "./documents.js";
import { ByFolder, ResourceLine } from "./resource-line.js";

/** @param {{ courseId: string }} properties */
export function CourseMaterials({ courseId }) {
  const { data, failure, reload } = useQuery(RESOURCES, { courseId }, { offline: true });
  const resources = data?.course?.resources ?? [];
  if (data === null && failure) return html`<${Failed} failure=${failure} retry=${reload} />`;
  if (resources.length === 0) return null;
  return html`
    <section class="card stack" aria-labelledby="materials">
      <h2 id="materials">${t("content.materials")}</h2>
      <${ByFolder} resources=${resources}>${(/** @type {import("./resource-line.js").Resource} */ resource) => html`<${ResourceLine} resource=${resource} />`}<//>
    </section>
  `;
}
