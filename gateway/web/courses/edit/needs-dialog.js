// Which lessons a student completes before one.

import { html } from "../../app/html.js";
import { t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { useVersioned } from "../../app/versioned.js";
import { Dialog } from "../../kit/dialog.js";
import { CheckField, FormError, SubmitButton, useSubmit } from "../../kit/form.js";
import { toast } from "../../kit/toast.js";
import { Versions } from "../../kit/versions.js";
import { SET_PREREQUISITES } from "../documents.js";
import { Restored } from "../restored.js";
import { gone, readCourse } from "./reading.js";

const MOST = 20;

/**
 * Lessons that come after one, also by way of others: it cannot need these.
 * @param {readonly { id: string, prerequisites: readonly { id: string }[] }[]} lessons
 * @param {string} id
 */
function laterThan(lessons, id) {
  const later = new Set([id]);
  for (let before = -1; before !== later.size; ) {
    before = later.size;
    for (const lesson of lessons) if (lesson.prerequisites.some((each) => later.has(each.id))) later.add(lesson.id);
  }
  later.delete(id);
  return later;
}

/** @param {import("./curriculum.js").Course} course @param {string} id Of a lesson. */
function stateOf(course, id) {
  const lesson = course.modules.flatMap(({ lessons }) => lessons).find((each) => each.id === id);
  if (!lesson) throw gone();
  return { values: { needs: lesson.prerequisites.map((each) => each.id).sort() }, revision: lesson.revision };
}

/** @param {{ course: import("./curriculum.js").Course, lesson: import("./curriculum.js").Lesson, page: import("./page.js").TabProperties["page"], onClose: () => void }} properties */
export function NeedsDialog({ course, lesson, page, onClose }) {
  const form = useVersioned(`needs.${lesson.id}`, stateOf(course, lesson.id), async () => stateOf(await readCourse(course.id, page), lesson.id));
  const chosen = new Set(form.values.needs);
  const later = laterThan(course.modules.flatMap(({ lessons }) => lessons), lesson.id);
  const isFull = chosen.size >= MOST;
  const { submit, busy, failure } = useSubmit(async () => {
    const isSaved = await form.send(({ needs = form.values.needs }, expectedRevision) => request(SET_PREREQUISITES, { lessonId: lesson.id, prerequisiteIds: needs, expectedRevision }, { repeatable: true }));
    if (!isSaved) return;
    await page.reload();
    form.discard();
    toast(t("users.saved"));
    onClose();
  });
  const toggle = (/** @type {string} */ id) => (/** @type {boolean} */ on) => form.change({ needs: [...[...chosen].filter((each) => each !== id), ...(on ? [id] : [])].sort() });
  const titles = new Map(course.modules.flatMap(({ lessons }) => lessons.map(({ id, title }) => [id, title])));
  const textOf = (/** @type {string[]} */ needs) => needs.map((id) => titles.get(id) ?? "").join("\n");
  return html`
    <${Dialog} title=${t("courses.needs_of", { title: lesson.title })} onClose=${onClose}>
      <form class="stack" onSubmit=${submit}>
        <${Restored} shown=${form.restored} discard=${form.discard} />
        <p class="muted">${t("courses.needs_choice_text", { most: MOST })}</p>
        ${course.modules.map(
          (module) => html`
            <fieldset key=${module.id} class="choice">
              <legend dir="auto">${module.title}</legend>
              ${module.lessons
                .filter(({ id }) => id !== lesson.id)
                .map(({ id, title }) => {
                  const label = later.has(id) ? html`<span dir="auto">${title}</span><small class="hint-line">${t("courses.comes_later")}</small>` : html`<span dir="auto">${title}</span>`;
                  return html`<${CheckField} key=${id} label=${label} checked=${chosen.has(id)} onChange=${toggle(id)} disabled=${later.has(id) || (isFull && !chosen.has(id))} />`;
                })}
            </fieldset>
          `,
        )}
        <${Versions} conflicts=${form.conflicts} wordOf=${() => t("courses.needs_of", { title: lesson.title })} textOf=${textOf} decide=${form.decide} />
        <${FormError} failure=${failure} />
        <${SubmitButton} busy=${busy}>${t("courses.save")}<//>
      </form>
    <//>
  `;
}
