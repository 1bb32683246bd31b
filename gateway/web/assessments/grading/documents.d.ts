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

export type SubmissionStatus =
  | 'STARTED'
  | 'SUBMITTED';

export type GradingStatus =
  | 'AUTO_GRADED'
  | 'PENDING_REVIEW'
  | 'GRADED'
  | 'REVISION_REQUESTED';

export type GradingInput = {
  marks?: Array<MarkInput> | null | undefined;
  feedback?: string | null | undefined;
  allReviewed?: boolean | null | undefined;
};

export type MarkInput = {
  questionId: string;
  points?: string | null | undefined;
  comment?: string | null | undefined;
};

export type AllAttemptsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;

export type AllAttemptsQuery = { quiz: { id: string, submissions: { totalCount: number, nodes: Array<{ id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, submittedAt: string | null, gradingStatus: GradingStatus, scorePercentage: number | null, resultShown: boolean, student: { id: string, profile: { fullName: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type GradeMutationVariables = Exact<{
  id: string;
  grading: GradingInput;
}>;

export type GradeMutation = { gradeQuizSubmission: { id: string, gradingStatus: GradingStatus } };

export type GradingDeskQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;

export type GradingDeskQuery = { quiz: { id: string, title: string, lesson: { id: string, title: string }, course: { id: string, title: string, instructor: { id: string }, teachers: Array<{ id: string }>, assistants: Array<{ id: string }> }, submissions: { totalCount: number, nodes: Array<{ id: string, attemptNumber: number, submittedAt: string | null, student: { id: string, profile: { fullName: string } }, answers: Array<{ questionId: string, type: QuestionType, questionText: string, questionHtml: string | null, prompts: Array<string> | null, answer: unknown, most: number, earned: number, automatic: number | null, correct: boolean | null, review: boolean, comment: string | null, rightAnswer: unknown }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export const ALL_ATTEMPTS: Document<AllAttemptsQuery, AllAttemptsQueryVariables>;
export const GRADE: Document<GradeMutation, GradeMutationVariables>;
export const GRADING_DESK: Document<GradingDeskQuery, GradingDeskQueryVariables>;
