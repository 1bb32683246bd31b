"""Who may do and see what in the content of courses."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.permissions.vocabulary import (
    MEMBERS,
    OWNERS,
    STAFF,
    TEACHERS,
    Permission,
    Visibility,
)

PERMISSIONS: Mapping[str, Permission] = {
    "generateUploadUrl": Permission("course", TEACHERS),
    "abandonUpload": Permission("upload", OWNERS),
    "addCourseResource": Permission("course", TEACHERS),
    "addCourseLink": Permission("course", TEACHERS),
    "updateCourseResource": Permission("course", TEACHERS),
    "deleteCourseResource": Permission("course", TEACHERS),
    "addVideo": Permission("course", TEACHERS),
    "updateVideo": Permission("course", TEACHERS),
    "retryVideo": Permission("course", TEACHERS),
    "deleteVideo": Permission("course", TEACHERS),
    "setVideoCaptions": Permission("course", TEACHERS),
    "deleteVideoCaptions": Permission("course", TEACHERS),
}

SUBSCRIPTIONS: Mapping[str, Permission] = {}

REALTIME: Mapping[str, Permission] = {}

VISIBLE: Mapping[str, Visibility] = {
    "CourseResource": Visibility(MEMBERS),
    "CourseResource.versions": Visibility(STAFF),
    "Video": Visibility(STAFF),
    "Lesson.video": Visibility(
        MEMBERS, everybody="it is a preview", students="its prerequisites are completed"
    ),
}
