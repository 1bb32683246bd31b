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

export type LiveQuizResultSort =
  | 'RANK'
  | 'RANK_LAST'
  | 'NICKNAME'
  | 'NICKNAME_LAST';

export type LiveQuizQuestionSort =
  | 'PLAYED'
  | 'HARDEST';

export type AcceptAnswerMutationVariables = Exact<{
  id: string;
  index: number;
  blank: number;
  answer: string;
  addToQuiz: boolean;
}>;

export type AcceptAnswerMutation = { acceptAnswer: { scoresChanged: number, ranksChanged: number, addedToQuiz: boolean, changed: Array<{ playerId: string, nickname: string, scoreBefore: number, score: number, rankBefore: number, rank: number }> } };

export type ComparedQuestionsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;

export type ComparedQuestionsQuery = { liveQuizQuestions: { totalCount: number, nodes: Array<{ index: number, questionId: string, questionText: string, correctShare: number | null, earlier: Array<{ liveQuizId: string, revealedAt: string, correctShare: number | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CoursesWithGamesQueryVariables = Exact<{
  courseId: string;
  oneCourse: boolean;
}>;

export type CoursesWithGamesQuery = { myCourses: { nodes: Array<{ id: string, title: string }> }, course?: { id: string, title: string } | null };

export type CourseGamesQueryVariables = Exact<{
  courseId: string;
  running: boolean;
  after?: string | null | undefined;
}>;

export type CourseGamesQuery = { course: { id: string, games: { totalCount: number, nodes: Array<{ id: string, title: string, state: LivePhase, pin: string | null, questionIndex: number, questionCount: number, playerCount: number, averageResult: number | null, createdAt: string, finishedAt: string | null, course: { id: string, title: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type EssaysQueryVariables = Exact<{
  id: string;
  index: number;
  scored: boolean;
  after?: string | null | undefined;
}>;

export type EssaysQuery = { liveQuizEssays: { totalCount: number, nodes: Array<{ playerId: string, nickname: string, answer: unknown, correct: boolean | null, points: number, feedback: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type GameQueryVariables = Exact<{
  id: string;
}>;

export type GameQuery = { liveQuiz: { id: string, title: string, state: LivePhase, pin: string | null, questionCount: number, playerCount: number, averageResult: number | null, startedAt: string | null, finishedAt: string | null, mayPractise: boolean, course: { id: string, title: string, instructor: { id: string }, teachers: Array<{ id: string }>, assistants: Array<{ id: string }> } | null, config: { points: number | null }, host: { id: string, profile: { fullName: string } }, myResult: { rank: number } | null, questions: Array<{ index: number, questionId: string, unscored: number }> } | null };

export type GamePupilQueryVariables = Exact<{
  id: string;
  playerId: string;
}>;

export type GamePupilQuery = { liveQuizResults: { nodes: Array<{ playerId: string, nickname: string, score: number, rank: number, correct: number, answered: number, details: Array<{ index: number, questionId: string, type: QuestionType, questionText: string, questionHtml: string | null, options: Array<string> | null, prompts: Array<string> | null, answer: unknown, correct: boolean | null, points: number, elapsedMs: number | null, recounted: boolean, rightAnswer: unknown, explanation: string | null, explanationHtml: string | null, feedback: string | null }> }> } };

export type GamePupilsQueryVariables = Exact<{
  id: string;
  sort: LiveQuizResultSort;
  nickname?: string | null | undefined;
  size: number;
  after?: string | null | undefined;
}>;

export type GamePupilsQuery = { liveQuizResults: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ playerId: string, nickname: string, score: number, rank: number, correct: number, answered: number }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type GameQuestionsQueryVariables = Exact<{
  id: string;
  sort: LiveQuizQuestionSort;
  after?: string | null | undefined;
}>;

export type GameQuestionsQuery = { liveQuizQuestions: { totalCount: number, nodes: Array<{ index: number, questionId: string, type: QuestionType, questionText: string, questionHtml: string | null, options: Array<string> | null, prompts: Array<string> | null, rightAnswer: unknown, guidance: string | null, explanation: string | null, explanationHtml: string | null, points: number, skipped: boolean, asked: number, answered: number, graded: number, correct: number, partlyCorrect: number, unscored: number, correctShare: number | null, averageMs: number | null, optionCounts: Array<number> | null, acceptedAnswers: Array<{ blank: number, answer: string }>, earlier: Array<{ liveQuizId: string, revealedAt: string, graded: number, correct: number, correctShare: number | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MyGamesQueryVariables = Exact<{
  running: boolean;
  after?: string | null | undefined;
}>;

export type MyGamesQuery = { myGames: { totalCount: number, nodes: Array<{ id: string, title: string, state: LivePhase, pin: string | null, questionIndex: number, questionCount: number, playerCount: number, averageResult: number | null, createdAt: string, finishedAt: string | null, course: { id: string, title: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MyResultQueryVariables = Exact<{
  id: string;
}>;

export type MyResultQuery = { liveQuiz: { id: string, title: string, state: LivePhase, finishedAt: string | null, playerCount: number, mayPractise: boolean, course: { id: string, title: string } | null, myResult: { playerId: string, nickname: string, score: number, rank: number, correct: number, answered: number, details: Array<{ index: number, questionId: string, type: QuestionType, questionText: string, questionHtml: string | null, options: Array<string> | null, prompts: Array<string> | null, answer: unknown, correct: boolean | null, points: number, elapsedMs: number | null, recounted: boolean, rightAnswer: unknown, explanation: string | null, explanationHtml: string | null, feedback: string | null }> } | null } | null };

export type RemoveAcceptedAnswerMutationVariables = Exact<{
  id: string;
  index: number;
  blank: number;
  answer: string;
}>;

export type RemoveAcceptedAnswerMutation = { removeAcceptedAnswer: { scoresChanged: number, ranksChanged: number, addedToQuiz: boolean, changed: Array<{ playerId: string, nickname: string, scoreBefore: number, score: number, rankBefore: number, rank: number }> } };

export type ScoreEssayMutationVariables = Exact<{
  id: string;
  index: number;
  playerId: string;
  points: number;
  feedback?: string | null | undefined;
}>;

export type ScoreEssayMutation = { scoreEssay: { scoresChanged: number, ranksChanged: number } };

export type TypedAnswersQueryVariables = Exact<{
  id: string;
  index: number;
  blank: number;
}>;

export type TypedAnswersQuery = { liveQuizTypedAnswers: { distinct: number, others: number, groups: Array<{ answer: string, count: number, correct: boolean | null }> } };

export const ACCEPT_ANSWER: Document<AcceptAnswerMutation, AcceptAnswerMutationVariables>;
export const COMPARED_QUESTIONS: Document<ComparedQuestionsQuery, ComparedQuestionsQueryVariables>;
export const COURSES_WITH_GAMES: Document<CoursesWithGamesQuery, CoursesWithGamesQueryVariables>;
export const COURSE_GAMES: Document<CourseGamesQuery, CourseGamesQueryVariables>;
export const ESSAYS: Document<EssaysQuery, EssaysQueryVariables>;
export const GAME: Document<GameQuery, GameQueryVariables>;
export const GAME_PUPIL: Document<GamePupilQuery, GamePupilQueryVariables>;
export const GAME_PUPILS: Document<GamePupilsQuery, GamePupilsQueryVariables>;
export const GAME_QUESTIONS: Document<GameQuestionsQuery, GameQuestionsQueryVariables>;
export const MY_GAMES: Document<MyGamesQuery, MyGamesQueryVariables>;
export const MY_RESULT: Document<MyResultQuery, MyResultQueryVariables>;
export const REMOVE_ACCEPTED_ANSWER: Document<RemoveAcceptedAnswerMutation, RemoveAcceptedAnswerMutationVariables>;
export const SCORE_ESSAY: Document<ScoreEssayMutation, ScoreEssayMutationVariables>;
export const TYPED_ANSWERS: Document<TypedAnswersQuery, TypedAnswersQueryVariables>;
