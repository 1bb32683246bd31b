// What the pages of courses ask for and change.

export const TEACHER_HOME = `query TeacherHome($after: String) { myCourses(first: 20, after: $after) {
  nodes {
    id title status thumbnailUrl thumbnailAlt enrollmentCount enrollmentLimit instructor { id }
    missing { ...Gap }
    liveQuizzes { id title pin state playerCount }
  }
  pageInfo { hasNextPage endCursor } totalCount
} }
fragment Gap on CourseGap { field code min lesson { id title } }`;
export const WAITING = `query Waiting {
  myCourseOffers { course { id title } offeredBy { profile { fullName } } expiresAt }
  toScore: myGames(first: 10, toScore: true) { nodes { id title finishedAt unscored course { title } questions { index unscored } } }
  myGames(first: 5, running: false) { nodes { id title finishedAt playerCount averageResult course { id title } } }
}`;
export const ACCEPT_COURSE = `mutation AcceptCourse($courseId: ID!) { acceptCourse(courseId: $courseId) { id } }`;
export const DECLINE_COURSE = `mutation DeclineCourse($courseId: ID!) { declineCourse(courseId: $courseId) { courseId } }`;

export const CATEGORIES = `query Categories { courseCategories { name courses } }`;
export const CATALOGUE = `query Catalogue($filter: CourseFilter, $sort: CourseSort, $after: String) {
  courses(first: 24, after: $after, filter: $filter, sort: $sort) {
    nodes {
      id title slug description category difficulty price { amount currency } thumbnailUrl thumbnailAlt
      enrollmentCount enrollmentLimit averageRating totalReviews instructor { profile { fullName } }
      myEnrollment { id status removedAt progressPercentage }
    }
    pageInfo { hasNextPage endCursor } totalCount
  }
}`;

export const COURSE_PAGE = `query CoursePage($id: ID!) { course(id: $id) {
  id title slug description category difficulty price { amount currency } status thumbnailUrl thumbnailAlt
  enrollmentCount enrollmentLimit averageRating totalReviews publishedAt updatedAt
  instructor { id } assistants { id }
  teachers { id profile { fullName avatarUrl bio } }
  modules {
    id title description durationMinutes prerequisite { id title }
    lessons { id title type durationMinutes isPreview prerequisites { id title } }
  }
  myEnrollment { id status removedAt progressPercentage progress { completedLessons totalLessons } nextLesson { id title } }
  myReview { id rating comment updatedAt }
} }`;
export const COURSE_BY_SLUG = `query CourseBySlug($slug: String!) { courseBySlug(slug: $slug) { id } }`;
export const EDIT_LESSON = `query EditLesson($id: ID!) { lesson(id: $id) { id revision title type description contentUrl contentText video { id title } durationMinutes isPreview } }`;
export const LESSON_CONTENT = `query LessonContent($id: ID!) { lesson(id: $id) { id description contentUrl contentText video { id } } }`;
export const ENROLL = `mutation Enroll($courseId: ID!, $idempotencyKey: IdempotencyKey) { enrollInCourse(courseId: $courseId, idempotencyKey: $idempotencyKey) { id } }`;
export const LEAVE = `mutation Leave($enrollmentId: ID!) { withdrawEnrollmentWithPayload(enrollmentId: $enrollmentId) { enrollment { id status } } }`;

export const REVIEWS = `query Reviews($courseId: ID!, $after: String) { course(id: $courseId) { id reviews(first: 10, after: $after) {
  nodes { id rating comment createdAt updatedAt student { id profile { fullName avatarUrl } } }
  pageInfo { hasNextPage endCursor } totalCount
} } }`;
export const REVIEW_COURSE = `mutation ReviewCourse($courseId: ID!, $input: ReviewInput!) { reviewCourse(courseId: $courseId, input: $input) { id } }`;
export const DELETE_REVIEW = `mutation DeleteReview($id: ID!) { deleteReviewWithPayload(id: $id) { deletedReviewId } }`;

