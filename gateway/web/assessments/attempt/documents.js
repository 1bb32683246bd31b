// What the page asks for on which a quiz is taken.

export const QUIZ_TO_TAKE = `query QuizToTake($id: ID!) { quiz(id: $id) {
  id title description type timeLimitMinutes passingScore maxAttempts attemptsCount availableFrom availableUntil resultsShown needsPassword forOthers myExtraTime myUnlimitedTime
  lesson { id title } course { id title myEnrollment { id status removedAt } }
  mySubmissions { ...Attempted } } }
fragment Attempted on QuizSubmission { id attemptNumber status startedAt deadlineAt submittedAt ending gradingStatus scorePercentage resultShown sealed }`;
export const START_ATTEMPT = `mutation StartAttempt($quizId: ID!, $password: String) { startQuizAttempt(quizId: $quizId, password: $password) { id } }`;
export const ATTEMPT = `query Attempt($id: ID!) { quizAttempt(submissionId: $id) }`;
export const ATTEMPT_TIME = `query AttemptTime($id: ID!) { quizSubmission(id: $id) { id status deadlineAt } }`;
export const SAVE_ANSWER = `mutation SaveAnswer($id: ID!, $questionId: ID!, $answer: JSON, $answerId: String, $expectedRevision: Int) {
  submitQuizAnswerWithPayload(submissionId: $id, questionId: $questionId, answer: $answer, answerId: $answerId, expectedRevision: $expectedRevision) { questionId revision savedAt receipt anchor }
}`;
export const COMMIT_SEALED = `mutation CommitSealed($id: ID!, $revision: Int!, $anchor: String!, $head: String!, $length: Int!, $clock: DateTime!) {
  commitSealedAnswers(submissionId: $id, revision: $revision, anchor: $anchor, head: $head, length: $length, clock: $clock) { id status }
}`;
export const SEND_SEALED = `mutation SendSealed($id: ID!, $head: String!, $entries: JSON!) { sendSealedAnswers(submissionId: $id, head: $head, entries: $entries) { id sealed } }`;
export const SEALED_ANSWERS = `query SealedAnswers($id: ID!) { quizSealedAnswers(submissionId: $id) {
  number status awaySince committedAt late decidedAt reason answers { questionId questionNumber before answer firstAt lastAt changes }
} }`;
export const DECIDE_SEALED = `mutation DecideSealed($id: ID!, $number: Int!, $accept: Boolean!, $reason: String) { decideSealedAnswers(submissionId: $id, number: $number, accept: $accept, reason: $reason) { id sealed } }`;
export const RESULT_SHEET = `query ResultSheet($id: ID!) { quizResultSheet(submissionId: $id) { format submission root receipts { questionId answer receipt } } }`;
export const NOTE_ACTIVITY = `mutation NoteActivity($id: ID!, $activity: QuizActivity!, $questionId: ID) { noteQuizActivity(submissionId: $id, activity: $activity, questionId: $questionId) }`;
export const SUBMIT_ATTEMPT = `mutation SubmitAttempt($id: ID!, $revision: Int) { submitQuiz(submissionId: $id, revision: $revision) { id } }`;

export const ATTEMPT_RESULT = `query AttemptResult($id: ID!) { quizSubmission(id: $id) {
  id attemptNumber status startedAt submittedAt ending timeTakenSeconds gradingStatus scorePercentage pointsEarned pointsPossible feedback resultShown mayPractise sealed
  student { id profile { fullName } }
  answers { questionId type questionText questionHtml mediaUrl mediaAlt options prompts answer most earned correct review leftOut comment rubric levels passages rightAnswer explanation explanationHtml }
  quiz {
    id title passingScore maxAttempts attemptsCount resultsShown availableFrom availableUntil forOthers showCorrectAnswers
    lesson { id title } course { id title myEnrollment { id status removedAt } }
    mySubmissions { ...Attempted }
  }
} }
fragment Attempted on QuizSubmission { id attemptNumber status startedAt deadlineAt submittedAt ending gradingStatus scorePercentage resultShown sealed }`;
