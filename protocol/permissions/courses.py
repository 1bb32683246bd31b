"""Who may do and see what in courses, modules, lessons and reviews."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.permissions.vocabulary import (
    ADMINS,
    INSTRUCTORS,
    MEMBERS,
    OWNERS,
    STAFF,
    TEACHERS,
    Permission,
    Relation,
    Visibility,
)

OFFERED = "whom the course is offered to"

PERMISSIONS: Mapping[str, Permission] = {
    "createCourse": Permission("course", frozenset({Relation.EDUCATOR, Relation.ADMIN})),
    "updateCourse": Permission("course", TEACHERS),
    "uploadCoursePicture": Permission("course", TEACHERS),
    "publishCourse": Permission("course", INSTRUCTORS),
    "archiveCourse": Permission("course", INSTRUCTORS),
    "restoreCourse": Permission("course", INSTRUCTORS),
    "deleteCourse": Permission("course", INSTRUCTORS),
    "cloneCourse": Permission("course", TEACHERS),
    "addCoTeacher": Permission("course", INSTRUCTORS),
    "addAssistant": Permission("course", TEACHERS),
    "removeTeacher": Permission("teacher", INSTRUCTORS | OWNERS),
    "offerCourse": Permission("course", INSTRUCTORS),
    "acceptCourse": Permission("offer", OWNERS, owner=OFFERED),
    "declineCourse": Permission("offer", INSTRUCTORS | OWNERS, owner=OFFERED),
    "transferCourse": Permission("course", ADMINS),
    "addModule": Permission("course", TEACHERS),
    "updateModule": Permission("course", TEACHERS),
    "deleteModule": Permission("course", TEACHERS),
    "reorderModules": Permission("course", TEACHERS),
    "addLesson": Permission("course", TEACHERS),
    "updateLesson": Permission("course", TEACHERS),
    "deleteLesson": Permission("course", TEACHERS),
    "reorderLessons": Permission("course", TEACHERS),
    "moveLesson": Permission("course", TEACHERS),
    "setLessonPrerequisites": Permission("course", TEACHERS),
    "reviewCourse": Permission("course", frozenset({Relation.STUDENT})),
    "deleteReview": Permission("review", OWNERS | ADMINS),
}

SUBSCRIPTIONS: Mapping[str, Permission] = {}

REALTIME: Mapping[str, Permission] = {}

VISIBLE: Mapping[str, Visibility] = {
    "Course": Visibility(STAFF | {Relation.STUDENT, Relation.FORMER}, everybody="it is published"),
    "Course.missing": Visibility(STAFF),
    "CourseOffer": Visibility(INSTRUCTORS | OWNERS, owner=OFFERED),
    "Lesson.contentUrl": Visibility(
        MEMBERS, everybody="it is a preview", students="its prerequisites are completed"
    ),
    "Lesson.contentText": Visibility(
        MEMBERS, everybody="it is a preview", students="its prerequisites are completed"
    ),
}
