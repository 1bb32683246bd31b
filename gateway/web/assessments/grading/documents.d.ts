// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type QuestionType =
  | 'MULTIPLE_CHOICE'
  | 'TRUE_FALSE'
  | 'SHORT_ANSWER'
  | 'ESSAY'
  | 'FILL_BLANK'
  | 'MATCHING'
  | 'NUMERIC'
  | 'ORDERING'
  | 'HOTSPOT';

export type ResultsShown =
  | 'GRADED'
  | 'CLOSED'
  | 'RELEASED';

export type SubmissionStatus =
  | 'STARTED'
  | 'SUBMITTED';

export type GradingStatus =
  | 'AUTO_GRADED'
  | 'PENDING_REVIEW'
  | 'GRADED'
  | 'REVISION_REQUESTED';

export type MarkCause =
  | 'KEY'
  | 'PERSON'
  | 'GRADE'
  | 'REGRADE';

export type RegradePolicy =
  | 'PRESENT_KEY'
  | 'ONLY_UPWARD'
  | 'FULL_POINTS'
  | 'LEAVE_OUT';

export type GradingInput = {
  marks?: Array<MarkInput> | null | undefined;
  feedback?: string | null | undefined;
  allReviewed?: boolean | null | undefined;
};

export type MarkInput = {
  questionId: string;
  points?: string | null | undefined;
  levels?: Array<number> | null | undefined;
  comment?: string | null | undefined;
  passages?: Array<PassageInput> | null | undefined;
  final?: boolean | null | undefined;
};

export type PassageInput = {
  start: number;
  end: number;
  comment: string;
};

export type AllAttemptsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;

export type AllAttemptsQuery = { quiz: { id: string, submissions: { totalCount: number, nodes: Array<{ id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, submittedAt: string | null, gradingStatus: GradingStatus, scorePercentage: number | null, resultShown: boolean, student: { id: string, profile: { fullName: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type BothGradesQueryVariables = Exact<{
  id: string;
}>;

export type BothGradesQuery = { quizSubmission: { id: string, answers: Array<{ questionId: string, grades: Array<{ points: number, comment: string | null, passages: unknown, by: { id: string, profile: { fullName: string } } | null }> }> } | null };

export type GradeMutationVariables = Exact<{
  id: string;
  grading: GradingInput;
}>;

export type GradeMutation = { gradeQuizSubmission: { id: string, gradingStatus: GradingStatus } };

export type GradingDeskQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;

export type GradingDeskQuery = { quiz: { id: string, title: string, secondGrading: number | null, resultsShown: ResultsShown, resultsReleasedAt: string | null, availableUntil: string | null, lesson: { id: string, title: string }, course: { id: string, title: string, instructor: { id: string }, teachers: Array<{ id: string }>, assistants: Array<{ id: string }> }, submissions: { totalCount: number, nodes: Array<{ id: string, attemptNumber: number, submittedAt: string | null, student: { id: string, profile: { fullName: string } }, answers: Array<{ questionId: string, type: QuestionType, questionText: string, questionHtml: string | null, answer: unknown, most: number, earned: number, automatic: number | null, correct: boolean | null, review: boolean, comment: string | null, rightAnswer: unknown, rubric: unknown, levels: Array<number> | null, passages: unknown, gradeCount: number | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type HoldMutationVariables = Exact<{
  id: string;
}>;

export type HoldMutation = { holdQuizResults: { id: string, resultsShown: ResultsShown, resultsReleasedAt: string | null } };

export type MarkHistoryQueryVariables = Exact<{
  id: string;
}>;

export type MarkHistoryQuery = { quizSubmission: { id: string, answers: Array<{ questionId: string, questionText: string, history: Array<{ at: string, cause: MarkCause, policy: RegradePolicy | null, earnedBefore: number, earned: number, leftOutBefore: boolean, leftOut: boolean, commentBefore: string | null, comment: string | null, levelsBefore: Array<number> | null, levels: Array<number> | null, passagesBefore: unknown, passages: unknown, by: { id: string, profile: { fullName: string } } | null }> }> } | null };

export type RegradableQueryVariables = Exact<{
  id: string;
}>;

export type RegradableQuery = { quiz: { id: string, questions: Array<{ id: string, questionText: string }>, submissions: { nodes: Array<{ id: string, answers: Array<{ questionId: string, questionText: string }> }> } } | null };

export type RegradeMutationVariables = Exact<{
  quizId: string;
  questionId: string;
  policy: RegradePolicy;
  overGiven?: boolean | null | undefined;
  expectedRevision?: number | null | undefined;
}>;

export type RegradeMutation = { regradeQuizQuestion: { changed: number, quiz: { id: string, revision: number } } };

export type RegradePreviewQueryVariables = Exact<{
  quizId: string;
  questionId: string;
  policy: RegradePolicy;
  overGiven?: boolean | null | undefined;
  after?: string | null | undefined;
}>;

export type RegradePreviewQuery = { previewQuizRegrade: { revision: number, attempts: number, changed: number, newlyPassing: number, noLongerPassing: number, endCursor: string, hasNextPage: boolean, changes: Array<{ submissionId: string, studentName: string, attemptNumber: number, most: number, pointsBefore: number, points: number, leftOut: boolean, percentageBefore: number | null, percentage: number | null, passedBefore: boolean, passed: boolean }> } };

export type ReleaseMutationVariables = Exact<{
  id: string;
}>;

export type ReleaseMutation = { releaseQuizResults: { id: string, resultsShown: ResultsShown, resultsReleasedAt: string | null } };

export type SealedWaitingQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;

export type SealedWaitingQuery = { quiz: { id: string, submissions: { totalCount: number, nodes: Array<{ id: string, attemptNumber: number, startedAt: string, submittedAt: string | null, student: { id: string, profile: { fullName: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type SimilarAnswersQueryVariables = Exact<{
  submissionId: string;
  questionId: string;
}>;

export type SimilarAnswersQuery = { similarQuizAnswers: Array<{ answer: string, similarity: number, points: number, levels: Array<number> | null }> };

export const ALL_ATTEMPTS: Document<AllAttemptsQuery, AllAttemptsQueryVariables>;
export const BOTH_GRADES: Document<BothGradesQuery, BothGradesQueryVariables>;
export const GRADE: Document<GradeMutation, GradeMutationVariables>;
export const GRADING_DESK: Document<GradingDeskQuery, GradingDeskQueryVariables>;
export const HOLD: Document<HoldMutation, HoldMutationVariables>;
export const MARK_HISTORY: Document<MarkHistoryQuery, MarkHistoryQueryVariables>;
export const REGRADABLE: Document<RegradableQuery, RegradableQueryVariables>;
export const REGRADE: Document<RegradeMutation, RegradeMutationVariables>;
export const REGRADE_PREVIEW: Document<RegradePreviewQuery, RegradePreviewQueryVariables>;
export const RELEASE: Document<ReleaseMutation, ReleaseMutationVariables>;
export const SEALED_WAITING: Document<SealedWaitingQuery, SealedWaitingQueryVariables>;
export const SIMILAR_ANSWERS: Document<SimilarAnswersQuery, SimilarAnswersQueryVariables>;
