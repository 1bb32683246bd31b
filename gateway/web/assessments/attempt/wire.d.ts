// What `quizAttempt` answers; see docs/client-protocols/graphql.md. Times are the server's.

import type { Option, QuestionType } from "../live/wire.js";

/** Unfinished ones too: blanks may be empty, and a prompt without a match is -1. */
export type Answer = boolean | string | number[] | string[];

export interface ShownAnswer {
  answer: Answer | null;
  revision: number;
}

export interface Attempt {
  submissionId: string;
  quizId: string;
  number: number;
  answers: Record<string, ShownAnswer>;
  /** Counts all changes. */
  revision: number;
  startedAt: number;
  deadlineAt: number | null;
  endedAt: number | null;
  ending: "submitted" | "deadline" | "teacher" | "discarded" | null;
  creditedMs: number;
  /** What a chain of sealed answers follows at this revision. */
  anchor: string;
  now: number;
}

export interface TakenQuestion {
  id: string;
  type: QuestionType;
  text: string;
  textHtml: string | null;
  mediaUrl: string | null;
  mediaAlt: string | null;
  options: Option[];
  optionsHtml: string[];
  prompts: string[];
  promptsHtml: string[];
  blanks: number;
  multiple: boolean;
  noneAllowed: boolean;
  unitRequired: boolean;
  marks: number;
  points: number | string;
  rubric?: import("../rubrics/rubric.js").Rubric | null;
}

export interface TakenQuiz {
  title: string;
  description: string | null;
  negativeMarking: number | null;
  attempt: Attempt;
  questions: TakenQuestion[];
}
