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

export type QuizType =
  | 'FORMATIVE'
  | 'SUMMATIVE'
  | 'PRACTICE';

export type AttemptsCount =
  | 'BEST'
  | 'LAST'
  | 'AVERAGE';

export type ResultsShown =
  | 'GRADED'
  | 'CLOSED'
  | 'RELEASED';

export type SubmissionStatus =
  | 'STARTED'
  | 'SUBMITTED';

export type SealedStatus =
  | 'COMMITTED'
  | 'PENDING'
  | 'ACCEPTED'
  | 'REFUSED';

export type AttemptEnding =
  | 'SUBMITTED'
  | 'DEADLINE'
  | 'TEACHER'
  | 'DISCARDED';

export type GradingStatus =
  | 'AUTO_GRADED'
  | 'PENDING_REVIEW'
  | 'GRADED'
  | 'REVISION_REQUESTED';

export type QuizActivity =
  | 'VIEWED'
  | 'LEFT'
  | 'RETURNED';

export type AttemptQueryVariables = Exact<{
  id: string;
}>;

export type AttemptQuery = { quizAttempt: unknown };

export type AttemptResultQueryVariables = Exact<{
  id: string;
}>;

export type AttemptResultQuery = { quizSubmission: { id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, submittedAt: string | null, ending: AttemptEnding | null, timeTakenSeconds: number | null, gradingStatus: GradingStatus, scorePercentage: number | null, pointsEarned: number | null, pointsPossible: number | null, feedback: string | null, resultShown: boolean, mayPractise: boolean, sealed: SealedStatus | null, student: { id: string, profile: { fullName: string } }, answers: Array<{ questionId: string, type: QuestionType, questionText: string, questionHtml: string | null, mediaUrl: string | null, mediaAlt: string | null, options: Array<string> | null, prompts: Array<string> | null, answer: unknown, most: number, earned: number, correct: boolean | null, review: boolean, leftOut: boolean, comment: string | null, rubric: unknown, levels: Array<number> | null, passages: unknown, rightAnswer: unknown, explanation: string | null, explanationHtml: string | null }>, quiz: { id: string, title: string, passingScore: number, maxAttempts: number, attemptsCount: AttemptsCount, resultsShown: ResultsShown, availableFrom: string | null, availableUntil: string | null, forOthers: boolean, showCorrectAnswers: boolean, lesson: { id: string, title: string }, course: { id: string, title: string, myEnrollment: { id: string, status: EnrollmentStatus, removedAt: string | null } | null }, mySubmissions: Array<{ id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, deadlineAt: string | null, submittedAt: string | null, ending: AttemptEnding | null, gradingStatus: GradingStatus, scorePercentage: number | null, resultShown: boolean, sealed: SealedStatus | null }> } } | null };

export type AttemptTimeQueryVariables = Exact<{
  id: string;
}>;

export type AttemptTimeQuery = { quizSubmission: { id: string, status: SubmissionStatus, deadlineAt: string | null } | null };

export type CommitSealedMutationVariables = Exact<{
  id: string;
  revision: number;
  anchor: string;
  head: string;
  length: number;
  clock: string;
}>;

export type CommitSealedMutation = { commitSealedAnswers: { id: string, status: SubmissionStatus } };

export type DecideSealedMutationVariables = Exact<{
  id: string;
  number: number;
  accept: boolean;
  reason?: string | null | undefined;
}>;

export type DecideSealedMutation = { decideSealedAnswers: { id: string, sealed: SealedStatus | null } };

export type NoteActivityMutationVariables = Exact<{
  id: string;
  activity: QuizActivity;
  questionId?: string | null | undefined;
}>;

export type NoteActivityMutation = { noteQuizActivity: boolean };

export type QuizToTakeQueryVariables = Exact<{
  id: string;
}>;

