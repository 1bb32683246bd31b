// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type MoneyInput = {
  amount: string;
  currency?: string;
};

export type Difficulty =
  | 'BEGINNER'
  | 'INTERMEDIATE'
  | 'ADVANCED';

export type LessonType =
  | 'VIDEO'
  | 'TEXT'
  | 'QUIZ'
  | 'ASSIGNMENT';

export type CourseStatus =
  | 'DRAFT'
  | 'PENDING_REVIEW'
  | 'PUBLISHED'
  | 'ARCHIVED';

export type CourseFilter = {
  category?: string | null | undefined;
  difficulty?: Difficulty | null | undefined;
  instructorId?: string | null | undefined;
  free?: boolean | null | undefined;
  maxPrice?: string | null | undefined;
  minRating?: number | null | undefined;
  title?: string | null | undefined;
};

export type CourseSort =
  | 'NEWEST'
  | 'OLDEST'
  | 'TITLE'
  | 'POPULAR'
  | 'RATING'
  | 'PRICE';

export type UpdateCourseInput = {
  title?: string | null | undefined;
  description?: string | null | undefined;
  category?: string | null | undefined;
  difficulty?: Difficulty | null | undefined;
  price?: MoneyInput | null | undefined;
  enrollmentLimit?: number | null | undefined;
  thumbnailUrl?: string | null | undefined;
  thumbnailAlt?: string | null | undefined;
};

export type UpdateModuleInput = {
  title?: string | null | undefined;
  description?: string | null | undefined;
  prerequisiteModuleId?: string | null | undefined;
};

export type UpdateLessonInput = {
  title?: string | null | undefined;
  type?: LessonType | null | undefined;
  description?: string | null | undefined;
  contentUrl?: string | null | undefined;
  videoId?: string | null | undefined;
  contentText?: string | null | undefined;
  durationMinutes?: number | null | undefined;
  isPreview?: boolean | null | undefined;
};

export type ReviewInput = {
  rating: number;
  comment?: string | null | undefined;
};

export type CreateCourseInput = {
  title: string;
  description: string;
  category: string;
  difficulty: Difficulty;
  price?: MoneyInput | null | undefined;
  enrollmentLimit?: number | null | undefined;
};

export type CreateModuleInput = {
  title: string;
  description?: string | null | undefined;
  prerequisiteModuleId?: string | null | undefined;
};

export type CreateLessonInput = {
  title: string;
  type: LessonType;
  description?: string | null | undefined;
  contentUrl?: string | null | undefined;
  videoId?: string | null | undefined;
  contentText?: string | null | undefined;
  durationMinutes?: number | null | undefined;
  isPreview?: boolean | null | undefined;
};

export type EnrollmentStatus =
  | 'ACTIVE'
  | 'COMPLETED'
  | 'DROPPED';

export type InvitedLineStatus =
  | 'INVITED'
  | 'INVITED_BEFORE'
  | 'ENROLLED'
  | 'REMOVED'
  | 'TEACHES'
  | 'DUPLICATE'
  | 'INVALID'
  | 'NO_PLACE'
  | 'TOO_OFTEN';

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

