// The lessons of a course in their order, and which of them are locked: as the server judges. Pure.

/** @typedef {NonNullable<import("../documents.js").CourseOutlineQuery["course"]>} Course */
/** @typedef {Course["modules"][number]["lessons"][number]} Lesson */
/** @typedef {{ lesson: Lesson, status: "NOT_STARTED" | "IN_PROGRESS" | "COMPLETED", seconds: number, missing: Lesson[] }} Place */

/**
 * Every lesson with what the student has done there, and what must be completed first.
 * @param {Course} course
 * @returns {Map<string, Place>} By lesson id, in the order of the course.
 */
export function placesOf(course) {
  const progress = new Map((course.myEnrollment?.lessons ?? []).map((each) => [each.lesson.id, each]));
  const modules = new Map(course.modules.map((module) => [module.id, module.lessons]));
  const lessons = new Map(course.modules.flatMap((module) => module.lessons).map((lesson) => [lesson.id, lesson]));
  const isOpen = (/** @type {Lesson} */ lesson) => progress.get(lesson.id)?.status !== "COMPLETED";
  return new Map(
    course.modules.flatMap((module) =>
      module.lessons.map((lesson) => {
        const first = [...lesson.prerequisites.map(({ id }) => lessons.get(id)), ...(modules.get(module.prerequisite?.id ?? "") ?? [])];
        const missing = lesson.isPreview ? [] : [...new Set(first)].filter((each) => each !== undefined && isOpen(each));
        const { status = "NOT_STARTED", timeSpentSeconds = 0 } = progress.get(lesson.id) ?? {};
        return [lesson.id, { lesson, status, seconds: timeSpentSeconds, missing: /** @type {Lesson[]} */ (missing) }];
      }),
    ),
  );
}

/**
 * The lessons before and after one, across modules.
 * @param {Map<string, Place>} places
 * @param {string} id
 * @returns {[Lesson | null, Lesson | null]}
 */
export function neighbours(places, id) {
  const all = [...places.keys()];
  const at = all.indexOf(id);
  const lessonAt = (/** @type {number} */ index) => places.get(all[index])?.lesson ?? null;
  return at < 0 ? [null, null] : [lessonAt(at - 1), lessonAt(at + 1)];
}

/** The viewer's enrolment, if it goes on. @param {Course} course */
export function studying({ myEnrollment }) {
  return myEnrollment && myEnrollment.status !== "DROPPED" && !myEnrollment.removedAt ? myEnrollment : null;
}
