// What the grading desk asks for.

export const GRADING_DESK = `query GradingDesk($id: ID!, $after: String) { quiz(id: $id) {
  id title secondGrading resultsShown resultsReleasedAt availableUntil lesson { id title } course { id title instructor { id } teachers { id } assistants { id } }
  submissions(status: SUBMITTED, gradingStatus: PENDING_REVIEW, first: 20, after: $after) {
    nodes {
      id attemptNumber submittedAt student { id profile { fullName } }
      answers { questionId type questionText questionHtml answer most earned automatic correct review comment rightAnswer rubric levels passages gradeCount }
    }
    totalCount pageInfo { hasNextPage endCursor }
  }
} }`;
export const ALL_ATTEMPTS = `query AllAttempts($id: ID!, $after: String) { quiz(id: $id) { id submissions(first: 50, after: $after) {
  nodes { id attemptNumber status startedAt submittedAt gradingStatus scorePercentage resultShown student { id profile { fullName } } }
  totalCount pageInfo { hasNextPage endCursor }
} } }`;
export const SEALED_WAITING = `query SealedWaiting($id: ID!, $after: String) { quiz(id: $id) { id submissions(sealed: PENDING, first: 20, after: $after) {
  nodes { id attemptNumber startedAt submittedAt student { id profile { fullName } } }
  totalCount pageInfo { hasNextPage endCursor }
} } }`;
export const SIMILAR_ANSWERS = `query SimilarAnswers($submissionId: ID!, $questionId: ID!) { similarQuizAnswers(submissionId: $submissionId, questionId: $questionId) { answer similarity points levels } }`;
export const GRADE = `mutation Grade($id: ID!, $grading: GradingInput!) { gradeQuizSubmission(submissionId: $id, grading: $grading) { id gradingStatus } }`;
export const RELEASE = `mutation ReleaseResults($id: ID!) { releaseQuizResults(quizId: $id) { id resultsShown resultsReleasedAt } }`;
export const HOLD = `mutation HoldResults($id: ID!) { holdQuizResults(quizId: $id) { id resultsShown resultsReleasedAt } }`;
export const REGRADABLE = `query Regradable($id: ID!) { quiz(id: $id) { id
  questions { id questionText }
  submissions(status: SUBMITTED, first: 5) { nodes { id answers { questionId questionText } } }
} }`;
export const REGRADE_PREVIEW = `query RegradePreview($quizId: ID!, $questionId: ID!, $policy: RegradePolicy!, $overGiven: Boolean, $after: String) {
  previewQuizRegrade(quizId: $quizId, questionId: $questionId, policy: $policy, overGiven: $overGiven, first: 50, after: $after) {
    revision attempts changed newlyPassing noLongerPassing endCursor hasNextPage
    changes { submissionId studentName attemptNumber most pointsBefore points leftOut percentageBefore percentage passedBefore passed }
  }
}`;
export const REGRADE = `mutation RegradeQuestion($quizId: ID!, $questionId: ID!, $policy: RegradePolicy!, $overGiven: Boolean, $expectedRevision: Int) {
  regradeQuizQuestion(quizId: $quizId, questionId: $questionId, policy: $policy, overGiven: $overGiven, expectedRevision: $expectedRevision) { quiz { id revision } changed }
}`;
export const BOTH_GRADES = `query BothGrades($id: ID!) { quizSubmission(id: $id) { id answers { questionId grades { by { id profile { fullName } } points comment passages } } } }`;
export const MARK_HISTORY = `query MarkHistory($id: ID!) { quizSubmission(id: $id) { id answers { questionId questionText
  history { at cause policy by { id profile { fullName } } earnedBefore earned leftOutBefore leftOut commentBefore comment levelsBefore levels passagesBefore passages }
} } }`;
