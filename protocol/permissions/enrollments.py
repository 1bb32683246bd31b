"""Who may enrol, withdraw, invite, and see whose progress."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.permissions.vocabulary import (
    INSTRUCTORS,
    OWNERS,
    SIGNED_IN,
    STAFF,
    TEACHERS,
    Permission,
    Visibility,
)

PERMISSIONS: Mapping[str, Permission] = {
    "enrollInCourse": Permission("course", SIGNED_IN),
    "updateLessonProgress": Permission("enrollment", OWNERS),
    "withdrawEnrollment": Permission("enrollment", OWNERS | INSTRUCTORS),
    "removeStudent": Permission("enrollment", TEACHERS),
    "readmitStudent": Permission("enrollment", TEACHERS),
    "setAccommodation": Permission("course", TEACHERS),
    "createEnrollmentLink": Permission("course", TEACHERS),
    "revokeEnrollmentLink": Permission("enrollment link", TEACHERS),
    "enrollByLink": Permission("course", SIGNED_IN),
    "inviteStudents": Permission("course", TEACHERS),
    "removeInvitation": Permission("invitation", TEACHERS),
}

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "progressUpdated": Permission("account", OWNERS),
}

REALTIME: Mapping[str, Permission] = {}

VISIBLE: Mapping[str, Visibility] = {
    "Enrollment": Visibility(STAFF | OWNERS),
    "Enrollment.removedBy": Visibility(STAFF),
    "Enrollment.removalReason": Visibility(STAFF),
    "Enrollment.extraTime": Visibility(STAFF | OWNERS),
    "Enrollment.unlimitedTime": Visibility(STAFF | OWNERS),
    "EnrollmentLink": Visibility(TEACHERS),
    "StudentInvitation": Visibility(TEACHERS),
}
