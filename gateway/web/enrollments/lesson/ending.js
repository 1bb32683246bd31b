// The end of a lesson: it is done, and what comes next.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { announce } from "../../app/announcer.js";
import { Failure } from "../../app/graphql.js";
import { html } from "../../app/html.js";
import { formatDuration, t } from "../../app/locale.js";
import { request } from "../../app/session.js";
import { randomId } from "../../app/storage.js";
import { useStore } from "../../app/store.js";
import { FormError, useSubmit } from "../../kit/form.js";
import { Icon } from "../../kit/icon.js";
import { UPDATE_LESSON_PROGRESS } from "../documents.js";
import { studying } from "./locks.js";
import { changes, isDoneKept, keepDone } from "./outbox.js";

const LOOK_AGAIN_MS = 2_000;
const LOOKS = 20;

/** @typedef {import("./locks.js").Course} Course */
/** @typedef {import("./locks.js").Place} Place */
/** @typedef {import("./locks.js").Lesson} Lesson */

/** @param {{ course: Course, place: Place, neighbours: [Lesson | null, Lesson | null], locked: boolean, reload: () => Promise<void> }} properties */
export function Ending({ course, place, neighbours: [before, after], locked, reload }) {
  const enrollment = studying(course);
  const addressOf = (/** @type {Lesson} */ lesson) => `/courses/${course.id}/lessons/${lesson.id}`;
  const isDone = place.status === "COMPLETED";
  const [box, pressed] = useWayOn(isDone);
  return html`
    <footer ref=${box} class="lesson-end stack">
      ${enrollment && place.seconds >= 60 && html`<p class="muted">${t("enrollments.time_spent", { time: formatDuration(place.seconds) })}</p>`}
      ${enrollment && !locked && !isDone && html`<${DoneButton} enrollmentId=${enrollment.id} lesson=${place.lesson} done=${() => { pressed.current = true; return reload(); }} />`}
      ${enrollment?.status === "COMPLETED" && isDone && html`<${CourseCompleted} certificate=${enrollment.certificate} reload=${reload} />`}
      <nav class="row" aria-label=${t("enrollments.other_lessons")}>
        ${before && html`<a class="button" rel="prev" href=${addressOf(before)} aria-label=${`${t("enrollments.previous")}: ${before.title}`}><${Icon} name="back" />${t("enrollments.previous")}</a>`}
        <span class="grow"></span>
        ${after && html`<a class=${`button ${isDone ? "primary" : ""}`} rel="next" href=${addressOf(after)} aria-label=${`${t("enrollments.next")}: ${after.title}`}>${t("enrollments.next")}<${Icon} name="forward" /></a>`}
      </nav>
    </footer>
  `;
}

/**
 * Once the lesson is done, the button that said so is gone: the way on takes the focus in its place.
 * @param {boolean} isDone
 * @returns {[import("preact/hooks").MutableRef<HTMLElement | null>, import("preact/hooks").MutableRef<boolean>]}
 */
function useWayOn(isDone) {
  /** @type {import("preact/hooks").MutableRef<HTMLElement | null>} */
  const box = useRef(null);
  const pressed = useRef(false);
  useLayoutEffect(() => {
    if (!isDone || !pressed.current) return;
    pressed.current = false;
    /** @type {HTMLElement | null | undefined} */
    const onward = box.current?.querySelector("[rel=next]") ?? box.current?.querySelector("a");
    if (document.activeElement === document.body) onward?.focus();
  }, [isDone]);
  return [box, pressed];
}

/** @param {{ enrollmentId: string, lesson: Lesson, done: () => Promise<void> }} properties */
function DoneButton({ enrollmentId, lesson, done }) {
  const key = useRef(randomId()); // the same for another try: it counts once
  const isKept = useStore(changes, () => isDoneKept(lesson.id));
  const was = useRef({ isKept, done });
  useEffect(() => {
    if (was.current.isKept && !isKept) was.current.done(); // it is done now, or was refused
    was.current = { isKept, done };
  }, [isKept, done]);
  const { submit, busy, failure } = useSubmit(async () => {
    const progress = { status: /** @type {const} */ ("COMPLETED") };
    try {
      await request(UPDATE_LESSON_PROGRESS, { enrollmentId, lessonId: lesson.id, progress, idempotencyKey: key.current }, { repeatable: true });
    } catch (error) {
      if (!(error instanceof Failure) || !error.unanswered || !keepDone(enrollmentId, lesson.id, key.current)) throw error;
      announce(t("enrollments.done_kept"));
      return;
    }
    announce(t("enrollments.lesson_done", { lesson: lesson.title }));
    await done();
  });
  if (isKept) return html`<p class="hint">${t("enrollments.done_kept")}</p>`;
  return html`
    <div class="stack">
      ${failure && html`<${FormError} failure=${failure} />`}
      <div><button type="button" class="primary big" aria-disabled=${busy ? "true" : undefined} onClick=${submit}>${t("enrollments.mark_done")}${busy && html`<span class="spinner" aria-hidden="true"></span>`}</button></div>
    </div>
  `;
}

/** @param {{ certificate: { certificateId: string } | null, reload: () => Promise<void> }} properties */
function CourseCompleted({ certificate, reload }) {
  const waits = certificate === null;
  useEffect(() => {
    if (!waits) return undefined;
    let looks = 0;
    const timer = setInterval(() => {
      looks += 1;
      if (looks > LOOKS) clearInterval(timer);
      else if (!document.hidden) reload();
    }, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [waits, reload]);
  return html`
    <section class="stack course-completed">
      <h2>${t("enrollments.course_completed")}</h2>
      <p role="status">${t(waits ? "enrollments.certificate_coming" : "enrollments.certificate_there")}</p>
      ${!waits && html`<p><a class="button primary" href="/my-certificates">${t("enrollments.see_certificate")}</a></p>`}
    </section>
  `;
}
