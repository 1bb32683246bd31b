// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type CourseStatus =
  | 'DRAFT'
  | 'PENDING_REVIEW'
  | 'PUBLISHED'
  | 'ARCHIVED';

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

export type TextFormat =
  | 'PLAIN'
  | 'HTML'
  | 'MARKDOWN'
  | 'MOODLE';

export type QuestionDifficulty =
  | 'EASY'
  | 'MEDIUM'
  | 'HARD';

export type QuizType =
  | 'FORMATIVE'
  | 'SUMMATIVE'
  | 'PRACTICE';

export type AttemptsCount =
  | 'BEST'
  | 'LAST'
  | 'AVERAGE';

export type LateAnswers =
  | 'REFUSE'
  | 'REVIEW'
  | 'ACCEPT';

export type ResultsShown =
  | 'GRADED'
  | 'CLOSED'
  | 'RELEASED';

export type UpdateQuizInput = {
  title?: string | null | undefined;
  description?: string | null | undefined;
  type?: QuizType | null | undefined;
  timeLimitMinutes?: number | null | undefined;
  passingScore?: number | null | undefined;
  maxAttempts?: number | null | undefined;
  randomizeQuestions?: boolean | null | undefined;
  randomizeOptions?: boolean | null | undefined;
  showCorrectAnswers?: boolean | null | undefined;
  showExplanations?: boolean | null | undefined;
  allowPractice?: boolean | null | undefined;
  availableFrom?: string | null | undefined;
  availableUntil?: string | null | undefined;
  decimalComma?: boolean | null | undefined;
  attemptsCount?: AttemptsCount | null | undefined;
  reviewShortAnswers?: boolean | null | undefined;
  resultsShown?: ResultsShown | null | undefined;
  negativeMarking?: number | null | undefined;
  lateAnswers?: LateAnswers | null | undefined;
  secondGrading?: number | null | undefined;
};

export type QuestionInput = {
  type: QuestionType;
  questionText: string;
  format?: TextFormat | null | undefined;
  options?: Array<string> | null | undefined;
  multiple?: boolean | null | undefined;
  answer?: AnswerKeyInput | null | undefined;
  explanation?: string | null | undefined;
  mediaUrl?: string | null | undefined;
  mediaAlt?: string | null | undefined;
  points?: number | null | undefined;
  exactPoints?: number | null | undefined;
  allOrNothing?: boolean | null | undefined;
  difficulty?: QuestionDifficulty | null | undefined;
  seconds?: number | null | undefined;
  notes?: string | null | undefined;
  tags?: Array<string> | null | undefined;
  rubric?: RubricInput | null | undefined;
};

export type QuizPoolInput = {
  name: string;
  draw: number;
  questionIds: Array<string>;
};

export type RubricInput = {
  criteria: Array<CriterionInput>;
  shown?: boolean | null | undefined;
};

export type CriterionInput = {
  name: string;
  description?: string | null | undefined;
  levels: Array<LevelInput>;
};

export type LevelInput = {
  points: number;
  name: string;
  description?: string | null | undefined;
};

export type AnswerKeyInput =
  {   choice: ChoiceKeyInput; trueFalse?: never; text?: never; blanks?: never; matching?: never; numeric?: never; ordering?: never; hotspot?: never; essay?: never; }
  |  { choice?: never;   trueFalse: boolean; text?: never; blanks?: never; matching?: never; numeric?: never; ordering?: never; hotspot?: never; essay?: never; }
  |  { choice?: never; trueFalse?: never;   text: TextKeyInput; blanks?: never; matching?: never; numeric?: never; ordering?: never; hotspot?: never; essay?: never; }
  |  { choice?: never; trueFalse?: never; text?: never;   blanks: Array<BlankInput>; matching?: never; numeric?: never; ordering?: never; hotspot?: never; essay?: never; }
  |  { choice?: never; trueFalse?: never; text?: never; blanks?: never;   matching: MatchingKeyInput; numeric?: never; ordering?: never; hotspot?: never; essay?: never; }
  |  { choice?: never; trueFalse?: never; text?: never; blanks?: never; matching?: never;   numeric: NumericKeyInput; ordering?: never; hotspot?: never; essay?: never; }
  |  { choice?: never; trueFalse?: never; text?: never; blanks?: never; matching?: never; numeric?: never;   ordering: OrderingKeyInput; hotspot?: never; essay?: never; }
  |  { choice?: never; trueFalse?: never; text?: never; blanks?: never; matching?: never; numeric?: never; ordering?: never;   hotspot: HotspotKeyInput; essay?: never; }
  |  { choice?: never; trueFalse?: never; text?: never; blanks?: never; matching?: never; numeric?: never; ordering?: never; hotspot?: never;   essay: EssayKeyInput; };

