"""Films of a course in the schema."""

from __future__ import annotations

from gateway.graphql.commands import Names, acting_user, changes
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ListValue,
    ObjectValue,
    Outcome,
    Payload,
    PlainValue,
    ReadBack,
)
from protocol.content.video_commands import (
    AddVideo,
    CaptionLink,
    DeleteCaptions,
    DeleteVideo,
    RetryVideo,
    SetCaptions,
    Stream,
    StreamLesson,
    StreamVideo,
    UpdateVideo,
)
from protocol.content.video_events import VideoChanged, VideoDeleted
from protocol.envelope import Address
from protocol.times import iso

HANDLER = Address("videos", "")
NAMES: Names = {"title": "title", "uploadId": "upload_id"}


def add(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    return HANDLER, AddVideo(
        **acting_user(acting),
        course_id=given["courseId"],
        upload_id=given["uploadId"],
        title=given.get("title"),
    )


def update(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, UpdateVideo(
        **acting_user(acting),
        video_id=arguments["id"],
        **changes(arguments["input"], NAMES, frozenset()),
    )


def retry(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RetryVideo(**acting_user(acting), video_id=arguments["id"])


def delete(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeleteVideo(**acting_user(acting), video_id=arguments["id"])


def set_captions(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    return HANDLER, SetCaptions(
        **acting_user(acting),
        video_id=arguments["videoId"],
        language=given["language"],
        label=given["label"],
        text=given["text"],
    )


def delete_captions(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeleteCaptions(
        **acting_user(acting), video_id=arguments["videoId"], language=arguments["language"]
    )


def stream_lesson(arguments: Arguments, acting: Acting) -> Addressed:
    """Guests may see previews."""
    who = {"by": "", "by_role": ""} if acting.identity is None else acting_user(acting)
    return HANDLER, StreamLesson(**who, lesson_id=arguments["lessonId"])


def stream_video(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, StreamVideo(**acting_user(acting), video_id=arguments["videoId"])


def streamed(reply: Stream) -> Outcome:
    """A `StreamingUrl`."""
    members: dict[str, Payload] = {
        "video": PlainValue(reply.video_id),
        "url": PlainValue(reply.url),
        "captions": ListValue([_captions(each) for each in reply.captions]),
        "durationSeconds": PlainValue(reply.duration_ms / 1000),
        "expiresAt": PlainValue(iso(reply.expires_at)),
    }
    return Outcome(payload=ObjectValue("StreamingUrl", members))


def _captions(link: CaptionLink) -> ObjectValue:
    members: dict[str, Payload] = {
        "language": PlainValue(link.language),
        "label": PlainValue(link.label),
        "url": PlainValue(link.url),
    }
    return ObjectValue("CaptionsLink", members)


def deleted(_: Arguments, _acting: Acting, reply: VideoDeleted) -> ObjectValue:
    """A `DeleteVideoPayload`."""
    return ObjectValue(
        "DeleteVideoPayload",
        {
            "videoId": PlainValue(reply.video_id),
            "course": ReadBack("course", reply.course_id, optional=True),
        },
    )


def captions_deleted(arguments: Arguments, _: Acting, reply: VideoChanged) -> ObjectValue:
    """A `DeleteVideoCaptionsPayload`."""
    return ObjectValue(
        "DeleteVideoCaptionsPayload",
        {
            "language": PlainValue(arguments["language"]),
            "video": ReadBack("video", reply.video_id),
        },
    )
