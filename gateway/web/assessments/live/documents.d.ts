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

export type LivePhase =
  | 'LOBBY'
  | 'ANNOUNCED'
  | 'OPEN'
  | 'CLOSED'
  | 'REVEAL'
  | 'LEADERBOARD'
  | 'FINISHED';

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

export type GameQuestionsQueryVariables = Exact<{
  id: string;
}>;

export type GameQuestionsQuery = { liveQuiz: { id: string, playedQuestions: Array<{ questionId: string, type: QuestionType, questionText: string, questionHtml: string | null, options: Array<string> | null, explanation: string | null, explanationHtml: string | null, correctAnswer: unknown, notes: string | null }> } | null };

export type GameTeachersQueryVariables = Exact<{
  id: string;
}>;

export type GameTeachersQuery = { course: { instructor: { id: string, profile: { fullName: string } }, teachers: Array<{ id: string, profile: { fullName: string } }> } | null };

export type GameWaitingQueryVariables = Exact<{
  id: string;
}>;

export type GameWaitingQuery = { liveQuiz: { id: string, unscored: number | null } | null };

export type HostGamesQueryVariables = Exact<{ [key: string]: never; }>;

export type HostGamesQuery = { running: { nodes: Array<{ id: string, title: string, pin: string | null, state: LivePhase, questionIndex: number, questionCount: number, course: { title: string } | null, host: { id: string, profile: { fullName: string } } }> }, over: { nodes: Array<{ id: string, title: string, finishedAt: string | null, playerCount: number, course: { title: string } | null }> }, myCourses: { nodes: Array<{ id: string, title: string, modules: Array<{ lessons: Array<{ quizzes: Array<{ id: string, title: string, questions: Array<{ id: string }> }> }> }> }> } };

export type RunningGamesQueryVariables = Exact<{ [key: string]: never; }>;

export type RunningGamesQuery = { myEnrollments: Array<{ course: { id: string, title: string, liveQuizzes: Array<{ id: string, title: string, state: LivePhase, questionIndex: number, questionCount: number }> } }> };

export type StartLiveQuizMutationVariables = Exact<{
  quizId: string;
  config?: LiveQuizConfigInput | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;

export type StartLiveQuizMutation = { startLiveQuiz: { id: string } };

export const GAME_QUESTIONS: Document<GameQuestionsQuery, GameQuestionsQueryVariables>;
export const GAME_TEACHERS: Document<GameTeachersQuery, GameTeachersQueryVariables>;
export const GAME_WAITING: Document<GameWaitingQuery, GameWaitingQueryVariables>;
export const HOST_GAMES: Document<HostGamesQuery, HostGamesQueryVariables>;
export const RUNNING_GAMES: Document<RunningGamesQuery, RunningGamesQueryVariables>;
export const START_LIVE_QUIZ: Document<StartLiveQuizMutation, StartLiveQuizMutationVariables>;
