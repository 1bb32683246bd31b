// What somebody may do with a course. The server decides; this only says what to offer.

/**
 * @typedef {{ instructor: { id: string }, teachers: readonly { id: string }[], assistants: readonly { id: string }[] }} Staffed
 * @typedef {{ seesEverything: boolean, mayEdit: boolean, isOwner: boolean }} Rights
 */

/**
 * @param {Staffed} course
 * @param {{ id: string, role: string } | null} user
 * @returns {Rights} `mayEdit`: the instructor, co-teachers and admins; `isOwner`: not the co-teachers.
 */
export function rightsOf(course, user) {
  const isOwner = user !== null && (user.role === "ADMIN" || course.instructor.id === user.id);
  const mayEdit = isOwner || course.teachers.some(({ id }) => id === user?.id);
  return { isOwner, mayEdit, seesEverything: mayEdit || course.assistants.some(({ id }) => id === user?.id) };
}
