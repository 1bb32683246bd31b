// What a course lacks before it can be published, with the way to mend it.

import { html } from "../app/html.js";
import { t } from "../app/locale.js";

/**
 * @typedef {{ field: string, code: string, min: number | null, lesson: { id: string, title: string } | null }} Gap
 * @param {{ courseId: string, missing: readonly Gap[] }} properties
 */
export function MissingList({ courseId, missing }) {
  const address = `/courses/${courseId}/edit/curriculum`;
  return html`
    <ul class="missing">
      ${missing.map((gap, n) => html`<li key=${n}><a href=${gap.lesson ? `${address}?lesson=${gap.lesson.id}` : address} dir="auto">${gapText(gap)}</a></li>`)}
    </ul>
  `;
}

/** @param {Gap} gap */
function gapText({ field, code, min, lesson }) {
  if (lesson) return t(code === "NOT_READY" ? "courses.video_not_ready" : "courses.missing_video", { title: lesson.title });
  return field === "prerequisites" ? t("courses.missing_cycle") : t("courses.missing_modules", { count: min ?? 0 });
}
