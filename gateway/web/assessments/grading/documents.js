// What the grading desk asks for.

export const GRADING_DESK = `query GradingDesk($id: ID!, $after: String) { quiz(id: $id) {
  id title lesson { id title } course { id title instructor { id } teachers { id } assistants { id } }
  submissions(status: SUBMITTED, gradingStatus: PENDING_REVIEW, first: 20, after: $after) {
    nodes {
      id attemptNumber submittedAt student { id profile { fullName } }
      answers { questionId type questionText questionHtml prompts answer most earned automatic correct review comment rightAnswer }
    }
    totalCount pageInfo { hasNextPage endCursor }
  }
} }`;
export const ALL_ATTEMPTS = `query AllAttempts($id: ID!, $after: String) { quiz(id: $id) { id submissions(first: 50, after: $after) {
  nodes { id attemptNumber status startedAt submittedAt gradingStatus scorePercentage resultShown student { id profile { fullName } } }
  totalCount pageInfo { hasNextPage endCursor }
} } }`;
export const GRADE = `mutation Grade($id: ID!, $grading: GradingInput!) { gradeQuizSubmission(submissionId: $id, grading: $grading) { id gradingStatus } }`;
