// The course of the editor, asked for once more: a form wants to know what others have changed.

import { Failure } from "../../app/graphql.js";
import { request } from "../../app/session.js";
import { EDIT_COURSE } from "../documents.js";

/**
 * @param {string} id
 * @param {import("./page.js").TabProperties["page"]} page Where it is shown.
 * @returns {Promise<import("./page.js").Course>}
 */
export async function readCourse(id, page) {
  const data = await request(EDIT_COURSE, { id });
  page.change(data);
  if (data.course === null) throw gone();
  return data.course;
}

/** For what somebody else has deleted. */
export function gone() {
  return new Failure({ extensions: { code: "NOT_FOUND" } });
}
