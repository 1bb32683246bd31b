"""Who may do what: one table of operations and of what a user must be to the resource at hand.

The machines of the domains ask it before they decide, the read model makes its visibility of it,
`gateway/PERMISSIONS.md` is printed from it, and one test tries every cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from protocol.errors import AuthenticationError, AuthorizationError


class Relation(StrEnum):
    """What a user is to a resource. One may be several at the same time."""

    GUEST = "guest"
    """Nobody has signed in."""
    USER = "user"
    """Whoever has signed in."""
    EDUCATOR = "educator"
    """By role."""
    ADMIN = "admin"
    """By role."""
    OWNER = "owner"
    """It is the user's own: account, session, enrolment, certificate, review."""
    STUDENT = "student"
    """Enrolled in the course, and not dropped out."""
    FORMER = "former"
    """Dropped out of the course."""
    ASSISTANT = "assistant"
    """Helps to teach the course."""
    CO_TEACHER = "co-teacher"
    INSTRUCTOR = "instructor"
    """Whose course it is."""


R = Relation
ANYBODY = frozenset({R.GUEST, R.USER})
SIGNED_IN = frozenset({R.USER})
ADMINS = frozenset({R.ADMIN})
OWNERS = frozenset({R.OWNER})
INSTRUCTORS = frozenset({R.INSTRUCTOR, R.ADMIN})
TEACHERS = INSTRUCTORS | {R.CO_TEACHER}
STAFF = TEACHERS | {R.ASSISTANT}
MEMBERS = STAFF | {R.STUDENT}


class Permission(msgspec.Struct, frozen=True):
    """`to`: the operation is allowed to whoever is one of these. `on` names the resource."""

    on: str
    to: frozenset[Relation]


PERMISSIONS: Mapping[str, Permission] = {
    # accounts
    "register": Permission("account", ANYBODY),
    "login": Permission("account", ANYBODY),
    "refreshToken": Permission("session", ANYBODY),
    "logout": Permission("session", ANYBODY),
    "logoutEverywhere": Permission("session", OWNERS),
    "endSession": Permission("session", OWNERS),
    "verifyEmail": Permission("account", ANYBODY),
    "resendVerification": Permission("account", OWNERS),
    "requestPasswordReset": Permission("account", ANYBODY),
    "resetPassword": Permission("account", ANYBODY),
    "changePassword": Permission("account", OWNERS),
    "requestEmailChange": Permission("account", OWNERS),
    "confirmEmailChange": Permission("account", ANYBODY),
    "updateProfile": Permission("account", OWNERS),
    "setAvatar": Permission("account", OWNERS),
    "removeAvatar": Permission("account", OWNERS),
    "disableUser": Permission("account", ADMINS),
    "enableUser": Permission("account", ADMINS),
    "changeRole": Permission("account", ADMINS),
    "deleteAccount": Permission("account", OWNERS | ADMINS),
    "erasePersonalData": Permission("account", OWNERS | ADMINS),
    "exportPersonalData": Permission("account", OWNERS | ADMINS),
    # courses
    "createCourse": Permission("course", frozenset({R.EDUCATOR, R.ADMIN})),
    "updateCourse": Permission("course", TEACHERS),
    "publishCourse": Permission("course", INSTRUCTORS),
    "archiveCourse": Permission("course", INSTRUCTORS),
    "restoreCourse": Permission("course", INSTRUCTORS),
    "deleteCourse": Permission("course", INSTRUCTORS),
    "cloneCourse": Permission("course", TEACHERS),
    "addCoTeacher": Permission("course", INSTRUCTORS),
    "addAssistant": Permission("course", TEACHERS),
    "removeTeacher": Permission("course", INSTRUCTORS),
    "addModule": Permission("course", TEACHERS),
    "updateModule": Permission("course", TEACHERS),
    "deleteModule": Permission("course", TEACHERS),
    "reorderModules": Permission("course", TEACHERS),
    "addLesson": Permission("course", TEACHERS),
    "updateLesson": Permission("course", TEACHERS),
    "deleteLesson": Permission("course", TEACHERS),
    "reorderLessons": Permission("course", TEACHERS),
    "setLessonPrerequisites": Permission("course", TEACHERS),
    "reviewCourse": Permission("course", frozenset({R.STUDENT})),
    "deleteReview": Permission("review", OWNERS | ADMINS),
    # enrolment and progress
    "enrollInCourse": Permission("course", SIGNED_IN),
    "updateLessonProgress": Permission("enrollment", OWNERS),
    "withdrawEnrollment": Permission("enrollment", OWNERS | INSTRUCTORS),
    "revokeCertificate": Permission("certificate", INSTRUCTORS),
    # assessments
    "createQuiz": Permission("course", TEACHERS),
    "importGiftQuiz": Permission("course", TEACHERS),
    "startLiveQuiz": Permission("course", TEACHERS),
}
"""By the name of the mutation."""

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "messageReceived": Permission("account", OWNERS),
    "notificationReceived": Permission("account", OWNERS),
    "progressUpdated": Permission("account", OWNERS),
    "userPresence": Permission("course", MEMBERS),
    "announcementPublished": Permission("course", MEMBERS),
    "newDiscussionPost": Permission("course", MEMBERS),
    "liveQuizUpdated": Permission("course", MEMBERS),
}
"""By the name of the subscription. The rooms of Socket.IO are open to whom `userPresence` is."""


