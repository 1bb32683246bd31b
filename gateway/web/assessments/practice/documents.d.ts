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

export type PracticeAnswerInput =
  {   chosen: Array<number>; trueFalse?: never; text?: never; blanks?: never; matched?: never; ordered?: never; marked?: never; }
  |  { chosen?: never;   trueFalse: boolean; text?: never; blanks?: never; matched?: never; ordered?: never; marked?: never; }
  |  { chosen?: never; trueFalse?: never;   text: string; blanks?: never; matched?: never; ordered?: never; marked?: never; }
  |  { chosen?: never; trueFalse?: never; text?: never;   blanks: Array<string>; matched?: never; ordered?: never; marked?: never; }
  |  { chosen?: never; trueFalse?: never; text?: never; blanks?: never;   matched: Array<number>; ordered?: never; marked?: never; }
  |  { chosen?: never; trueFalse?: never; text?: never; blanks?: never; matched?: never;   ordered: Array<number>; marked?: never; }
  |  { chosen?: never; trueFalse?: never; text?: never; blanks?: never; matched?: never; ordered?: never;   marked: Array<number>; };

export type SubmissionStatus =
  | 'STARTED'
  | 'SUBMITTED';

export type CheckAnswerQueryVariables = Exact<{
  id: string;
  index: number;
  answer: PracticeAnswerInput;
}>;

export type CheckAnswerQuery = { checkPracticeAnswer: { correct: boolean, share: number, right: unknown, accepted: Array<string>, places: unknown, explanation: string | null, explanationHtml: string | null } };

export type CheckInAttemptQueryVariables = Exact<{
  id: string;
  questionId: string;
  answer: PracticeAnswerInput;
}>;

export type CheckInAttemptQuery = { checkAttemptPracticeAnswer: { correct: boolean, share: number, right: unknown, accepted: Array<string>, places: unknown, explanation: string | null, explanationHtml: string | null } };

export type PracticeQueryVariables = Exact<{
  id: string;
}>;

export type PracticeQuery = { liveQuiz: { id: string, title: string, state: LivePhase, mayPractise: boolean, course: { id: string, title: string } | null, config: { shuffleOptions: boolean | null }, myResult: { playerId: string, details: Array<{ index: number, type: QuestionType, byPerson: boolean, correct: boolean | null, questionText: string, questionHtml: string | null, options: Array<string> | null, optionsHtml: Array<string> | null, prompts: Array<string> | null, promptsHtml: Array<string> | null, matches: Array<string> | null, blanks: number | null, multiple: boolean | null, noneAllowed: boolean, unitRequired: boolean, marks: number, items: Array<string> | null, mediaUrl: string | null, mediaAlt: string | null }> } | null, questions: Array<{ index: number, type: QuestionType, byPerson: boolean, questionText: string, questionHtml: string | null, options: Array<string> | null, optionsHtml: Array<string> | null, prompts: Array<string> | null, promptsHtml: Array<string> | null, matches: Array<string> | null, blanks: number | null, multiple: boolean | null, noneAllowed: boolean, unitRequired: boolean, marks: number, items: Array<string> | null, mediaUrl: string | null, mediaAlt: string | null, points: number }> } | null };

export type PracticeOfAttemptQueryVariables = Exact<{
  id: string;
}>;

export type PracticeOfAttemptQuery = { quizSubmission: { id: string, status: SubmissionStatus, mayPractise: boolean, student: { id: string }, quiz: { id: string, title: string, course: { id: string, title: string } }, answers: Array<{ questionId: string, leftOut: boolean, type: QuestionType, byPerson: boolean, correct: boolean | null, questionText: string, questionHtml: string | null, options: Array<string> | null, optionsHtml: Array<string> | null, prompts: Array<string> | null, promptsHtml: Array<string> | null, matches: Array<string> | null, blanks: number | null, multiple: boolean | null, noneAllowed: boolean, unitRequired: boolean, marks: number, items: Array<string> | null, mediaUrl: string | null, mediaAlt: string | null }> } | null };

export type PlayedAnswerFragment = { index: number, type: QuestionType, byPerson: boolean, correct: boolean | null, questionText: string, questionHtml: string | null, options: Array<string> | null, optionsHtml: Array<string> | null, prompts: Array<string> | null, promptsHtml: Array<string> | null, matches: Array<string> | null, blanks: number | null, multiple: boolean | null, noneAllowed: boolean, unitRequired: boolean, marks: number, items: Array<string> | null, mediaUrl: string | null, mediaAlt: string | null };

export const CHECK_ANSWER: Document<CheckAnswerQuery, CheckAnswerQueryVariables>;
export const CHECK_IN_ATTEMPT: Document<CheckInAttemptQuery, CheckInAttemptQueryVariables>;
export const PRACTICE: Document<PracticeQuery, PracticeQueryVariables>;
export const PRACTICE_OF_ATTEMPT: Document<PracticeOfAttemptQuery, PracticeOfAttemptQueryVariables>;