export type QuizToTakeQuery = { quiz: { id: string, title: string, description: string | null, type: QuizType, timeLimitMinutes: number | null, passingScore: number, maxAttempts: number, attemptsCount: AttemptsCount, availableFrom: string | null, availableUntil: string | null, resultsShown: ResultsShown, needsPassword: boolean, forOthers: boolean, myExtraTime: number, myUnlimitedTime: boolean, lesson: { id: string, title: string }, course: { id: string, title: string, myEnrollment: { id: string, status: EnrollmentStatus, removedAt: string | null } | null }, mySubmissions: Array<{ id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, deadlineAt: string | null, submittedAt: string | null, ending: AttemptEnding | null, gradingStatus: GradingStatus, scorePercentage: number | null, resultShown: boolean, sealed: SealedStatus | null }> } | null };

export type ResultSheetQueryVariables = Exact<{
  id: string;
}>;

export type ResultSheetQuery = { quizResultSheet: { format: string, submission: string, root: string, receipts: Array<{ questionId: string, answer: unknown, receipt: string }> } | null };

export type SaveAnswerMutationVariables = Exact<{
  id: string;
  questionId: string;
  answer?: unknown;
  answerId?: string | null | undefined;
  expectedRevision?: number | null | undefined;
}>;

export type SaveAnswerMutation = { submitQuizAnswerWithPayload: { questionId: string, revision: number, savedAt: number, receipt: string | null, anchor: string } };

export type SealedAnswersQueryVariables = Exact<{
  id: string;
}>;

export type SealedAnswersQuery = { quizSealedAnswers: Array<{ number: number, status: SealedStatus, awaySince: string, committedAt: string, late: number, decidedAt: string | null, reason: string | null, answers: Array<{ questionId: string, questionNumber: number, before: unknown, answer: unknown, firstAt: string, lastAt: string, changes: number }> }> };

export type SendSealedMutationVariables = Exact<{
  id: string;
  head: string;
  entries: unknown;
}>;

export type SendSealedMutation = { sendSealedAnswers: { id: string, sealed: SealedStatus | null } };

export type StartAttemptMutationVariables = Exact<{
  quizId: string;
  password?: string | null | undefined;
}>;

export type StartAttemptMutation = { startQuizAttempt: { id: string } };

export type SubmitAttemptMutationVariables = Exact<{
  id: string;
  revision?: number | null | undefined;
}>;

export type SubmitAttemptMutation = { submitQuiz: { id: string } };

export type AttemptedFragment = { id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, deadlineAt: string | null, submittedAt: string | null, ending: AttemptEnding | null, gradingStatus: GradingStatus, scorePercentage: number | null, resultShown: boolean, sealed: SealedStatus | null };

export const ATTEMPT: Document<AttemptQuery, AttemptQueryVariables>;
export const ATTEMPT_RESULT: Document<AttemptResultQuery, AttemptResultQueryVariables>;
export const ATTEMPT_TIME: Document<AttemptTimeQuery, AttemptTimeQueryVariables>;
export const COMMIT_SEALED: Document<CommitSealedMutation, CommitSealedMutationVariables>;
export const DECIDE_SEALED: Document<DecideSealedMutation, DecideSealedMutationVariables>;
export const NOTE_ACTIVITY: Document<NoteActivityMutation, NoteActivityMutationVariables>;
export const QUIZ_TO_TAKE: Document<QuizToTakeQuery, QuizToTakeQueryVariables>;
export const RESULT_SHEET: Document<ResultSheetQuery, ResultSheetQueryVariables>;
export const SAVE_ANSWER: Document<SaveAnswerMutation, SaveAnswerMutationVariables>;
export const SEALED_ANSWERS: Document<SealedAnswersQuery, SealedAnswersQueryVariables>;
export const SEND_SEALED: Document<SendSealedMutation, SendSealedMutationVariables>;
export const START_ATTEMPT: Document<StartAttemptMutation, StartAttemptMutationVariables>;
export const SUBMIT_ATTEMPT: Document<SubmitAttemptMutation, SubmitAttemptMutationVariables>;
