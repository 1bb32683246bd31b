// What the page asks for that shows what happened in an attempt.

export const ATTEMPT_LOG = `query AttemptLog($id: ID!, $after: String) {
  quizSubmission(id: $id) {
    id attemptNumber status student { id profile { fullName } }
    quiz { id title lesson { id title } course { id title instructor { id profile { fullName } } teachers { id profile { fullName } } assistants { id profile { fullName } } } }
  }
  quizAttemptLog(submissionId: $id, first: 100, after: $after) {
    entries { at kind questionNumber answer by ms factor unlimited text ending } endCursor hasNextPage
  }
}`;
