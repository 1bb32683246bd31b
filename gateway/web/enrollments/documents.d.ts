// Made of documents.js and the schema: `npm run codegen --prefix tests/web`.
import type { Document } from "../app/graphql.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type Role =
  | 'STUDENT'
  | 'EDUCATOR'
  | 'ADMIN';

export type RegisterInput = {
  email: string;
  password: string;
  fullName: string;
  role?: Role | null | undefined;
  invitation?: string | null | undefined;
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

export type EnrollmentStatus =
  | 'ACTIVE'
  | 'COMPLETED'
  | 'DROPPED';

export type ProgressStatus =
  | 'NOT_STARTED'
  | 'IN_PROGRESS'
  | 'COMPLETED';

export type ProgressInput = {
  status?: ProgressStatus | null | undefined;
  timeSpentSeconds?: number | null | undefined;
};

export type AttemptsCount =
  | 'BEST'
  | 'LAST'
  | 'AVERAGE';

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

export type CourseByLinkQueryVariables = Exact<{
  token: string;
}>;

export type CourseByLinkQuery = { course: { id: string, title: string, description: string, category: string, difficulty: Difficulty, enrollmentCount: number, enrollmentLimit: number | null, instructor: { id: string, profile: { fullName: string } }, modules: Array<{ id: string, durationMinutes: number, lessons: Array<{ id: string }> }>, myEnrollment: { id: string, status: EnrollmentStatus, removedAt: string | null } | null } | null };

export type CourseOutlineQueryVariables = Exact<{
  courseId: string;
}>;

export type CourseOutlineQuery = { course: { id: string, title: string, modules: Array<{ id: string, title: string, prerequisite: { id: string } | null, lessons: Array<{ id: string, title: string, type: LessonType, durationMinutes: number | null, isPreview: boolean, prerequisites: Array<{ id: string }> }> }>, myEnrollment: { id: string, status: EnrollmentStatus, progressPercentage: number, completedAt: string | null, removedAt: string | null, lessons: Array<{ id: string, status: ProgressStatus, timeSpentSeconds: number, lesson: { id: string } }>, certificate: { id: string, certificateId: string } | null } | null } | null };

export type EnrollByLinkMutationVariables = Exact<{
  token: string;
  idempotencyKey?: string | null | undefined;
}>;

export type EnrollByLinkMutation = { enrollByLink: { id: string, status: EnrollmentStatus, course: { id: string, title: string } } };

export type InvitedCourseQueryVariables = Exact<{
  id: string;
}>;

export type InvitedCourseQuery = { course: { id: string, title: string, description: string, category: string, difficulty: Difficulty, enrollmentCount: number, enrollmentLimit: number | null, instructor: { id: string, profile: { fullName: string } }, modules: Array<{ id: string, durationMinutes: number, lessons: Array<{ id: string }> }>, myEnrollment: { id: string, status: EnrollmentStatus, removedAt: string | null } | null } | null };

export type LearningQueryVariables = Exact<{ [key: string]: never; }>;

export type LearningQuery = { myEnrollments: Array<{ id: string, status: EnrollmentStatus, progressPercentage: number, completedAt: string | null, lastAccessedAt: string | null, course: { id: string, title: string, thumbnailUrl: string | null, thumbnailAlt: string | null, instructor: { id: string, profile: { fullName: string } } }, nextLesson: { id: string, title: string, durationMinutes: number | null } | null, certificate: { id: string, certificateId: string, revokedAt: string | null } | null }>, playedGames: { nodes: Array<{ id: string, title: string, finishedAt: string | null, course: { id: string, title: string } | null }> }, mySubmissions: { nodes: Array<{ id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, submittedAt: string | null, gradingStatus: GradingStatus, scorePercentage: number | null, resultShown: boolean, quiz: { id: string, title: string, course: { id: string, title: string } } }> } };

export type LearningGamesQueryVariables = Exact<{ [key: string]: never; }>;

export type LearningGamesQuery = { myEnrollments: Array<{ id: string, course: { id: string, title: string, liveQuizzes: Array<{ id: string, title: string, state: LivePhase, questionIndex: number, questionCount: number }> } }> };

export type LessonQueryVariables = Exact<{
  lessonId: string;
}>;

export type LessonQuery = { node:
    | { id: string, title: string, description: string | null, type: LessonType, contentUrl: string | null, contentText: string | null, durationMinutes: number | null, isPreview: boolean, video: { id: string } | null, quizzes: Array<{ id: string, title: string, timeLimitMinutes: number | null, maxAttempts: number, attemptsCount: AttemptsCount, availableFrom: string | null, availableUntil: string | null, forOthers: boolean, mySubmissions: Array<{ id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, deadlineAt: string | null, submittedAt: string | null, ending: AttemptEnding | null, gradingStatus: GradingStatus, scorePercentage: number | null, resultShown: boolean }> }> }
    | Record<PropertyKey, never>
   | null };

export type LessonGamesQueryVariables = Exact<{
  courseId: string;
}>;

export type LessonGamesQuery = { course: { id: string, liveQuizzes: Array<{ id: string, title: string, state: LivePhase, questionIndex: number, questionCount: number, quiz: { id: string } | null }> } | null, playedGames: { nodes: Array<{ id: string, title: string, finishedAt: string | null, mayPractise: boolean, quiz: { id: string } | null }> } };

export type ProgressUpdatedSubscriptionVariables = Exact<{ [key: string]: never; }>;

export type ProgressUpdatedSubscription = { progressUpdated: { courseId: string, progressPercentage: number, completedLessons: number, totalLessons: number, completedAt: string | null, lesson: { id: string } | null } };

export type RegisterInvitedMutationVariables = Exact<{
  input: RegisterInput;
}>;

export type RegisterInvitedMutation = { register: { accessToken: string | null } };

export type UpdateLessonProgressMutationVariables = Exact<{
  enrollmentId: string;
  lessonId: string;
  progress: ProgressInput;
  idempotencyKey?: string | null | undefined;
}>;

export type UpdateLessonProgressMutation = { updateLessonProgress: { id: string, status: ProgressStatus, timeSpentSeconds: number, completedAt: string | null } };

export type InvitationFragment = { id: string, title: string, description: string, category: string, difficulty: Difficulty, enrollmentCount: number, enrollmentLimit: number | null, instructor: { id: string, profile: { fullName: string } }, modules: Array<{ id: string, durationMinutes: number, lessons: Array<{ id: string }> }>, myEnrollment: { id: string, status: EnrollmentStatus, removedAt: string | null } | null };

export type QuizLineFragment = { id: string, title: string, timeLimitMinutes: number | null, maxAttempts: number, attemptsCount: AttemptsCount, availableFrom: string | null, availableUntil: string | null, forOthers: boolean, mySubmissions: Array<{ id: string, attemptNumber: number, status: SubmissionStatus, startedAt: string, deadlineAt: string | null, submittedAt: string | null, ending: AttemptEnding | null, gradingStatus: GradingStatus, scorePercentage: number | null, resultShown: boolean }> };

export const COURSE_BY_LINK: Document<CourseByLinkQuery, CourseByLinkQueryVariables>;
export const COURSE_OUTLINE: Document<CourseOutlineQuery, CourseOutlineQueryVariables>;
export const ENROLL_BY_LINK: Document<EnrollByLinkMutation, EnrollByLinkMutationVariables>;
export const INVITED_COURSE: Document<InvitedCourseQuery, InvitedCourseQueryVariables>;
export const LEARNING: Document<LearningQuery, LearningQueryVariables>;
export const LEARNING_GAMES: Document<LearningGamesQuery, LearningGamesQueryVariables>;
export const LESSON: Document<LessonQuery, LessonQueryVariables>;
export const LESSON_GAMES: Document<LessonGamesQuery, LessonGamesQueryVariables>;
export const PROGRESS_UPDATED: Document<ProgressUpdatedSubscription, ProgressUpdatedSubscriptionVariables>;
export const REGISTER_INVITED: Document<RegisterInvitedMutation, RegisterInvitedMutationVariables>;
export const UPDATE_LESSON_PROGRESS: Document<UpdateLessonProgressMutation, UpdateLessonProgressMutationVariables>;
