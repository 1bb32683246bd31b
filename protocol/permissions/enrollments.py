"""Who may enrol, withdraw, and see whose progress."""

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
}

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "progressUpdated": Permission("account", OWNERS),
}

REALTIME: Mapping[str, Permission] = {}

VISIBLE: Mapping[str, Visibility] = {
    "Enrollment": Visibility(STAFF | OWNERS),
    "Enrollment.removedBy": Visibility(STAFF),
    "Enrollment.removalReason": Visibility(STAFF),
}