export type ChoiceKeyInput = {
  correct: Array<number>;
  noneAllowed?: boolean | null | undefined;
  weights?: Array<number> | null | undefined;
};

export type TextKeyInput = {
  accepted?: Array<string> | null | undefined;
  patterns?: Array<string> | null | undefined;
  caseSensitive?: boolean | null | undefined;
  number?: number | null | undefined;
  tolerance?: number | null | undefined;
  credits?: Array<CreditInput> | null | undefined;
};

export type CreditInput = {
  weight: number;
  text?: string | null | undefined;
  pattern?: string | null | undefined;
  number?: number | null | undefined;
  tolerance?: number | null | undefined;
};

export type BlankInput = {
  accepted?: Array<string> | null | undefined;
  patterns?: Array<string> | null | undefined;
  number?: number | null | undefined;
  tolerance?: number | null | undefined;
  credits?: Array<CreditInput> | null | undefined;
};

export type MatchingKeyInput = {
  pairs: Array<PairInput>;
  distractors?: Array<string> | null | undefined;
};

export type PairInput = {
  prompt: string;
  match: string;
};

export type NumericKeyInput = {
  answers: Array<AcceptedNumberInput>;
  units?: Array<UnitInput> | null | undefined;
  unitRequired?: boolean | null | undefined;
  unitPenalty?: number | null | undefined;
};

export type AcceptedNumberInput = {
  weight?: number | null | undefined;
  number?: number | null | undefined;
  tolerance?: number | null | undefined;
  percent?: boolean | null | undefined;
  low?: number | null | undefined;
  high?: number | null | undefined;
};

export type UnitInput = {
  name: string;
  factor?: number | null | undefined;
};

export type OrderingKeyInput = {
  items: Array<string>;
};

export type HotspotKeyInput = {
  places: Array<PlaceInput>;
  find?: number | null | undefined;
};

export type PlaceInput =
  {   ellipse: EllipseInput; rectangle?: never; polygon?: never; }
  |  { ellipse?: never;   rectangle: RectangleInput; polygon?: never; }
  |  { ellipse?: never; rectangle?: never;   polygon: PolygonInput; };

export type EllipseInput = {
  x: number;
  y: number;
  radiusX: number;
  radiusY: number;
  name?: string | null | undefined;
};

export type RectangleInput = {
  left: number;
  top: number;
  right: number;
  bottom: number;
  name?: string | null | undefined;
};

export type PolygonInput = {
  corners: Array<CornerInput>;
  name?: string | null | undefined;
};

export type CornerInput = {
  x: number;
  y: number;
};

export type EssayKeyInput = {
  guidance?: string | null | undefined;
};

export type LivePhase =
  | 'LOBBY'
  | 'ANNOUNCED'
  | 'OPEN'
  | 'CLOSED'
  | 'REVEAL'
  | 'LEADERBOARD'
  | 'FINISHED';

export type FileFormat =
  | 'GIFT'
  | 'MOODLE_XML'
  | 'QTI'
  | 'CSV'
  | 'KAHOOT'
  | 'AIKEN';

export type ExportFormat =
  | 'GIFT'
  | 'MOODLE_XML'
  | 'QTI_2_1'
  | 'QTI_2_2'
  | 'QTI_3'
  | 'CSV'
  | 'KAHOOT'
  | 'AIKEN';

