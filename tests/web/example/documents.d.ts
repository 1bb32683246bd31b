// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../../../gateway/web/app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type HostAway =
  | 'WAIT'
  | 'CONTINUE';

export type LiveQuizConfigInput = {
  questionMs?: number | null | undefined;
  points?: number | null | undefined;
  halfPoints?: boolean | null | undefined;
  speedWeighted?: boolean | null | undefined;
  streaks?: boolean | null | undefined;
  shuffleQuestions?: boolean | null | undefined;
  shuffleOptions?: boolean | null | undefined;
  allowGuests?: boolean | null | undefined;
  autoAdvanceMs?: number | null | undefined;
  hostAway?: HostAway | null | undefined;
  closeWhenAllAnswered?: boolean | null | undefined;
  leaderboardSize?: number | null | undefined;
  maxPlayers?: number | null | undefined;
  latencyCapMs?: number | null | undefined;
  boardEvery?: number | null | undefined;
  autoReveal?: boolean | null | undefined;
  countdownMs?: number | null | undefined;
};

export type CourseQueryVariables = Exact<{
  id: string;
}>;

export type CourseQuery = { course: { id: string, title: string } | null };

export type LoginMutationVariables = Exact<{
  email: string;
  password: string;
}>;

export type LoginMutation = { login: { accessToken: string | null } };

export type LogoutMutationVariables = Exact<{ [key: string]: never; }>;

export type LogoutMutation = { logout: boolean };

export type MyCoursesQueryVariables = Exact<{
  first?: number | null | undefined;
}>;

export type MyCoursesQuery = { myCourses: { nodes: Array<{ id: string, title: string }> } };

export type StartQuizMutationVariables = Exact<{
  quizId: string;
  config?: LiveQuizConfigInput | null | undefined;
}>;

export type StartQuizMutation = { startLiveQuiz: { id: string, pin: string | null } };

export type CoursePartsFragment = { id: string, title: string };

export const COURSE: Document<CourseQuery, CourseQueryVariables>;
export const LOGIN: Document<LoginMutation, LoginMutationVariables>;
export const LOGOUT: Document<LogoutMutation, LogoutMutationVariables>;
export const MY_COURSES: Document<MyCoursesQuery, MyCoursesQueryVariables>;
export const START_QUIZ: Document<StartQuizMutation, StartQuizMutationVariables>;