export type QuizSettingsInput = {
  title: string;
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

export type CreateQuizInput = {
  settings: QuizSettingsInput;
  questions: Array<QuestionInput>;
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

export type SubmissionStatus =
  | 'STARTED'
  | 'SUBMITTED';

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

export type AcceptCourseMutationVariables = Exact<{
  courseId: string;
}>;

export type AcceptCourseMutation = { acceptCourse: { id: string } };

export type AddAssistantMutationVariables = Exact<{
  courseId: string;
  email?: string | null | undefined;
}>;

export type AddAssistantMutation = { addAssistant: { id: string } };

export type AddCoTeacherMutationVariables = Exact<{
  courseId: string;
  email?: string | null | undefined;
}>;

export type AddCoTeacherMutation = { addCoTeacher: { id: string } };

export type AddLessonMutationVariables = Exact<{
  moduleId: string;
  input: CreateLessonInput;
  idempotencyKey?: string | null | undefined;
}>;

export type AddLessonMutation = { addLesson: { id: string } };

export type AddModuleMutationVariables = Exact<{
  courseId: string;
  input: CreateModuleInput;
  idempotencyKey?: string | null | undefined;
}>;

export type AddModuleMutation = { addModule: { id: string } };

export type ArchiveCourseMutationVariables = Exact<{
  id: string;
}>;

export type ArchiveCourseMutation = { archiveCourse: { id: string, status: CourseStatus } };

export type CatalogueQueryVariables = Exact<{
  filter?: CourseFilter | null | undefined;
  sort?: CourseSort | null | undefined;
  after?: string | null | undefined;
}>;

export type CatalogueQuery = { courses: { totalCount: number, nodes: Array<{ id: string, title: string, slug: string, description: string, category: string, difficulty: Difficulty, thumbnailUrl: string | null, thumbnailAlt: string | null, enrollmentCount: number, enrollmentLimit: number | null, averageRating: number | null, totalReviews: number, price: { amount: string, currency: string }, instructor: { profile: { fullName: string } }, myEnrollment: { id: string, status: EnrollmentStatus, removedAt: string | null, progressPercentage: number } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CategoriesQueryVariables = Exact<{ [key: string]: never; }>;

export type CategoriesQuery = { courseCategories: Array<{ name: string, courses: number }> };

export type CloneCourseMutationVariables = Exact<{
  id: string;
  title?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;

export type CloneCourseMutation = { cloneCourse: { id: string } };

export type CourseBySlugQueryVariables = Exact<{
  slug: string;
}>;

export type CourseBySlugQuery = { courseBySlug: { id: string } | null };

export type CoursePageQueryVariables = Exact<{
  id: string;
}>;

export type CoursePageQuery = { course: { id: string, title: string, slug: string, description: string, category: string, difficulty: Difficulty, status: CourseStatus, thumbnailUrl: string | null, thumbnailAlt: string | null, enrollmentCount: number, enrollmentLimit: number | null, averageRating: number | null, totalReviews: number, publishedAt: string | null, updatedAt: string, price: { amount: string, currency: string }, instructor: { id: string }, assistants: Array<{ id: string }>, teachers: Array<{ id: string, profile: { fullName: string, avatarUrl: string | null, bio: string | null } }>, modules: Array<{ id: string, title: string, description: string | null, durationMinutes: number, prerequisite: { id: string, title: string } | null, lessons: Array<{ id: string, title: string, type: LessonType, durationMinutes: number | null, isPreview: boolean, prerequisites: Array<{ id: string, title: string }> }> }>, myEnrollment: { id: string, status: EnrollmentStatus, removedAt: string | null, progressPercentage: number, progress: { completedLessons: number, totalLessons: number }, nextLesson: { id: string, title: string } | null } | null, myReview: { id: string, rating: number, comment: string | null, updatedAt: string } | null } | null };

export type CourseQuizzesQueryVariables = Exact<{
  courseId: string;
}>;

export type CourseQuizzesQuery = { course: { id: string, modules: Array<{ id: string, lessons: Array<{ id: string, quizzes: Array<{ id: string, title: string, timeLimitMinutes: number | null, maxAttempts: number, attemptsCount: AttemptsCount, availableFrom: string | null, availableUntil: string | null, forOthers: boolean, mySubmissions: Array<{ id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, deadlineAt: string | null, submittedAt: string | null, ending: AttemptEnding | null, gradingStatus: GradingStatus, scorePercentage: number | null, resultShown: boolean }> }> }> }> } | null };

export type CreateCourseMutationVariables = Exact<{
  input: CreateCourseInput;
  idempotencyKey?: string | null | undefined;
}>;

export type CreateCourseMutation = { createCourse: { id: string } };

export type CreateLinkMutationVariables = Exact<{
  courseId: string;
  expiresAt?: string | null | undefined;
  maxUses?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;

export type CreateLinkMutation = { createEnrollmentLink: { id: string } };

export type DeclineCourseMutationVariables = Exact<{
  courseId: string;
}>;

export type DeclineCourseMutation = { declineCourse: { courseId: string } };

export type DeleteCourseMutationVariables = Exact<{
  id: string;
}>;

export type DeleteCourseMutation = { deleteCourse: boolean };

export type DeleteLessonMutationVariables = Exact<{
  id: string;
}>;

export type DeleteLessonMutation = { deleteLesson: boolean };

export type DeleteModuleMutationVariables = Exact<{
  id: string;
}>;

export type DeleteModuleMutation = { deleteModule: boolean };

export type DeleteReviewMutationVariables = Exact<{
  id: string;
}>;

export type DeleteReviewMutation = { deleteReviewWithPayload: { deletedReviewId: string } };

export type EditCourseQueryVariables = Exact<{
  id: string;
}>;

export type EditCourseQuery = { course: { id: string, title: string, slug: string, description: string, category: string, difficulty: Difficulty, status: CourseStatus, thumbnailUrl: string | null, thumbnailAlt: string | null, enrollmentCount: number, enrollmentLimit: number | null, publishedAt: string | null, updatedAt: string, revision: number, price: { amount: string, currency: string }, instructor: { id: string, profile: { fullName: string, avatarUrl: string | null } }, teachers: Array<{ id: string, profile: { fullName: string, avatarUrl: string | null } }>, assistants: Array<{ id: string, profile: { fullName: string, avatarUrl: string | null } }>, offer: { offeredAt: string, expiresAt: string, offeredTo: { id: string, profile: { fullName: string } } } | null, missing: Array<{ field: string, code: string, min: number | null, lesson: { id: string, title: string } | null }>, modules: Array<{ id: string, revision: number, title: string, description: string | null, prerequisite: { id: string, title: string } | null, lessons: Array<{ id: string, revision: number, title: string, type: LessonType, durationMinutes: number | null, isPreview: boolean, prerequisites: Array<{ id: string, title: string }>, quizzes: Array<{ id: string, title: string }> }> }> } | null };

export type EditLessonQueryVariables = Exact<{
  id: string;
}>;

export type EditLessonQuery = { lesson: { id: string, revision: number, title: string, type: LessonType, description: string | null, contentUrl: string | null, contentText: string | null, durationMinutes: number | null, isPreview: boolean, video: { id: string, title: string } | null } | null };

export type EnrollMutationVariables = Exact<{
  courseId: string;
  idempotencyKey?: string | null | undefined;
}>;

export type EnrollMutation = { enrollInCourse: { id: string } };

export type GamesPlayedQueryVariables = Exact<{
  courseId: string;
}>;

export type GamesPlayedQuery = { playedGames: { nodes: Array<{ id: string, title: string, finishedAt: string | null, mayPractise: boolean, myResult: { correct: number, details: Array<{ correct: boolean | null }> } | null }> } };

export type InviteMutationVariables = Exact<{
  courseId: string;
  csv?: string | null | undefined;
}>;

export type InviteMutation = { inviteStudents: { invited: number, lines: Array<{ line: number, address: string, status: InvitedLineStatus, code: string | null, reason: string | null, sameAs: number | null }> } };

export type LeaveMutationVariables = Exact<{
  enrollmentId: string;
}>;

export type LeaveMutation = { withdrawEnrollmentWithPayload: { enrollment: { id: string, status: EnrollmentStatus } } };

export type LessonContentQueryVariables = Exact<{
  id: string;
}>;

export type LessonContentQuery = { lesson: { id: string, description: string | null, contentUrl: string | null, contentText: string | null, video: { id: string } | null } | null };

export type MoveLessonMutationVariables = Exact<{
  lessonId: string;
  moduleId: string;
  position?: number | null | undefined;
}>;

export type MoveLessonMutation = { moveLesson: { id: string } };

export type NewQuizMutationVariables = Exact<{
  lessonId: string;
  input: CreateQuizInput;
  idempotencyKey?: string | null | undefined;
}>;

export type NewQuizMutation = { createQuiz: { id: string } };

export type OfferCourseMutationVariables = Exact<{
  courseId: string;
  email?: string | null | undefined;
}>;

export type OfferCourseMutation = { offerCourse: { id: string } };

export type PublishCourseMutationVariables = Exact<{
  id: string;
}>;

export type PublishCourseMutation = { publishCourse: { id: string, status: CourseStatus } };

export type ReadmitStudentMutationVariables = Exact<{
  enrollmentId: string;
}>;

export type ReadmitStudentMutation = { readmitStudent: { id: string } };

export type RemoveInvitationMutationVariables = Exact<{
  invitationId: string;
}>;

export type RemoveInvitationMutation = { removeInvitation: { removedInvitationId: string } };

export type RemoveStudentMutationVariables = Exact<{
  enrollmentId: string;
  reason: string;
}>;

export type RemoveStudentMutation = { removeStudent: { id: string } };

export type RemoveTeacherMutationVariables = Exact<{
  courseId: string;
  userId: string;
}>;

export type RemoveTeacherMutation = { removeTeacher: boolean };

export type ReorderLessonsMutationVariables = Exact<{
  moduleId: string;
  lessonIds: Array<string> | string;
}>;

export type ReorderLessonsMutation = { reorderLessons: boolean };

export type ReorderModulesMutationVariables = Exact<{
  courseId: string;
  moduleIds: Array<string> | string;
}>;

export type ReorderModulesMutation = { reorderModules: boolean };

export type RestoreCourseMutationVariables = Exact<{
  id: string;
}>;

export type RestoreCourseMutation = { restoreCourse: { id: string, status: CourseStatus } };

export type ReviewsQueryVariables = Exact<{
  courseId: string;
  after?: string | null | undefined;
}>;

export type ReviewsQuery = { course: { id: string, reviews: { totalCount: number, nodes: Array<{ id: string, rating: number, comment: string | null, createdAt: string, updatedAt: string, student: { id: string, profile: { fullName: string, avatarUrl: string | null } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type ReviewCourseMutationVariables = Exact<{
  courseId: string;
  input: ReviewInput;
}>;

export type ReviewCourseMutation = { reviewCourse: { id: string } };

export type RevokeLinkMutationVariables = Exact<{
  linkId: string;
}>;

export type RevokeLinkMutation = { revokeEnrollmentLink: { id: string } };

export type SetExtraTimeMutationVariables = Exact<{
  courseId: string;
  userId: string;
  extraTime: number;
  unlimited?: boolean | null | undefined;
}>;

export type SetExtraTimeMutation = { setAccommodation: { id: string, extraTime: number | null, unlimitedTime: boolean | null } };

export type SetPrerequisitesMutationVariables = Exact<{
  lessonId: string;
  prerequisiteIds: Array<string> | string;
  expectedRevision?: number | null | undefined;
}>;

export type SetPrerequisitesMutation = { setLessonPrerequisites: { id: string } };

export type StudentsQueryVariables = Exact<{
  courseId: string;
  status?: EnrollmentStatus | null | undefined;
  after?: string | null | undefined;
}>;

export type StudentsQuery = { courseEnrollments: { totalCount: number, nodes: Array<{ id: string, status: EnrollmentStatus, enrolledAt: string, completedAt: string | null, lastAccessedAt: string | null, progressPercentage: number, withdrawnAt: string | null, removedAt: string | null, removalReason: string | null, extraTime: number | null, unlimitedTime: boolean | null, removedBy: { profile: { fullName: string } } | null, student: { id: string, profile: { fullName: string, avatarUrl: string | null } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TeacherHomeQueryVariables = Exact<{
  after?: string | null | undefined;
}>;

export type TeacherHomeQuery = { myCourses: { totalCount: number, nodes: Array<{ id: string, title: string, status: CourseStatus, thumbnailUrl: string | null, thumbnailAlt: string | null, enrollmentCount: number, enrollmentLimit: number | null, instructor: { id: string }, missing: Array<{ field: string, code: string, min: number | null, lesson: { id: string, title: string } | null }>, liveQuizzes: Array<{ id: string, title: string, pin: string | null, state: LivePhase, playerCount: number }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type TransferCourseMutationVariables = Exact<{
  courseId: string;
  email?: string | null | undefined;
}>;

export type TransferCourseMutation = { transferCourse: { id: string } };

export type UpdateCourseMutationVariables = Exact<{
  id: string;
  input: UpdateCourseInput;
  expectedRevision?: number | null | undefined;
}>;

export type UpdateCourseMutation = { updateCourse: { id: string } };

export type UpdateLessonMutationVariables = Exact<{
  id: string;
  input: UpdateLessonInput;
  expectedRevision?: number | null | undefined;
}>;

export type UpdateLessonMutation = { updateLesson: { id: string } };

export type UpdateModuleMutationVariables = Exact<{
  id: string;
  input: UpdateModuleInput;
  expectedRevision?: number | null | undefined;
}>;

export type UpdateModuleMutation = { updateModule: { id: string } };

export type UploadCoursePictureMutationVariables = Exact<{
  courseId: string;
  image: string;
}>;

export type UploadCoursePictureMutation = { uploadCoursePicture: { url: string } };

export type WaitingQueryVariables = Exact<{ [key: string]: never; }>;

export type WaitingQuery = { myCourseOffers: Array<{ expiresAt: string, course: { id: string, title: string }, offeredBy: { profile: { fullName: string } } }>, toScore: { nodes: Array<{ id: string, title: string, finishedAt: string | null, unscored: number | null, course: { title: string } | null, questions: Array<{ index: number, unscored: number }> }> }, myGames: { nodes: Array<{ id: string, title: string, finishedAt: string | null, playerCount: number, averageResult: number | null, course: { id: string, title: string } | null }> } };

export type WaysInQueryVariables = Exact<{
  courseId: string;
  after?: string | null | undefined;
}>;

export type WaysInQuery = { course: { id: string, enrollmentLinks: Array<{ id: string, url: string, createdAt: string, expiresAt: string, maxUses: number | null, uses: number, revokedAt: string | null, open: boolean }>, invitations: { totalCount: number, nodes: Array<{ id: string, email: string, sentAt: string, expiresAt: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type GapFragment = { field: string, code: string, min: number | null, lesson: { id: string, title: string } | null };

export const ACCEPT_COURSE: Document<AcceptCourseMutation, AcceptCourseMutationVariables>;
export const ADD_ASSISTANT: Document<AddAssistantMutation, AddAssistantMutationVariables>;
export const ADD_CO_TEACHER: Document<AddCoTeacherMutation, AddCoTeacherMutationVariables>;
export const ADD_LESSON: Document<AddLessonMutation, AddLessonMutationVariables>;
export const ADD_MODULE: Document<AddModuleMutation, AddModuleMutationVariables>;
export const ARCHIVE_COURSE: Document<ArchiveCourseMutation, ArchiveCourseMutationVariables>;
export const CATALOGUE: Document<CatalogueQuery, CatalogueQueryVariables>;
export const CATEGORIES: Document<CategoriesQuery, CategoriesQueryVariables>;
export const CLONE_COURSE: Document<CloneCourseMutation, CloneCourseMutationVariables>;
export const COURSE_BY_SLUG: Document<CourseBySlugQuery, CourseBySlugQueryVariables>;
export const COURSE_PAGE: Document<CoursePageQuery, CoursePageQueryVariables>;
export const COURSE_QUIZZES: Document<CourseQuizzesQuery, CourseQuizzesQueryVariables>;
export const CREATE_COURSE: Document<CreateCourseMutation, CreateCourseMutationVariables>;
export const CREATE_LINK: Document<CreateLinkMutation, CreateLinkMutationVariables>;
export const DECLINE_COURSE: Document<DeclineCourseMutation, DeclineCourseMutationVariables>;
export const DELETE_COURSE: Document<DeleteCourseMutation, DeleteCourseMutationVariables>;
export const DELETE_LESSON: Document<DeleteLessonMutation, DeleteLessonMutationVariables>;
export const DELETE_MODULE: Document<DeleteModuleMutation, DeleteModuleMutationVariables>;
export const DELETE_REVIEW: Document<DeleteReviewMutation, DeleteReviewMutationVariables>;
export const EDIT_COURSE: Document<EditCourseQuery, EditCourseQueryVariables>;
export const EDIT_LESSON: Document<EditLessonQuery, EditLessonQueryVariables>;
export const ENROLL: Document<EnrollMutation, EnrollMutationVariables>;
export const GAMES_PLAYED: Document<GamesPlayedQuery, GamesPlayedQueryVariables>;
export const INVITE: Document<InviteMutation, InviteMutationVariables>;
export const LEAVE: Document<LeaveMutation, LeaveMutationVariables>;
export const LESSON_CONTENT: Document<LessonContentQuery, LessonContentQueryVariables>;
export const MOVE_LESSON: Document<MoveLessonMutation, MoveLessonMutationVariables>;
export const NEW_QUIZ: Document<NewQuizMutation, NewQuizMutationVariables>;
export const OFFER_COURSE: Document<OfferCourseMutation, OfferCourseMutationVariables>;
export const PUBLISH_COURSE: Document<PublishCourseMutation, PublishCourseMutationVariables>;
export const READMIT_STUDENT: Document<ReadmitStudentMutation, ReadmitStudentMutationVariables>;
export const REMOVE_INVITATION: Document<RemoveInvitationMutation, RemoveInvitationMutationVariables>;
export const REMOVE_STUDENT: Document<RemoveStudentMutation, RemoveStudentMutationVariables>;
export const REMOVE_TEACHER: Document<RemoveTeacherMutation, RemoveTeacherMutationVariables>;
export const REORDER_LESSONS: Document<ReorderLessonsMutation, ReorderLessonsMutationVariables>;
export const REORDER_MODULES: Document<ReorderModulesMutation, ReorderModulesMutationVariables>;
export const RESTORE_COURSE: Document<RestoreCourseMutation, RestoreCourseMutationVariables>;
export const REVIEWS: Document<ReviewsQuery, ReviewsQueryVariables>;
export const REVIEW_COURSE: Document<ReviewCourseMutation, ReviewCourseMutationVariables>;
export const REVOKE_LINK: Document<RevokeLinkMutation, RevokeLinkMutationVariables>;
export const SET_EXTRA_TIME: Document<SetExtraTimeMutation, SetExtraTimeMutationVariables>;
export const SET_PREREQUISITES: Document<SetPrerequisitesMutation, SetPrerequisitesMutationVariables>;
export const STUDENTS: Document<StudentsQuery, StudentsQueryVariables>;
export const TEACHER_HOME: Document<TeacherHomeQuery, TeacherHomeQueryVariables>;
export const TRANSFER_COURSE: Document<TransferCourseMutation, TransferCourseMutationVariables>;
export const UPDATE_COURSE: Document<UpdateCourseMutation, UpdateCourseMutationVariables>;
export const UPDATE_LESSON: Document<UpdateLessonMutation, UpdateLessonMutationVariables>;
export const UPDATE_MODULE: Document<UpdateModuleMutation, UpdateModuleMutationVariables>;
export const UPLOAD_COURSE_PICTURE: Document<UploadCoursePictureMutation, UploadCoursePictureMutationVariables>;
export const WAITING: Document<WaitingQuery, WaitingQueryVariables>;
export const WAYS_IN: Document<WaysInQuery, WaysInQueryVariables>;
