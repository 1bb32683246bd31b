"""Resources of courses, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocol.content.commands import PartLink, ResourceLinked, UploadShown
from tests.storage.reads.look import Look, Resolver
from tests.storage.reads.rows import Row

DOWNLOAD = ResourceLinked(url="/objects/x", expires_at=1_000)
UPLOAD = UploadShown(
    upload_id="u",
    file_name="a.pdf",
    size=6_000_000_000,
    part_size=16,
    stored=(1, 3),
    links=(
        PartLink(
            part=2, start=16, size=16, url="/objects/y", headers=(("a", "b"),), expires_at=2_000
        ),
    ),
    expires_at=3_000,
)


def sees_resource(look: Look, row: Row) -> bool:
    return look.teaches(row["course_id"]) or look.enrolled(row["course_id"])


def course_resources(look: Look, course: Row) -> list[Row]:
    found = [
        row
        for row in look.school.rows("course_resources")
        if row["course_id"] == course["id"] and sees_resource(look, row)
    ]
    return sorted(found, key=lambda row: (row["folder"], row["title"], row["id"]))


def resource_versions(look: Look, resource: Row) -> list[Row]:
    if not look.teaches(resource["course_id"]):
        return []
    found = [
        row
        for row in look.school.rows("course_resource_versions")
        if row["resource_id"] == resource["id"] and row["version"] < resource["version"]
    ]
    return sorted(found, key=lambda row: row["version"], reverse=True)


def resource_course(look: Look, resource: Row) -> Row | None:
    return look.school.find("courses", id=resource["course_id"])


def resource_added_by(look: Look, resource: Row) -> Row | None:
    return look.school.find("users", id=resource["added_by"])


def query_upload(look: Look, _: Any, id: str) -> dict[str, Any]:
    look.signed_in()
    return {
        "id": "u",
        "file_name": "a.pdf",
        "size": 6_000_000_000,
        "part_size": 16,
        "stored": [1, 3],
        "links": [
            {
                "part": 2,
                "start": 16,
                "size": 16,
                "url": "/objects/y",
                "headers": [{"name": "a", "value": "b"}],
                "expires_at": "1970-01-01T00:00:02.000Z",
            }
        ],
        "expires_at": "1970-01-01T00:00:03.000Z",
    }


def query_resource_link(
    look: Look, _: Any, resourceId: str, version: int | None = None
) -> dict[str, Any]:
    look.signed_in()
    return {"url": "/objects/x", "expires_at": "1970-01-01T00:00:01.000Z"}


RESOLVERS: Mapping[str, Resolver] = {
    "Course.resources": course_resources,
    "CourseResource.course": resource_course,
    "CourseResource.versions": resource_versions,
    "CourseResource.addedBy": resource_added_by,
    "Query.upload": query_upload,
    "Query.resourceLink": query_resource_link,
}
