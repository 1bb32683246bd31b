// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type EndAllMutationVariables = Exact<{
  quizId: string;
}>;

export type EndAllMutation = { endQuizAttempts: number };

export type EndAttemptMutationVariables = Exact<{
  id: string;
}>;

export type EndAttemptMutation = { endQuizAttempt: { id: string } };

export type ExtendAllMutationVariables = Exact<{
  quizId: string;
  minutes: number;
  commandId?: string | null | undefined;
}>;

export type ExtendAllMutation = { extendQuizAttempts: number };

export type ExtendAttemptMutationVariables = Exact<{
  id: string;
  minutes: number;
  commandId?: string | null | undefined;
}>;

export type ExtendAttemptMutation = { extendQuizAttempt: { id: string } };

export type MessageAllMutationVariables = Exact<{
  quizId: string;
  text: string;
  messageId?: string | null | undefined;
}>;

export type MessageAllMutation = { messageQuizAttempts: number };

export type MessageAttemptMutationVariables = Exact<{
  id: string;
  text: string;
  messageId?: string | null | undefined;
}>;

export type MessageAttemptMutation = { messageQuizAttempt: { id: string } };

export type ReopenAttemptMutationVariables = Exact<{
  id: string;
  minutes: number;
  commandId?: string | null | undefined;
}>;

export type ReopenAttemptMutation = { reopenQuizAttempt: { id: string } };

export type WatchedQuizQueryVariables = Exact<{
  id: string;
}>;

export type WatchedQuizQuery = { quiz: { id: string, title: string, timeLimitMinutes: number | null, availableUntil: string | null, lesson: { id: string, title: string }, course: { id: string, title: string } } | null };

export const END_ALL: Document<EndAllMutation, EndAllMutationVariables>;
export const END_ATTEMPT: Document<EndAttemptMutation, EndAttemptMutationVariables>;
export const EXTEND_ALL: Document<ExtendAllMutation, ExtendAllMutationVariables>;
export const EXTEND_ATTEMPT: Document<ExtendAttemptMutation, ExtendAttemptMutationVariables>;
export const MESSAGE_ALL: Document<MessageAllMutation, MessageAllMutationVariables>;
export const MESSAGE_ATTEMPT: Document<MessageAttemptMutation, MessageAttemptMutationVariables>;
export const REOPEN_ATTEMPT: Document<ReopenAttemptMutation, ReopenAttemptMutationVariables>;
export const WATCHED_QUIZ: Document<WatchedQuizQuery, WatchedQuizQueryVariables>;
