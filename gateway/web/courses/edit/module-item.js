// A module among the others, with its lessons.

import { html } from "../../app/html.js";
import { formatDuration, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Chip } from "../../kit/chip.js";
import { ask } from "../../kit/dialog.js";
import { Icon } from "../../kit/icon.js";
import { Menu } from "../../kit/menu.js";
import { SortableList } from "../../kit/sortable.js";
import { toast } from "../../kit/toast.js";
import { DELETE_LESSON, DELETE_MODULE } from "../documents.js";
import { show } from "./opened.js";
import { NewQuiz } from "./new-quiz.js";

/**
 * @typedef {import("./curriculum.js").Course} Course
 * @typedef {import("./curriculum.js").Module} Module
 * @typedef {import("./curriculum.js").Lesson} Lesson
 * @typedef {{ course: Course, module: Module, mayChange: boolean, onMove: (module: Module, from: number, to: number) => void, onGive: (module: Module, from: number, place: import("../../kit/drag-across.js").Place) => void, reload: () => Promise<void> }} ModuleProperties
 */

/** @param {ModuleProperties} properties */
export function ModuleItem({ course, module, mayChange, onMove, onGive, reload }) {
  const remove = async () => {
    const text = html`<p>${t("courses.delete_module_text", { count: module.lessons.length })}</p>${course.enrollmentCount > 0 && html`<p>${t("courses.delete_progress_text", { count: course.enrollmentCount })}</p>`}`;
    const deed = () => request(DELETE_MODULE, { id: module.id });
    if (!(await ask({ title: t("courses.delete_title", { title: module.title }), text, action: t("courses.delete"), danger: true, deed }))) return;
    toast(t("courses.deleted", { title: module.title }));
    await reload();
  };
  const items = [
    { label: t("courses.edit_module"), onSelect: () => show({ module: module.id }) },
    { label: t("courses.delete_module"), onSelect: remove, danger: true },
  ];
  const lists = course.modules.map(({ id, title, lessons }) => ({ key: id, name: title, count: lessons.length }));
  const across = { group: "lessons", key: module.id, lists, onMove: (/** @type {number} */ from, /** @type {import("../../kit/drag-across.js").Place} */ place) => onGive(module, from, place) };
  return html`
    <div class="module stack">
      <div class="row">
        <h3 class="grow card-title"><span dir="auto">${module.title}</span></h3>
        ${mayChange && html`<${Menu} label=${t("courses.more_for", { title: module.title })} button=${html`<${Icon} name="more" />`} classes="quiet icon" items=${items} />`}
      </div>
      ${module.lessons.length === 0 && html`<p class="muted">${t("courses.no_lessons")}</p>`}
      <${SortableList} items=${module.lessons} keyOf=${(/** @type {Lesson} */ { id }) => id} nameOf=${(/** @type {Lesson} */ { title }) => title} onMove=${(/** @type {number} */ from, /** @type {number} */ to) => onMove(module, from, to)} label=${t("courses.lessons_of", { title: module.title })} across=${across} disabled=${!mayChange}>
        ${(/** @type {Lesson} */ lesson) => html`<${LessonItem} course=${course} lesson=${lesson} mayChange=${mayChange} reload=${reload} />`}
      <//>
      ${mayChange && html`<div><button type="button" class="small" aria-label=${t("courses.add_lesson_to", { title: module.title })} onClick=${() => show({ newLesson: module.id })}>${t("courses.add_lesson")}</button></div>`}
    </div>
  `;
}

/** @param {{ course: Course, lesson: Lesson, mayChange: boolean, reload: () => Promise<void> }} properties */
function LessonItem({ course, lesson, mayChange, reload }) {
  const remove = async () => {
    const text = html`
      <p>${t("courses.delete_lesson_text")}</p>
      ${lesson.quizzes.length > 0 && html`<p>${t("courses.delete_quizzes_text", { count: lesson.quizzes.length })}</p>`}
      ${course.enrollmentCount > 0 && html`<p>${t("courses.delete_progress_text", { count: course.enrollmentCount })}</p>`}
    `;
    const deed = () => request(DELETE_LESSON, { id: lesson.id });
    if (!(await ask({ title: t("courses.delete_title", { title: lesson.title }), text, action: t("courses.delete"), danger: true, deed }))) return;
    toast(t("courses.deleted", { title: lesson.title }));
    await reload();
  };
  const items = [
    { label: t("courses.edit_lesson"), onSelect: () => show({ lesson: lesson.id }) },
    { label: t("courses.edit_needs"), onSelect: () => show({ needs: lesson.id }) },
    ...(course.modules.length > 1 ? [{ label: t("courses.move_lesson"), onSelect: () => show({ move: lesson.id }) }] : []),
    { label: t("courses.delete_lesson"), onSelect: remove, danger: true },
  ];
  return html`
    <div class="lesson">
      <div class="row">
        <div class="grow">
          <button type="button" class="quiet title-button" dir="auto" onClick=${() => show({ lesson: lesson.id })}>${lesson.title}</button>
          <p class="muted">${t(`enums.lesson_type.${lesson.type}`)}${lesson.durationMinutes ? ` · ${formatDuration(lesson.durationMinutes * 60)}` : ""} ${lesson.isPreview && html`<${Chip} kind="brandy">${t("kit.preview")}<//>`}</p>
        </div>
        ${mayChange && html`<${Menu} label=${t("courses.more_for", { title: lesson.title })} button=${html`<${Icon} name="more" />`} classes="quiet icon" items=${items} />`}
      </div>
      <${Quizzes} lesson=${lesson} mayChange=${mayChange} />
    </div>
  `;
}

/** @param {{ lesson: Lesson, mayChange: boolean }} properties */
function Quizzes({ lesson, mayChange }) {
  return html`
    <ul class="quiz-lines">
      ${lesson.quizzes.map(
        ({ id, title }) => html`
          <li key=${id} class="row">
            <span class="grow" dir="auto">${mayChange ? html`<a href=${`/quizzes/${id}/edit`}>${title}</a>` : title}</span>
            ${mayChange && html`<a class="button small" href=${`/quizzes/${id}/start`} aria-label=${t("courses.start_quiz", { title })}>${t("courses.start")}</a>`}
          </li>
        `,
      )}
      ${mayChange && (lesson.type === "QUIZ" || lesson.quizzes.length > 0) && html`<li class="row"><${NewQuiz} lesson=${lesson} /></li>`}
    </ul>
  `;
}
