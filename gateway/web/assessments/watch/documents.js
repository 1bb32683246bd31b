// What the page asks for on which a teacher watches a quiz.

export const WATCHED_QUIZ = `query WatchedQuiz($id: ID!) { quiz(id: $id) {
  id title timeLimitMinutes availableUntil lesson { id title } course { id title }
} }`;
export const EXTEND_ATTEMPT = `mutation ExtendAttempt($id: ID!, $minutes: Int!, $commandId: String) { extendQuizAttempt(submissionId: $id, minutes: $minutes, commandId: $commandId) { id } }`;
export const REOPEN_ATTEMPT = `mutation ReopenAttempt($id: ID!, $minutes: Int!, $commandId: String) { reopenQuizAttempt(submissionId: $id, minutes: $minutes, commandId: $commandId) { id } }`;
export const END_ATTEMPT = `mutation EndAttempt($id: ID!) { endQuizAttempt(submissionId: $id) { id } }`;
export const MESSAGE_ATTEMPT = `mutation MessageAttempt($id: ID!, $text: String!, $messageId: String) { messageQuizAttempt(submissionId: $id, text: $text, messageId: $messageId) { id } }`;
export const EXTEND_ALL = `mutation ExtendAll($quizId: ID!, $minutes: Int!, $commandId: String) { extendQuizAttempts(quizId: $quizId, minutes: $minutes, commandId: $commandId) }`;
export const END_ALL = `mutation EndAll($quizId: ID!) { endQuizAttempts(quizId: $quizId) }`;
export const MESSAGE_ALL = `mutation MessageAll($quizId: ID!, $text: String!, $messageId: String) { messageQuizAttempts(quizId: $quizId, text: $text, messageId: $messageId) }`;
