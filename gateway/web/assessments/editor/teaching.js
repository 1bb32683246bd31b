// Who may change a quiz.

import { Failure } from "../../app/graphql.js";

/**
 * Assistants and students see a quiz, and change nothing.
 * @param {{ course: { instructor: { id: string }, teachers: { id: string }[] } }} quiz
 * @param {import("../../app/session.js").Person | null} user
 */
export function teaches(quiz, user) {
  const { instructor, teachers } = quiz.course;
  return user !== null && (user.role === "ADMIN" || [instructor, ...teachers].some(({ id }) => id === user.id));
}

export function forbidden() {
  return new Failure({ message: "", extensions: { code: "AUTHORIZATION_ERROR" } });
}
