"""Resources and films of courses, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocol.content.commands import PartLink, ResourceLinked, UploadShown
from protocol.content.video_commands import CaptionLink, Stream
from tests.storage.reads.look import Look, Resolver
from tests.storage.reads.resolvers.courses import lesson_unlocked
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
STREAM = Stream(
    video_id="v",
    url="/streams/x/",
    captions=(CaptionLink(language="de", label="Deutsch", url="/objects/z"),),
    duration_ms=61_500,
    expires_at=4_000,
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


def sees_video(look: Look, row: Row) -> bool:
    return look.teaches(row["course_id"])


def course_videos(look: Look, course: Row) -> list[Row]:
    rows = look.school.rows("videos")
    found = [row for row in rows if row["course_id"] == course["id"] and sees_video(look, row)]
    return sorted(found, key=lambda row: (row["title"], row["id"]))


def lesson_video(look: Look, lesson: Row) -> Row | None:
    if lesson.get("video_id") is None or not lesson_unlocked(look, lesson):
        return None
    return look.school.find("videos", id=lesson["video_id"])


def query_video(look: Look, _: Any, id: str) -> Row | None:
    return look.seen("videos", id, lambda row: sees_video(look, row))


def encoding(look: Look, video: Row, which: str) -> Row:
    return look.school.find("video_encodings", id=video[which]) or {}


def video_status(look: Look, video: Row) -> str:
    if video["shown_id"] is not None:
        return "READY"
    return "FAILED" if encoding(look, video, "next_id")["state"] == "failed" else "PROCESSING"


def video_progress(look: Look, video: Row) -> int | None:
    found = encoding(look, video, "next_id")
    return found["progress"] if found.get("state") in ("waiting", "processing") else None


def video_fault(look: Look, video: Row) -> str | None:
    fault = encoding(look, video, "next_id").get("fault")
    return None if fault is None else fault.upper()


def video_seconds(look: Look, video: Row) -> float | None:
    milliseconds = encoding(look, video, "shown_id").get("duration_ms")
    return None if milliseconds is None else milliseconds / 1000


def video_width(look: Look, video: Row) -> int | None:
    return encoding(look, video, "shown_id").get("width")


def video_height(look: Look, video: Row) -> int | None:
    return encoding(look, video, "shown_id").get("height")


def video_captions(look: Look, video: Row) -> list[Row]:
    rows = look.school.rows("video_captions")
    found = [row for row in rows if row["video_id"] == video["id"]]
    return sorted(found, key=lambda row: row["language"])


def video_lessons(look: Look, video: Row) -> list[Row]:
    found = [row for row in look.school.rows("lessons") if row.get("video_id") == video["id"]]
    return sorted(found, key=lambda row: (row["created_at"], row["id"]))


def query_preview(look: Look, _: Any, videoId: str) -> dict[str, Any]:
    look.signed_in()
    return query_stream(look, _, videoId)


def query_stream(look: Look, _: Any, lessonId: str) -> dict[str, Any]:
    return {
        "video": "v",
        "url": "/streams/x/",
        "captions": [{"language": "de", "label": "Deutsch", "url": "/objects/z"}],
        "duration_seconds": 61.5,
        "expires_at": "1970-01-01T00:00:04.000Z",
    }


RESOLVERS: Mapping[str, Resolver] = {
    "Course.resources": course_resources,
    "CourseResource.course": resource_course,
    "CourseResource.versions": resource_versions,
    "CourseResource.addedBy": resource_added_by,
    "Course.videos": course_videos,
    "Lesson.video": lesson_video,
    "Video.course": resource_course,
    "Video.addedBy": resource_added_by,
    "Video.status": video_status,
    "Video.progress": video_progress,
    "Video.fault": video_fault,
    "Video.durationSeconds": video_seconds,
    "Video.width": video_width,
    "Video.height": video_height,
    "Video.captions": video_captions,
    "Video.lessons": video_lessons,
    "Query.video": query_video,
    "Query.generateStreamingUrl": query_stream,
    "Query.videoPreview": query_preview,
    "Query.upload": query_upload,
    "Query.resourceLink": query_resource_link,
}
