// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type SubmissionStatus =
  | 'STARTED'
  | 'SUBMITTED';

export type AttemptEnding =
  | 'SUBMITTED'
  | 'DEADLINE'
  | 'TEACHER'
  | 'DISCARDED';

export type QuizLogKind =
  | 'STARTED'
  | 'VIEWED'
  | 'ANSWERED'
  | 'CHANGED'
  | 'EMPTIED'
  | 'LEFT'
  | 'RETURNED'
  | 'CONNECTED'
  | 'DISCONNECTED'
  | 'EXTENDED'
  | 'ACCOMMODATED'
  | 'OUTAGE'
  | 'OUTAGE_VETOED'
  | 'MESSAGE'
  | 'REOPENED'
  | 'ENDED'
  | 'SEALED'
  | 'SEALED_ACCEPTED'
  | 'SEALED_REFUSED';

export type AttemptLogQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;

export type AttemptLogQuery = { quizSubmission: { id: string, attemptNumber: number, status: SubmissionStatus, student: { id: string, profile: { fullName: string } }, quiz: { id: string, title: string, lesson: { id: string, title: string }, course: { id: string, title: string, instructor: { id: string, profile: { fullName: string } }, teachers: Array<{ id: string, profile: { fullName: string } }>, assistants: Array<{ id: string, profile: { fullName: string } }> } } } | null, quizAttemptLog: { endCursor: string, hasNextPage: boolean, entries: Array<{ at: string, kind: QuizLogKind, questionNumber: number | null, answer: unknown, by: string | null, ms: number | null, factor: number | null, unlimited: boolean | null, text: string | null, ending: AttemptEnding | null }> } };

export const ATTEMPT_LOG: Document<AttemptLogQuery, AttemptLogQueryVariables>;
