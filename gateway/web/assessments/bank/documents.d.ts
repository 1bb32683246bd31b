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

export type QuestionDifficulty =
  | 'EASY'
  | 'MEDIUM'
  | 'HARD';

export type QuestionFilter = {
  text?: string | null | undefined;
  type?: QuestionType | null | undefined;
  difficulty?: QuestionDifficulty | null | undefined;
  courseId?: string | null | undefined;
  quizId?: string | null | undefined;
  tag?: string | null | undefined;
};

export type BankCoursesQueryVariables = Exact<{ [key: string]: never; }>;

export type BankCoursesQuery = { myCourses: { nodes: Array<{ id: string, title: string }> } };

export type CopyIntoQuizMutationVariables = Exact<{
  quizId: string;
  questionIds: Array<string> | string;
  idempotencyKey?: string | null | undefined;
}>;

export type CopyIntoQuizMutation = { copyQuestions: { id: string } };

export type MyQuestionsQueryVariables = Exact<{
  filter?: QuestionFilter | null | undefined;
  after?: string | null | undefined;
}>;

export type MyQuestionsQuery = { myQuestions: { totalCount: number, nodes: Array<{ id: string, type: QuestionType, questionText: string, difficulty: QuestionDifficulty, tags: Array<string> | null, pool: string | null, problems: unknown, quiz: { id: string, title: string, course: { id: string, title: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MyTagsQueryVariables = Exact<{ [key: string]: never; }>;

export type MyTagsQuery = { myQuestionTags: Array<{ tag: string, questions: number }> };

export type QuizzesOfCourseQueryVariables = Exact<{
  id: string;
}>;

export type QuizzesOfCourseQuery = { course: { id: string, modules: Array<{ lessons: Array<{ quizzes: Array<{ id: string, title: string }> }> }> } | null };

export type TagQuestionsMutationVariables = Exact<{
  questionIds: Array<string> | string;
  add: Array<string> | string;
  remove: Array<string> | string;
}>;

export type TagQuestionsMutation = { tagQuestions: number };

export const BANK_COURSES: Document<BankCoursesQuery, BankCoursesQueryVariables>;
export const COPY_INTO_QUIZ: Document<CopyIntoQuizMutation, CopyIntoQuizMutationVariables>;
export const MY_QUESTIONS: Document<MyQuestionsQuery, MyQuestionsQueryVariables>;
export const MY_TAGS: Document<MyTagsQuery, MyTagsQueryVariables>;
export const QUIZZES_OF_COURSE: Document<QuizzesOfCourseQuery, QuizzesOfCourseQueryVariables>;
export const TAG_QUESTIONS: Document<TagQuestionsMutation, TagQuestionsMutationVariables>;
