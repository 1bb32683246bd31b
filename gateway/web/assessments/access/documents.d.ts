// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type EnrollmentStatus =
  | 'ACTIVE'
  | 'COMPLETED'
  | 'DROPPED';

export type QuizAccessInput = {
  password?: string | null | undefined;
  networks?: Array<string> | null | undefined;
  invited?: Array<string> | null | undefined;
};

export type QuizAccommodationInput = {
  extraTime?: number;
  unlimited?: boolean;
};

export type QuizAccessQueryVariables = Exact<{
  id: string;
}>;

export type QuizAccessQuery = { quiz: { id: string, title: string, lesson: { id: string, title: string }, course: { id: string, title: string, instructor: { id: string }, teachers: Array<{ id: string }> }, access: { hasPassword: boolean, networks: Array<string>, invitedOnly: boolean, invited: Array<{ id: string }> } | null, accommodations: Array<{ extraTime: number, unlimited: boolean, student: { id: string } }> } | null };

export type QuizStudentsQueryVariables = Exact<{
  courseId: string;
  after?: string | null | undefined;
}>;

export type QuizStudentsQuery = { courseEnrollments: { totalCount: number, nodes: Array<{ id: string, status: EnrollmentStatus, removedAt: string | null, student: { id: string, profile: { fullName: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type QuizTimesQueryVariables = Exact<{
  id: string;
}>;

export type QuizTimesQuery = { quiz: { id: string, accommodations: Array<{ extraTime: number, unlimited: boolean, student: { id: string } }> } | null };

export type SetQuizAccessMutationVariables = Exact<{
  id: string;
  input: QuizAccessInput;
}>;

export type SetQuizAccessMutation = { setQuizAccess: { id: string, access: { hasPassword: boolean, networks: Array<string>, invitedOnly: boolean, invited: Array<{ id: string }> } | null } };

export type SetQuizTimeMutationVariables = Exact<{
  id: string;
  userId: string;
  accommodation?: QuizAccommodationInput | null | undefined;
}>;

export type SetQuizTimeMutation = { setQuizAccommodation: { id: string, accommodations: Array<{ extraTime: number, unlimited: boolean, student: { id: string } }> } };

export const QUIZ_ACCESS: Document<QuizAccessQuery, QuizAccessQueryVariables>;
export const QUIZ_STUDENTS: Document<QuizStudentsQuery, QuizStudentsQueryVariables>;
export const QUIZ_TIMES: Document<QuizTimesQuery, QuizTimesQueryVariables>;
export const SET_QUIZ_ACCESS: Document<SetQuizAccessMutation, SetQuizAccessMutationVariables>;
export const SET_QUIZ_TIME: Document<SetQuizTimeMutation, SetQuizTimeMutationVariables>;
