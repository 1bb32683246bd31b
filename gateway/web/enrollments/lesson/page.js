// A lesson: its text, what comes before and after it, and that it is done.

import { useEffect } from "preact/hooks";
import { html } from "../../app/html.js";
import { formatPercent, t } from "../../app/locale.js";
import { useQuery } from "../../app/query.js";
import { session } from "../../app/session.js";
import { useStore } from "../../app/store.js";
import { useSubscription } from "../../app/subscriptions.js";
import { Progress } from "../../kit/progress.js";
import { Empty, Loaded } from "../../kit/states.js";
import { COURSE_OUTLINE, LESSON, PROGRESS_UPDATED } from "../documents.js";
import { Content, Locked } from "./content.js";
import { Ending } from "./ending.js";
import { neighbours, placesOf, studying } from "./locks.js";
import { Outline } from "./outline.js";
import { useTimeKept } from "./time.js";

/** @typedef {import("../documents.js").CourseOutlineQuery} CourseOutline */
/** @typedef {import("./locks.js").Course} Course */
/** @typedef {import("./locks.js").Place} Place */

/** @param {{ params: { id: string, lesson: string } }} properties */
export default function LessonPage({ params: { id, lesson } }) {
  const course = useQuery(COURSE_OUTLINE, { courseId: id }, { offline: true });
  const renew = (/** @type {import("../documents.js").ProgressUpdatedSubscription} */ { progressUpdated }) => progressUpdated.courseId === id && course.reload();
  useSubscription(PROGRESS_UPDATED, {}, renew, course.reload);
  return html`
    <div class="wide">
      <${Loaded} query=${course} lines=${6}>
        ${(/** @type {CourseOutline} */ { course: found }) => {
          const place = found && placesOf(found).get(lesson);
          return place ? html`<${Lesson} key=${lesson} course=${found} place=${place} reload=${course.reload} />` : html`<${NoLesson} courseId=${found?.id ?? null} />`;
        }}
      <//>
    </div>
  `;
}

/** @param {{ courseId: string | null }} properties */
function NoLesson({ courseId }) {
  return html`
    <div class="narrow card">
      <${Empty} title=${t("kit.not_found")} text=${t("enrollments.no_lesson_text")}>
        <p><a class="button" href=${courseId ? `/courses/${courseId}` : "/courses"}>${t(courseId ? "enrollments.to_course" : "nav.courses")}</a></p>
      <//>
    </div>
  `;
}

/** @param {{ course: Course, place: Place, reload: () => Promise<void> }} properties */
function Lesson({ course, place, reload }) {
  const { lesson, missing } = place;
  const query = useQuery(LESSON, { lessonId: lesson.id }, { offline: true });
  const { status, user } = useStore(session);
  const enrollment = studying(course);
  const locked = enrollment !== null && missing.length > 0;
  const places = placesOf(course);
  useTimeKept(enrollment && !locked ? { enrollmentId: enrollment.id, lessonId: lesson.id } : null);
  useEffect(() => {
    document.title = `${lesson.title} · Stoa`;
  }, [lesson.title]);
  // What was locked is there to be read as soon as the last missing lesson is done.
  const { reload: readAgain } = query;
  useEffect(() => {
    if (!locked && status !== "unknown") readAgain();
  }, [locked, status, user?.id, readAgain]);
  return html`
    <div class="lesson-layout">
      <aside class="card stack">
        <p><a href=${`/courses/${course.id}`} dir="auto">${course.title}</a></p>
        ${enrollment && html`<${Progress} label=${t("enrollments.progress")} value=${enrollment.progressPercentage / 100} text=${formatPercent(enrollment.progressPercentage / 100)} />`}
        <${Outline} course=${course} places=${places} current=${lesson.id} />
      </aside>
      <article class="card stack lesson">
        ${locked ? html`<${Locked} course=${course} place=${place} />` : html`<${Content} query=${query} course=${course} place=${place} />`}
        <${Ending} course=${course} place=${place} neighbours=${neighbours(places, lesson.id)} locked=${locked} reload=${reload} />
      </article>
    </div>
  `;
}
