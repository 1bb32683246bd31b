// A quiz that was made for a file, while none was taken: nothing of it is left.

import { Failure } from "../../app/graphql.js";
import { failureText } from "../../app/locale.js";
import { go } from "../../app/router.js";
import { request } from "../../app/session.js";
import { toast } from "../../kit/toast.js";
import { DELETE_QUIZ } from "../documents.js";

/** Unless somebody else has changed it meanwhile. @param {{ id: string, revision: number, course: { id: string } }} quiz */
export async function discardNew({ id, revision, course }) {
  try {
    await request(DELETE_QUIZ, { id, expectedRevision: revision });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code !== "NOT_FOUND") return toast(failureText(error), { kind: "bad" });
  }
  return go(`/courses/${course.id}/edit/curriculum`, { replace: true, forced: true });
}