export const EDIT_COURSE = `query EditCourse($id: ID!) { course(id: $id) {
  id title slug description category difficulty price { amount currency } status thumbnailUrl thumbnailAlt
  enrollmentCount enrollmentLimit publishedAt updatedAt revision
  instructor { id profile { fullName avatarUrl } }
  teachers { id profile { fullName avatarUrl } }
  assistants { id profile { fullName avatarUrl } }
  offer { offeredTo { id profile { fullName } } offeredAt expiresAt }
  missing { ...Gap }
  modules {
    id revision title description prerequisite { id title }
    lessons { id revision title type durationMinutes isPreview prerequisites { id title } quizzes { id title } }
  }
} }
fragment Gap on CourseGap { field code min lesson { id title } }`;
export const CREATE_COURSE = `mutation CreateCourse($input: CreateCourseInput!, $idempotencyKey: IdempotencyKey) { createCourse(input: $input, idempotencyKey: $idempotencyKey) { id } }`;
export const UPDATE_COURSE = `mutation UpdateCourse($id: ID!, $input: UpdateCourseInput!, $expectedRevision: Int) { updateCourse(id: $id, input: $input, expectedRevision: $expectedRevision) { id } }`;
export const UPLOAD_COURSE_PICTURE = `mutation UploadCoursePicture($courseId: ID!, $image: String!) { uploadCoursePicture(courseId: $courseId, image: $image) { url } }`;
export const PUBLISH_COURSE = `mutation PublishCourse($id: ID!) { publishCourse(id: $id) { id status } }`;
export const ARCHIVE_COURSE = `mutation ArchiveCourse($id: ID!) { archiveCourse(id: $id) { id status } }`;
export const RESTORE_COURSE = `mutation RestoreCourse($id: ID!) { restoreCourse(id: $id) { id status } }`;
export const DELETE_COURSE = `mutation DeleteCourse($id: ID!) { deleteCourse(id: $id) }`;
export const CLONE_COURSE = `mutation CloneCourse($id: ID!, $title: String, $idempotencyKey: IdempotencyKey) { cloneCourse(id: $id, title: $title, idempotencyKey: $idempotencyKey) { id } }`;

export const ADD_MODULE = `mutation AddModule($courseId: ID!, $input: CreateModuleInput!, $idempotencyKey: IdempotencyKey) { addModule(courseId: $courseId, input: $input, idempotencyKey: $idempotencyKey) { id } }`;
export const UPDATE_MODULE = `mutation UpdateModule($id: ID!, $input: UpdateModuleInput!, $expectedRevision: Int) { updateModule(id: $id, input: $input, expectedRevision: $expectedRevision) { id } }`;
export const DELETE_MODULE = `mutation DeleteModule($id: ID!) { deleteModule(id: $id) }`;
export const REORDER_MODULES = `mutation ReorderModules($courseId: ID!, $moduleIds: [ID!]!) { reorderModules(courseId: $courseId, moduleIds: $moduleIds) }`;
export const ADD_LESSON = `mutation AddLesson($moduleId: ID!, $input: CreateLessonInput!, $idempotencyKey: IdempotencyKey) { addLesson(moduleId: $moduleId, input: $input, idempotencyKey: $idempotencyKey) { id } }`;
export const UPDATE_LESSON = `mutation UpdateLesson($id: ID!, $input: UpdateLessonInput!, $expectedRevision: Int) { updateLesson(id: $id, input: $input, expectedRevision: $expectedRevision) { id } }`;
export const DELETE_LESSON = `mutation DeleteLesson($id: ID!) { deleteLesson(id: $id) }`;
export const REORDER_LESSONS = `mutation ReorderLessons($moduleId: ID!, $lessonIds: [ID!]!) { reorderLessons(moduleId: $moduleId, lessonIds: $lessonIds) }`;
export const MOVE_LESSON = `mutation MoveLesson($lessonId: ID!, $moduleId: ID!, $position: Int) { moveLesson(lessonId: $lessonId, moduleId: $moduleId, position: $position) { id } }`;
export const SET_PREREQUISITES = `mutation SetPrerequisites($lessonId: ID!, $prerequisiteIds: [ID!]!, $expectedRevision: Int) { setLessonPrerequisites(lessonId: $lessonId, prerequisiteIds: $prerequisiteIds, expectedRevision: $expectedRevision) { id } }`;
export const NEW_QUIZ = `mutation NewQuiz($lessonId: ID!, $input: CreateQuizInput!, $idempotencyKey: IdempotencyKey) { createQuiz(lessonId: $lessonId, input: $input, idempotencyKey: $idempotencyKey) { id } }`;

