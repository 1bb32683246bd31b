// The lessons of the course beside the one that is read; on a phone, behind a line that opens them.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { useMedia } from "../../app/media.js";
import { Icon } from "../../kit/icon.js";

const WIDE = "(min-width: 960px)";

/** @param {{ course: import("./locks.js").Course, places: Map<string, import("./locks.js").Place>, current: string }} properties */
export function Outline({ course, places, current }) {
  const isWide = useMedia(WIDE);
  const list = html`
    <nav aria-label=${t("enrollments.outline")}>
      <ol class="outline">
        ${course.modules.map(
          (module) => html`
            <li key=${module.id}>
              <h2 dir="auto">${module.title}</h2>
              <ol>${module.lessons.map(({ id }) => html`<${Line} key=${id} courseId=${course.id} place=${places.get(id)} isCurrent=${id === current} followed=${course.myEnrollment !== null} />`)}</ol>
            </li>
          `,
        )}
      </ol>
    </nav>
  `;
  return isWide ? list : html`<details><summary>${t("enrollments.outline")}</summary>${list}</details>`;
}

/** @param {{ courseId: string, place: import("./locks.js").Place, isCurrent: boolean, followed: boolean }} properties */
function Line({ courseId, place: { lesson, status, missing }, isCurrent, followed }) {
  const locked = followed && missing.length > 0;
  const state = locked ? t("enrollments.locked") : t(`enums.progress_status.${status}`);
  return html`
    <li>
      <a href=${`/courses/${courseId}/lessons/${lesson.id}`} aria-current=${isCurrent ? "page" : undefined}>
        ${followed && html`<span class="sign" data-state=${locked ? "LOCKED" : status}>${locked ? html`<${Icon} name="lock" />` : status === "COMPLETED" && html`<${Icon} name="check" />`}</span>`}
        <span class="grow" dir="auto">${lesson.title}</span>
        ${followed && html`<span class="sr-only">, ${state}</span>`}
      </a>
    </li>
  `;
}
