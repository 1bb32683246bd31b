// What the page asks for on which a teacher says who may take a quiz, and how long.

export const QUIZ_ACCESS = `query QuizAccess($id: ID!) { quiz(id: $id) {
  id title lesson { id title } course { id title instructor { id } teachers { id } }
  access { hasPassword networks invitedOnly invited { id } }
  accommodations { student { id } extraTime unlimited }
} }`;
export const QUIZ_STUDENTS = `query QuizStudents($courseId: ID!, $after: String) { courseEnrollments(first: 100, after: $after, courseId: $courseId) {
  nodes { id status removedAt student { id profile { fullName } } }
  pageInfo { hasNextPage endCursor } totalCount
} }`;
export const QUIZ_TIMES = `query QuizTimes($id: ID!) { quiz(id: $id) { id accommodations { student { id } extraTime unlimited } } }`;
export const SET_QUIZ_ACCESS = `mutation SetQuizAccess($id: ID!, $input: QuizAccessInput!) { setQuizAccess(quizId: $id, input: $input) { id access { hasPassword networks invitedOnly invited { id } } } }`;
export const SET_QUIZ_TIME = `mutation SetQuizTime($id: ID!, $userId: ID!, $accommodation: QuizAccommodationInput) { setQuizAccommodation(quizId: $id, userId: $userId, accommodation: $accommodation) { id accommodations { student { id } extraTime unlimited } } }`;