export const STUDENTS = `query Students($courseId: ID!, $status: EnrollmentStatus, $after: String) { courseEnrollments(first: 50, after: $after, courseId: $courseId, status: $status) {
  nodes {
    id status enrolledAt completedAt lastAccessedAt progressPercentage withdrawnAt removedAt removalReason extraTime unlimitedTime
    removedBy { profile { fullName } } student { id profile { fullName avatarUrl } }
  }
  pageInfo { hasNextPage endCursor } totalCount
} }`;
export const REMOVE_STUDENT = `mutation RemoveStudent($enrollmentId: ID!, $reason: String!) { removeStudent(enrollmentId: $enrollmentId, reason: $reason) { id } }`;
export const READMIT_STUDENT = `mutation ReadmitStudent($enrollmentId: ID!) { readmitStudent(enrollmentId: $enrollmentId) { id } }`;
export const SET_EXTRA_TIME = `mutation SetExtraTime($courseId: ID!, $userId: ID!, $extraTime: Float!, $unlimited: Boolean) { setAccommodation(courseId: $courseId, userId: $userId, extraTime: $extraTime, unlimited: $unlimited) { id extraTime unlimitedTime } }`;

export const WAYS_IN = `query WaysIn($courseId: ID!, $after: String) { course(id: $courseId) {
  id enrollmentLinks { id url createdAt expiresAt maxUses uses revokedAt open }
  invitations(first: 50, after: $after) { nodes { id email sentAt expiresAt } pageInfo { hasNextPage endCursor } totalCount }
} }`;
export const CREATE_LINK = `mutation CreateLink($courseId: ID!, $expiresAt: DateTime, $maxUses: Int, $idempotencyKey: IdempotencyKey) {
  createEnrollmentLink(courseId: $courseId, expiresAt: $expiresAt, maxUses: $maxUses, idempotencyKey: $idempotencyKey) { id }
}`;
export const REVOKE_LINK = `mutation RevokeLink($linkId: ID!) { revokeEnrollmentLink(linkId: $linkId) { id } }`;
export const INVITE = `mutation Invite($courseId: ID!, $csv: String) { inviteStudents(courseId: $courseId, csv: $csv) {
  invited lines { line address status code reason sameAs }
} }`;
export const REMOVE_INVITATION = `mutation RemoveInvitation($invitationId: ID!) { removeInvitation(invitationId: $invitationId) { removedInvitationId } }`;

export const ADD_CO_TEACHER = `mutation AddCoTeacher($courseId: ID!, $email: String) { addCoTeacher(courseId: $courseId, email: $email) { id } }`;
export const ADD_ASSISTANT = `mutation AddAssistant($courseId: ID!, $email: String) { addAssistant(courseId: $courseId, email: $email) { id } }`;
export const REMOVE_TEACHER = `mutation RemoveTeacher($courseId: ID!, $userId: ID!) { removeTeacher(courseId: $courseId, userId: $userId) }`;
export const OFFER_COURSE = `mutation OfferCourse($courseId: ID!, $email: String) { offerCourse(courseId: $courseId, email: $email) { id } }`;
export const TRANSFER_COURSE = `mutation TransferCourse($courseId: ID!, $email: String) { transferCourse(courseId: $courseId, email: $email) { id } }`;

export const COURSE_QUIZZES = `query CourseQuizzes($courseId: ID!) { course(id: $courseId) { id modules { id lessons { id quizzes {
  id title timeLimitMinutes maxAttempts attemptsCount availableFrom availableUntil forOthers
  mySubmissions { id attemptNumber status startedAt deadlineAt submittedAt ending gradingStatus scorePercentage resultShown }
} } } } }`;
export const GAMES_PLAYED = `query GamesPlayed($courseId: ID!) { playedGames(courseId: $courseId, first: 5) {
  nodes { id title finishedAt mayPractise myResult { correct details { correct } } }
} }`;
