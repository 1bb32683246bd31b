// The modules and lessons of a course, as one may look through them before enrolling.

import { html } from "../app/html.js";
import { Later, withWords } from "../app/later.js";
import { formatDuration, t } from "../app/locale.js";
import { useQuery } from "../app/query.js";
import { setQuery } from "../app/router.js";
import { Dialog } from "../kit/dialog.js";
import { Empty, Loaded } from "../kit/states.js";
import { Written } from "../text/written.js";
import { LESSON_CONTENT } from "./documents.js";

const FILM = () => withWords(["player"], () => import("../content/player/film.js")).then(({ LessonFilm }) => LessonFilm);

/**
 * @typedef {import("./course-page.js").Course} Course
 * @typedef {Course["modules"][number]} Module
 */

/** @param {{ course: Course, isOpen: boolean, previewed: string | null }} properties `isOpen`: lessons lead to their pages. */
export function Contents({ course, isOpen, previewed }) {
  const lessons = course.modules.flatMap((module) => module.lessons);
  const minutes = course.modules.reduce((sum, { durationMinutes }) => sum + durationMinutes, 0);
  const shown = lessons.find(({ id, isPreview }) => id === previewed && isPreview);
  const length = minutes > 0 ? ` · ${formatDuration(minutes * 60)}` : "";
  return html`
    <section class="card stack" aria-labelledby="contents">
      <h2 id="contents">${t("courses.contents")}</h2>
      ${lessons.length === 0 ? html`<p class="muted">${t("courses.nothing_in_it")}</p>` : html`<p class="muted">${t("courses.lessons", { count: lessons.length })}${length}</p>`}
      <ol class="stack">${course.modules.map((module) => html`<${ModuleOutline} key=${module.id} courseId=${course.id} module=${module} isOpen=${isOpen} />`)}</ol>
      ${shown && html`<${Preview} lesson=${shown} />`}
    </section>
  `;
}

/** @param {{ courseId: string, module: Module, isOpen: boolean }} properties */
function ModuleOutline({ courseId, module, isOpen }) {
  return html`
    <li>
      <details class="outline" open>
        <summary><span class="card-title" dir="auto">${module.title}</span> <span class="muted">${t("courses.lessons", { count: module.lessons.length })}</span></summary>
        ${module.description && html`<${Written} text=${module.description} level=${4} />`}
        ${module.prerequisite && html`<p class="muted" dir="auto">${t("courses.after", { titles: module.prerequisite.title })}</p>`}
        <ol class="lines">
          ${module.lessons.map((lesson) => html`<li key=${lesson.id}><${LessonLine} courseId=${courseId} lesson=${lesson} isOpen=${isOpen} /></li>`)}
        </ol>
      </details>
    </li>
  `;
}

/** @param {{ courseId: string, lesson: Module["lessons"][number], isOpen: boolean }} properties */
function LessonLine({ courseId, lesson, isOpen }) {
  const open = isOpen ? html`<a href=${`/courses/${courseId}/lessons/${lesson.id}`}>${lesson.title}</a>` : lesson.title;
  return html`
    <div class="grow">
      <span dir="auto">${open}</span>
      ${lesson.prerequisites.length > 0 && html`<p class="muted" dir="auto">${t("courses.after", { titles: lesson.prerequisites.map(({ title }) => title).join(", ") })}</p>`}
    </div>
    <span class="muted">${t(`enums.lesson_type.${lesson.type}`)}${lesson.durationMinutes ? ` · ${formatDuration(lesson.durationMinutes * 60)}` : ""}</span>
    ${lesson.isPreview && !isOpen && html`<button type="button" class="small" aria-label=${t("courses.preview_of", { title: lesson.title })} onClick=${() => setQuery({ lesson: lesson.id }, { replace: false })}>${t("kit.preview")}</button>`}
  `;
}

/** @param {{ lesson: { id: string, title: string } }} properties */
function Preview({ lesson }) {
  const content = useQuery(LESSON_CONTENT, { id: lesson.id });
  return html`
    <${Dialog} title=${lesson.title} size="large" onClose=${() => setQuery({ lesson: null })}>
      <${Loaded} query=${content}>
        ${(/** @type {import("./documents.js").LessonContentQuery} */ { lesson: found }) =>
          found && (found.contentText || found.contentUrl || found.description || found.video)
            ? html`
                ${found.description && html`<${Written} text=${found.description} />`}
                ${found.video && html`<${Later} load=${FILM} lessonId=${found.id} />`}
                ${found.contentText && html`<${Written} text=${found.contentText} />`}
                ${found.contentUrl && html`<p><a class="button" href=${found.contentUrl} target="_blank" rel="noopener noreferrer">${t("courses.open_content")}</a></p>`}
              `
            : html`<${Empty} title=${t("kit.preview_empty")} />`}
      <//>
    <//>
  `;
}