export type QuestionFilter = {
  text?: string | null | undefined;
  type?: QuestionType | null | undefined;
  difficulty?: QuestionDifficulty | null | undefined;
  courseId?: string | null | undefined;
  quizId?: string | null | undefined;
  tag?: string | null | undefined;
};

export type AddQuestionMutationVariables = Exact<{
  quizId: string;
  input: QuestionInput;
  position?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;

export type AddQuestionMutation = { addQuestion: { id: string, revision: number, problems: unknown } };

export type CopyQuestionsMutationVariables = Exact<{
  quizId: string;
  questionIds: Array<string> | string;
  idempotencyKey?: string | null | undefined;
}>;

export type CopyQuestionsMutation = { copyQuestions: { id: string, revision: number } };

export type DeleteQuestionMutationVariables = Exact<{
  id: string;
  expectedRevision?: number | null | undefined;
}>;

export type DeleteQuestionMutation = { deleteQuestionWithPayload: { deletedQuestionId: string, quiz: { id: string, revision: number } } };

export type DeleteQuizMutationVariables = Exact<{
  id: string;
  expectedRevision?: number | null | undefined;
}>;

export type DeleteQuizMutation = { deleteQuiz: boolean };

export type ImportQuestionsMutationVariables = Exact<{
  quizId: string;
  file: string;
  only?: Array<number> | number | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;

export type ImportQuestionsMutation = { importQuestions: { questionCount: number, notes: Array<{ line: number, message: string }> } };

export type PreviewQuestionsMutationVariables = Exact<{
  quizId: string;
  file: string;
}>;

export type PreviewQuestionsMutation = { previewQuestions: { format: FileFormat, questions: Array<{ line: number, type: QuestionType, questionText: string, picture: string | null }>, notes: Array<{ line: number, message: string }> } };

export type QuestionBankQueryVariables = Exact<{
  filter?: QuestionFilter | null | undefined;
  after?: string | null | undefined;
}>;

export type QuestionBankQuery = { myQuestions: { totalCount: number, nodes: Array<{ id: string, type: QuestionType, questionText: string, difficulty: QuestionDifficulty, quiz: { id: string, title: string, course: { id: string, title: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type QuizExportQueryVariables = Exact<{
  quizId: string;
  format: ExportFormat;
}>;

export type QuizExportQuery = { quizExport: { leftOut: Array<string> } };

export type QuizPoolsQueryVariables = Exact<{
  id: string;
}>;

export type QuizPoolsQuery = { quiz: { id: string, revision: number, pools: unknown, questions: Array<{ id: string, questionText: string, exactPoints: number, pool: string | null }> } | null };

export type QuizRevisionQueryVariables = Exact<{
  id: string;
}>;

export type QuizRevisionQuery = { quiz: { id: string, revision: number } | null };

export type QuizToEditQueryVariables = Exact<{
  id: string;
}>;

export type QuizToEditQuery = { quiz: { id: string, title: string, description: string | null, type: QuizType, timeLimitMinutes: number | null, passingScore: number, maxAttempts: number, randomizeQuestions: boolean, randomizeOptions: boolean, showCorrectAnswers: boolean, showExplanations: boolean, allowPractice: boolean, availableFrom: string | null, availableUntil: string | null, decimalComma: boolean, negativeMarking: number | null, secondGrading: number | null, attemptsCount: AttemptsCount, resultsShown: ResultsShown, lateAnswers: LateAnswers, reviewShortAnswers: boolean, pools: unknown, revision: number, lesson: { id: string, title: string }, course: { id: string, title: string, status: CourseStatus, instructor: { id: string }, teachers: Array<{ id: string }> }, questions: Array<{ id: string, revision: number, type: QuestionType, questionText: string, questionFormat: TextFormat, mediaUrl: string | null, mediaAlt: string | null, notes: string | null, options: Array<string> | null, multiple: boolean | null, exactPoints: number, allOrNothing: boolean, rubric: unknown, difficulty: QuestionDifficulty, seconds: number | null, explanation: string | null, formats: unknown, correctAnswer: unknown, tags: Array<string> | null, pool: string | null, problems: unknown }> } | null };

export type QuizToStartQueryVariables = Exact<{
  id: string;
}>;

export type QuizToStartQuery = { quiz: { id: string, title: string, type: QuizType, randomizeQuestions: boolean, randomizeOptions: boolean, lesson: { id: string, title: string }, course: { id: string, title: string, status: CourseStatus, instructor: { id: string }, teachers: Array<{ id: string }>, liveQuizzes: Array<{ id: string, title: string, state: LivePhase, quiz: { id: string } | null }> }, questions: Array<{ id: string, revision: number, type: QuestionType, questionText: string, questionFormat: TextFormat, mediaUrl: string | null, mediaAlt: string | null, notes: string | null, options: Array<string> | null, multiple: boolean | null, exactPoints: number, allOrNothing: boolean, rubric: unknown, difficulty: QuestionDifficulty, seconds: number | null, explanation: string | null, formats: unknown, correctAnswer: unknown, tags: Array<string> | null, pool: string | null, problems: unknown }> } | null };

export type ReorderQuestionsMutationVariables = Exact<{
  quizId: string;
  questionIds: Array<string> | string;
  expectedRevision?: number | null | undefined;
}>;

export type ReorderQuestionsMutation = { reorderQuestionsWithPayload: { quiz: { id: string, revision: number } } };

export type SetQuizPoolsMutationVariables = Exact<{
  quizId: string;
  pools: Array<QuizPoolInput> | QuizPoolInput;
  expectedRevision?: number | null | undefined;
}>;

export type SetQuizPoolsMutation = { setQuizPools: { id: string, revision: number } };

export type UpdateQuestionMutationVariables = Exact<{
  id: string;
  input: QuestionInput;
  expectedRevision?: number | null | undefined;
}>;

export type UpdateQuestionMutation = { updateQuestion: { id: string, revision: number, problems: unknown } };

export type UpdateQuizMutationVariables = Exact<{
  id: string;
  input: UpdateQuizInput;
  expectedRevision?: number | null | undefined;
}>;

export type UpdateQuizMutation = { updateQuiz: { id: string, revision: number } };

export type UploadQuizPictureMutationVariables = Exact<{
  quizId: string;
  image: string;
}>;

export type UploadQuizPictureMutation = { uploadQuizPicture: { url: string } };

export const ADD_QUESTION: Document<AddQuestionMutation, AddQuestionMutationVariables>;
export const COPY_QUESTIONS: Document<CopyQuestionsMutation, CopyQuestionsMutationVariables>;
export const DELETE_QUESTION: Document<DeleteQuestionMutation, DeleteQuestionMutationVariables>;
export const DELETE_QUIZ: Document<DeleteQuizMutation, DeleteQuizMutationVariables>;
export const IMPORT_QUESTIONS: Document<ImportQuestionsMutation, ImportQuestionsMutationVariables>;
export const PREVIEW_QUESTIONS: Document<PreviewQuestionsMutation, PreviewQuestionsMutationVariables>;
export const QUESTION_BANK: Document<QuestionBankQuery, QuestionBankQueryVariables>;
export const QUIZ_EXPORT: Document<QuizExportQuery, QuizExportQueryVariables>;
export const QUIZ_POOLS: Document<QuizPoolsQuery, QuizPoolsQueryVariables>;
export const QUIZ_REVISION: Document<QuizRevisionQuery, QuizRevisionQueryVariables>;
export const QUIZ_TO_EDIT: Document<QuizToEditQuery, QuizToEditQueryVariables>;
export const QUIZ_TO_START: Document<QuizToStartQuery, QuizToStartQueryVariables>;
export const REORDER_QUESTIONS: Document<ReorderQuestionsMutation, ReorderQuestionsMutationVariables>;
export const SET_QUIZ_POOLS: Document<SetQuizPoolsMutation, SetQuizPoolsMutationVariables>;
export const UPDATE_QUESTION: Document<UpdateQuestionMutation, UpdateQuestionMutationVariables>;
export const UPDATE_QUIZ: Document<UpdateQuizMutation, UpdateQuizMutationVariables>;
export const UPLOAD_QUIZ_PICTURE: Document<UploadQuizPictureMutation, UploadQuizPictureMutationVariables>;
