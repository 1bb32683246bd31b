// What the pages of learners ask for.

export const LEARNING = `query Learning {
  myEnrollments {
    id status progressPercentage completedAt lastAccessedAt
    course { id title thumbnailUrl thumbnailAlt instructor { id profile { fullName } } }
    nextLesson { id title durationMinutes }
    certificate { id certificateId revokedAt }
  }
  playedGames(first: 5) { nodes { id title finishedAt course { id title } } }
  mySubmissions(first: 5) { nodes {
    id attemptNumber status startedAt submittedAt gradingStatus scorePercentage resultShown quiz { id title course { id title } }
  } }
}`;
export const LEARNING_GAMES = `query LearningGames { myEnrollments(status: ACTIVE) { id course { id title liveQuizzes { id title state questionIndex questionCount } } } }`;
export const PROGRESS_UPDATED = `subscription ProgressUpdated { progressUpdated { courseId progressPercentage completedLessons totalLessons completedAt lesson { id } } }`;

export const COURSE_OUTLINE = `query CourseOutline($courseId: ID!) {
  course(id: $courseId) {
    id title
    modules { id title prerequisite { id } lessons { id title type durationMinutes isPreview prerequisites { id } } }
    myEnrollment {
      id status progressPercentage completedAt removedAt
      lessons { id status timeSpentSeconds lesson { id } }
      certificate { id certificateId }
    }
  }
}`;
export const LESSON = `query Lesson($lessonId: ID!) { node(id: $lessonId) { ... on Lesson {
  id title description type contentUrl contentText video { id } durationMinutes isPreview quizzes { ...QuizLine }
} } }
fragment QuizLine on Quiz {
  id title timeLimitMinutes maxAttempts attemptsCount availableFrom availableUntil forOthers
  mySubmissions { id attemptNumber status startedAt deadlineAt submittedAt ending gradingStatus scorePercentage resultShown }
}`;
export const LESSON_GAMES = `query LessonGames($courseId: ID!) { course(id: $courseId) { id liveQuizzes { id title state questionIndex questionCount quiz { id } } }
  playedGames(courseId: $courseId, first: 20) { nodes { id title finishedAt mayPractise quiz { id } } }
}`;
export const UPDATE_LESSON_PROGRESS = `mutation UpdateLessonProgress($enrollmentId: ID!, $lessonId: ID!, $progress: ProgressInput!, $idempotencyKey: IdempotencyKey) {
  updateLessonProgress(enrollmentId: $enrollmentId, lessonId: $lessonId, progress: $progress, idempotencyKey: $idempotencyKey) { id status timeSpentSeconds completedAt }
}`;

export const COURSE_BY_LINK = `query CourseByLink($token: String!) { course: courseByLink(token: $token) { ...Invitation } }
fragment Invitation on Course {
  id title description category difficulty enrollmentCount enrollmentLimit instructor { id profile { fullName } }
  modules { id durationMinutes lessons { id } }
  myEnrollment { id status removedAt }
}`;
export const INVITED_COURSE = `query InvitedCourse($id: ID!) { course(id: $id) { ...Invitation } }
fragment Invitation on Course {
  id title description category difficulty enrollmentCount enrollmentLimit instructor { id profile { fullName } }
  modules { id durationMinutes lessons { id } }
  myEnrollment { id status removedAt }
}`;
export const ENROLL_BY_LINK = `mutation EnrollByLink($token: String!, $idempotencyKey: IdempotencyKey) {
  enrollByLink(token: $token, idempotencyKey: $idempotencyKey) { id status course { id title } }
}`;
export const REGISTER_INVITED = `mutation RegisterInvited($input: RegisterInput!) { register(input: $input) { accessToken } }`;
