"""The content domain in the read model: the resources of courses, and their films.

Who belongs to a course sees its resources.
"""

from __future__ import annotations

from storage.reads import content_videos as videos
from storage.reads import rules
from storage.reads.model import (
    Domain,
    Many,
    One,
    Root,
    Type,
    enumeration,
    identifier,
    instant,
    plain,
    text,
)

RESOURCE = Type(
    name="CourseResource",
    table="course_resources",
    fields={
        "id": identifier(),
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "kind": enumeration("kind"),
        "title": text("title"),
        "folder": text("folder"),
        "fileName": text("file_name", nullable=True),
        "contentType": text("content_type", nullable=True),
        "size": plain("size", nullable=True),
        "url": text("url", nullable=True),
        "version": plain("version"),
        "versions": Many(
            type="ResourceVersion",
            join="{t}.resource_id = {p}.id and {t}.version < {p}.version",
            order="{t}.version desc",
        ),
        "addedBy": One(type="User", join="{t}.id = {p}.added_by", nullable=True),
        "createdAt": instant("created_at"),
        "updatedAt": instant("updated_at"),
    },
    visible=rules.visible("CourseResource", "{t}.course_id"),
)

OF_VERSION = "(select r.course_id from course_resources r where r.id = {t}.resource_id)"
VERSION = Type(
    name="ResourceVersion",
    table="course_resource_versions",
    fields={
        "version": plain("version"),
        "fileName": text("file_name"),
        "size": plain("size"),
        "addedAt": instant("added_at"),
    },
    visible=rules.visible("CourseResource.versions", OF_VERSION),
)

OF_COURSE = {
    "resources": Many(
        type="CourseResource",
        join="{t}.course_id = {p}.id",
        order="{t}.folder, {t}.title, {t}.id",
    )
}
SEEN = f"{{t}}.id = {{id}} and {rules.visible('CourseResource', '{t}.course_id')}"

DOMAIN = Domain(
    types=(RESOURCE, VERSION, videos.VIDEO, videos.CAPTIONS),
    extends={"Course": OF_COURSE | videos.OF_COURSE, "Lesson": videos.OF_LESSON},
    nodes={
        "CourseResource": One(type="CourseResource", join=SEEN, nullable=True),
        "Video": videos.NODE,
    },
    roots={
        "courseResource": Root(
            shape=One(type="CourseResource", join="{t}.id = {id}", nullable=True),
            arguments={"id": "uuid"},
        ),
        "video": videos.ROOT,
    },
)
