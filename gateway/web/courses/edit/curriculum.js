// Modules and lessons, in their order. What is edited stands in the address: `?lesson=`, `?module=`,
// `?new-lesson=` with the module, so that the way back closes it.

import { useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { Later } from "../../app/later.js";
import { failureText, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { Failure } from "../../app/graphql.js";
import { SortableList, moved } from "../../kit/sortable.js";
import { Empty } from "../../kit/states.js";
import { toast } from "../../kit/toast.js";
import { MOVE_LESSON, REORDER_LESSONS, REORDER_MODULES } from "../documents.js";
import { MissingList } from "../missing.js";
import { LessonDialog } from "./lesson-dialog.js";
import { ModuleDialog } from "./module-dialog.js";
import { ModuleItem } from "./module-item.js";
import { MoveDialog } from "./move-dialog.js";
import { Needs } from "./needs.js";
import { show } from "./opened.js";

const NEEDS = () => import("./needs-dialog.js").then(({ NeedsDialog }) => NeedsDialog);

/**
 * @typedef {import("./page.js").Course} Course
 * @typedef {Course["modules"][number]} Module
 * @typedef {Module["lessons"][number]} Lesson
 */

/** @param {import("./page.js").TabProperties} properties */
export function Curriculum({ course, mayChange, page, query }) {
  const reorder = useReorder(course, page);
  return html`
    <div class="stack">
      ${course.missing.length > 0 && html`<section class="hint" aria-label=${t("courses.still_missing")}><b>${t("courses.still_missing")}</b><${MissingList} courseId=${course.id} missing=${course.missing} /></section>`}
      <section class="card stack" aria-labelledby="curriculum">
        <div class="row"><h2 id="curriculum" class="grow">${t("courses.tab_curriculum")}</h2>${mayChange && html`<button type="button" onClick=${() => show({ module: "new" })}>${t("courses.add_module")}</button>`}</div>
        ${course.modules.length === 0 && html`<${Empty} title=${t("courses.no_modules")} text=${t("courses.no_modules_text")} />`}
        <${SortableList} items=${course.modules} keyOf=${(/** @type {Module} */ { id }) => id} nameOf=${(/** @type {Module} */ { title }) => title} onMove=${reorder.modules} label=${t("courses.modules")} disabled=${!mayChange}>
          ${(/** @type {Module} */ module) => html`<${ModuleItem} course=${course} module=${module} mayChange=${mayChange} onMove=${reorder.lessons} onGive=${reorder.across} reload=${page.reload} />`}
        <//>
      </section>
      <${Needs} course=${course} mayChange=${mayChange} />
      <${Dialogs} course=${course} mayChange=${mayChange} query=${query} page=${page} />
    </div>
  `;
}

/** @param {{ course: Course, mayChange: boolean, query: URLSearchParams, page: import("./page.js").TabProperties["page"] }} properties */
function Dialogs({ course, mayChange, query, page }) {
  const { reload } = page;
  const close = () => show({});
  const lessons = course.modules.flatMap((module) => module.lessons);
  const found = lessons.find(({ id }) => id === query.get("lesson"));
  if (found) return html`<${LessonDialog} key=${found.id} courseId=${course.id} lesson=${found} mayChange=${mayChange} reload=${reload} onClose=${close} />`;
  if (!mayChange) return null;
  const home = course.modules.find(({ id }) => id === query.get("new-lesson"));
  if (home) return html`<${LessonDialog} key=${home.id} courseId=${course.id} moduleId=${home.id} lesson=${null} mayChange=${mayChange} reload=${reload} onClose=${close} />`;
  const module = course.modules.find(({ id }) => id === query.get("module")) ?? null;
  if (module || query.get("module") === "new") return html`<${ModuleDialog} key=${module?.id} course=${course} module=${module} page=${page} onClose=${close} />`;
  const moving = lessons.find(({ id }) => id === query.get("move"));
  if (moving) return html`<${MoveDialog} key=${moving.id} course=${course} lesson=${moving} reload=${reload} onClose=${close} />`;
  const later = lessons.find(({ id }) => id === query.get("needs"));
  return later ? html`<${Later} load=${NEEDS} key=${later.id} course=${course} lesson=${later} page=${page} onClose=${close} />` : null;
}

/**
 * The new order is shown at once, and taken back if the server refuses it.
 * @param {Course} course
 * @param {import("./page.js").TabProperties["page"]} page
 */
function useReorder(course, page) {
  const put = (/** @type {readonly Module[]} */ modules) => page.change({ course: { ...course, modules: [...modules] } });
  const deeds = useRef({ last: Promise.resolve(), waiting: 0, before: course.modules });
  /** One after the other, as each builds on those before. What is still missing may be another after the last. */
  const run = (/** @type {() => Promise<unknown>} */ deed) => {
    const queue = deeds.current;
    if (queue.waiting === 0) queue.before = course.modules;
    queue.waiting += 1;
    const next = async () => {
      try {
        await deed();
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        toast(failureText(error), { kind: "bad" });
        put(queue.before);
      } finally {
        queue.waiting -= 1;
      }
      if (queue.waiting === 0) await page.reload();
    };
    queue.last = queue.last.then(next, next); // a mistake of ours in one move holds no other back
  };
  return {
    modules: (/** @type {number} */ from, /** @type {number} */ to) => {
      const modules = moved(course.modules, from, to);
      put(modules);
      run(() => request(REORDER_MODULES, { courseId: course.id, moduleIds: modules.map(({ id }) => id) }, { repeatable: true }));
    },
    across: (/** @type {Module} */ module, /** @type {number} */ from, /** @type {import("../../kit/drag-across.js").Place} */ { key, position }) => {
      const lesson = module.lessons[from];
      put(
        course.modules.map((each) => {
          if (each.id === module.id) return { ...each, lessons: each.lessons.filter(({ id }) => id !== lesson.id) };
          return each.id === key ? { ...each, lessons: each.lessons.toSpliced(position, 0, lesson) } : each;
        }),
      );
      const isEnd = position === course.modules.find(({ id }) => id === key)?.lessons.length;
      const variables = { lessonId: lesson.id, moduleId: key, position: isEnd ? null : position + 1 };
      run(() => request(MOVE_LESSON, variables, { repeatable: true }));
    },
    lessons: (/** @type {Module} */ module, /** @type {number} */ from, /** @type {number} */ to) => {
      const lessons = moved(module.lessons, from, to);
      put(course.modules.map((each) => (each.id === module.id ? { ...each, lessons } : each)));
      run(() => request(REORDER_LESSONS, { moduleId: module.id, lessonIds: lessons.map(({ id }) => id) }, { repeatable: true }));
    },
  };
}
