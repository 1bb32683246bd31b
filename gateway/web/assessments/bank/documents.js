// What the page of all questions asks for.

export const MY_QUESTIONS = `query MyQuestions($filter: QuestionFilter, $after: String) { myQuestions(filter: $filter, first: 30, after: $after) {
  nodes { id type questionText difficulty tags pool problems quiz { id title course { id title } } }
  pageInfo { hasNextPage endCursor } totalCount
} }`;
export const MY_TAGS = `query MyTags { myQuestionTags { tag questions } }`;
export const BANK_COURSES = `query BankCourses { myCourses(first: 100) { nodes { id title } } }`;
export const QUIZZES_OF_COURSE = `query QuizzesOfCourse($id: ID!) { course(id: $id) { id modules { lessons { quizzes { id title } } } } }`;
export const TAG_QUESTIONS = `mutation TagQuestions($questionIds: [ID!]!, $add: [String!]!, $remove: [String!]!) { tagQuestions(questionIds: $questionIds, add: $add, remove: $remove) }`;
export const COPY_INTO_QUIZ = `mutation CopyIntoQuiz($quizId: ID!, $questionIds: [ID!]!, $idempotencyKey: IdempotencyKey) { copyQuestions(quizId: $quizId, questionIds: $questionIds, idempotencyKey: $idempotencyKey) { id } }`;
