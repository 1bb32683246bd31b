// What the types of documents are for, checked by `npm run types`: a request takes the variables of
// its document and gives its result. It is never run.
import { COURSE, LOGIN, LOGOUT, MY_COURSES, START_QUIZ } from "./documents.js";

/** @import { Document } from "../../../gateway/web/app/graphql.js" */
/** @import { CoursePartsFragment } from "./documents.js" */

/**
 * @template Result, Variables
 * @param {Document<Result, Variables>} document
 * @param {Variables} variables
 * @returns {Promise<Result>}
 */
async function request(document, variables) {
  const answer = await fetch("/graphql", {
    method: "POST",
    body: JSON.stringify({ query: document, variables }),
  });
  return (await answer.json()).data;
}

/** @param {CoursePartsFragment} course */
const titleOf = (course) => course.title;

/** @returns {Promise<string | null>} */
export async function wellTyped() {
  await request(LOGOUT, {});
  await request(MY_COURSES, { first: 3 });
  const { myCourses } = await request(MY_COURSES, {});
  myCourses.nodes.map(titleOf);
  const { course } = await request(COURSE, { id: "1" });
  if (course !== null) titleOf(course);
  await request(START_QUIZ, { quizId: "1" });
  const { login } = await request(LOGIN, { email: "a@b.example", password: "secret" });
  return login.accessToken;
}

export async function illTyped() {
  // @ts-expect-error: it takes no variables
  await request(LOGOUT, { email: "a@b.example" });
  // @ts-expect-error: it takes variables
  await request(LOGIN);
  // @ts-expect-error: one is missing
  await request(LOGIN, { email: "a@b.example" });
  // @ts-expect-error: one is of another type
  await request(START_QUIZ, { quizId: 1 });
  const { logout } = await request(LOGOUT, {});
  // @ts-expect-error: the result has no such field
  return logout.accessToken;
}