class Visibility(msgspec.Struct, frozen=True):
    """Who sees a type of the schema, or a field of one. What the table cannot say is in words.

    `everybody` and `students` say under what condition everybody, or a student, sees it.
    """

    to: frozenset[Relation]
    everybody: str = ""
    students: str = ""


VISIBLE: Mapping[str, Visibility] = {
    "User.email": Visibility(OWNERS | ADMINS),
    "User.emailVerified": Visibility(OWNERS | ADMINS),
    "User.pendingEmail": Visibility(OWNERS | ADMINS),
    "User.lastLogin": Visibility(OWNERS | ADMINS),
    "User.disabledAt": Visibility(OWNERS | ADMINS),
    "UserProfile.bio": Visibility(OWNERS | ADMINS, everybody="the audience is everybody"),
    "UserProfile.avatarUrl": Visibility(OWNERS | ADMINS, everybody="the audience is everybody"),
    "UserProfile.audience": Visibility(OWNERS),
    "UserProfile.mutedLetters": Visibility(OWNERS),
    "Query.users": Visibility(ADMINS),
    "AuditRecord": Visibility(ADMINS),
    "Course": Visibility(STAFF | {R.STUDENT, R.FORMER}, everybody="it is published"),
    "Course.liveQuizzes": Visibility(MEMBERS | OWNERS),
    "Lesson.contentUrl": Visibility(
        MEMBERS, everybody="it is a preview", students="its prerequisites are completed"
    ),
    "Lesson.contentText": Visibility(
        MEMBERS, everybody="it is a preview", students="its prerequisites are completed"
    ),
    "Enrollment": Visibility(STAFF | OWNERS),
    "Certificate": Visibility(STAFF | OWNERS, everybody="its number is known"),
    "Quiz": Visibility(MEMBERS),
    "Question": Visibility(MEMBERS, students="the quiz is open, and no live game on it goes on"),
    "Question.correctAnswer": Visibility(STAFF),
    "Question.explanation": Visibility(STAFF),
    "LiveQuiz": Visibility(MEMBERS | OWNERS, everybody="one played in it"),
    "LiveQuiz.pin": Visibility(STAFF | OWNERS),
    "LiveQuizResult.answers": Visibility(STAFF | OWNERS),
    "DiscussionThread": Visibility(MEMBERS),
    "DiscussionPost": Visibility(MEMBERS),
}
"""The read model makes its predicates of it; the owner of a game is its host, of a result its
player. What is not named is seen by everybody who sees what it hangs from."""

_ALL: Mapping[str, Permission] = {**PERMISSIONS, **SUBSCRIPTIONS}


def require(operation: str, relations: Iterable[Relation], role: str) -> None:
    """Raises `AuthorizationError` (or `AuthenticationError` for a guest) unless it is allowed.

    `relations` are all that the user is to the resource, `role` the user's, for the error.
    """
    allowed = _ALL[operation].to
    held = frozenset(relations)
    if held & allowed:
        return
    if R.GUEST in held:
        raise AuthenticationError
    needed = ", ".join(sorted(allowed))
    raise AuthorizationError("You may not do this here", required_role=needed, user_role=role)


def by_role(user_id: str | None, role: str) -> frozenset[Relation]:
    """What a user is to any resource, whatever it is."""
    if not user_id:
        return frozenset({R.GUEST})
    roles = {"educator": R.EDUCATOR, "admin": R.ADMIN}
    return frozenset({R.USER, *([roles[role]] if role in roles else [])})
