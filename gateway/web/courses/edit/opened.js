// Which dialog of the curriculum is open, in the address.

import { setQuery } from "../../app/router.js";

/** Open what is edited, or close it with null. @param {Partial<Record<"lesson" | "module" | "newLesson" | "needs" | "move", string | null>>} what */
export function show({ lesson = null, module = null, newLesson = null, needs = null, move = null }) {
  const isOpening = Boolean(lesson ?? module ?? newLesson ?? needs ?? move);
  setQuery({ lesson, module, "new-lesson": newLesson, needs, move }, { replace: !isOpening });
}
