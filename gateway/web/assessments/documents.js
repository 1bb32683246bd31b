// What the pages ask for on which quizzes are written.

export const QUIZ_TO_EDIT = `query QuizToEdit($id: ID!) { quiz(id: $id) {
  id title description type timeLimitMinutes passingScore maxAttempts randomizeQuestions randomizeOptions showCorrectAnswers showExplanations allowPractice availableFrom availableUntil decimalComma negativeMarking secondGrading attemptsCount resultsShown lateAnswers reviewShortAnswers pools revision
  lesson { id title } course { id title status instructor { id } teachers { id } }
  questions { id revision type questionText questionFormat mediaUrl mediaAlt notes options multiple exactPoints allOrNothing rubric difficulty seconds explanation formats correctAnswer tags pool problems }
} }`;
export const QUIZ_REVISION = `query QuizRevision($id: ID!) { quiz(id: $id) { id revision } }`;
export const UPDATE_QUIZ = `mutation UpdateQuiz($id: ID!, $input: UpdateQuizInput!, $expectedRevision: Int) { updateQuiz(id: $id, input: $input, expectedRevision: $expectedRevision) { id revision } }`;
export const ADD_QUESTION = `mutation AddQuestion($quizId: ID!, $input: QuestionInput!, $position: Int, $idempotencyKey: IdempotencyKey) { addQuestion(quizId: $quizId, input: $input, position: $position, draft: true, idempotencyKey: $idempotencyKey) { id revision problems } }`;
export const UPDATE_QUESTION = `mutation UpdateQuestion($id: ID!, $input: QuestionInput!, $expectedRevision: Int) { updateQuestion(id: $id, input: $input, draft: true, expectedRevision: $expectedRevision) { id revision problems } }`;
export const DELETE_QUESTION = `mutation DeleteQuestion($id: ID!, $expectedRevision: Int) { deleteQuestionWithPayload(id: $id, expectedRevision: $expectedRevision) { deletedQuestionId quiz { id revision } } }`;
export const REORDER_QUESTIONS = `mutation ReorderQuestions($quizId: ID!, $questionIds: [ID!]!, $expectedRevision: Int) { reorderQuestionsWithPayload(quizId: $quizId, questionIds: $questionIds, expectedRevision: $expectedRevision) { quiz { id revision } } }`;

export const QUIZ_TO_START = `query QuizToStart($id: ID!) { quiz(id: $id) {
  id title type randomizeQuestions randomizeOptions
  lesson { id title } course { id title status instructor { id } teachers { id } liveQuizzes { id title state quiz { id } } }
  questions { id revision type questionText questionFormat mediaUrl mediaAlt notes options multiple exactPoints allOrNothing rubric difficulty seconds explanation formats correctAnswer tags pool problems }
} }`;

export const UPLOAD_QUIZ_PICTURE = `mutation UploadQuizPicture($quizId: ID!, $image: String!) { uploadQuizPicture(quizId: $quizId, image: $image) { url } }`;
export const PREVIEW_QUESTIONS = `mutation PreviewQuestions($quizId: ID!, $file: String!) { previewQuestions(quizId: $quizId, file: $file) { format questions { line type questionText picture } notes { line message } } }`;
export const IMPORT_QUESTIONS = `mutation ImportQuestions($quizId: ID!, $file: String!, $only: [Int!], $idempotencyKey: IdempotencyKey) { importQuestions(quizId: $quizId, file: $file, only: $only, idempotencyKey: $idempotencyKey) { questionCount notes { line message } } }`;
export const DELETE_QUIZ = `mutation DeleteQuiz($id: ID!, $expectedRevision: Int) { deleteQuiz(id: $id, expectedRevision: $expectedRevision) }`;
export const QUIZ_POOLS = `query QuizPools($id: ID!) { quiz(id: $id) { id revision pools questions { id questionText exactPoints pool } } }`;
export const SET_QUIZ_POOLS = `mutation SetQuizPools($quizId: ID!, $pools: [QuizPoolInput!]!, $expectedRevision: Int) { setQuizPools(quizId: $quizId, pools: $pools, expectedRevision: $expectedRevision) { id revision } }`;
export const QUIZ_EXPORT = `query QuizExport($quizId: ID!, $format: ExportFormat!) { quizExport(quizId: $quizId, format: $format) { leftOut } }`;
export const QUESTION_BANK = `query QuestionBank($filter: QuestionFilter, $after: String) { myQuestions(filter: $filter, first: 20, after: $after) {
  nodes { id type questionText difficulty quiz { id title course { id title } } }
  pageInfo { hasNextPage endCursor } totalCount
} }`;
export const COPY_QUESTIONS = `mutation CopyQuestions($quizId: ID!, $questionIds: [ID!]!, $idempotencyKey: IdempotencyKey) { copyQuestions(quizId: $quizId, questionIds: $questionIds, idempotencyKey: $idempotencyKey) { id revision } }`;
