"""Uploads and the resources of a course in the schema."""

from __future__ import annotations

import math

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
from protocol.content.commands import (
    AbandonUpload,
    AddLink,
    AddResource,
    DeleteResource,
    GenerateUpload,
    LinkResource,
    PartLink,
    ResourceLinked,
    ShowUpload,
    UpdateResource,
    UploadAbandoned,
    UploadShown,
)
from protocol.content.events import ResourceDeleted
from protocol.content.uses import FileUse
from protocol.envelope import Address
from protocol.errors import ValidationError
from protocol.times import iso
from protocol.validation import Rule

HANDLER = Address("content", "")
RESOURCE_NAMES: Names = {
    "title": "title",
    "folder": "folder",
    "url": "url",
    "uploadId": "upload_id",
}


def generate(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    return HANDLER, GenerateUpload(
        **acting_user(acting),
        use=FileUse(given["use"].lower()),
        course_id=given["courseId"],
        file_name=given["fileName"],
        content_type=given["contentType"],
        size=whole(given["size"]),
    )


def whole(size: float) -> int:
    """A number of bytes, which `Int` is too small for. Raises `ValidationError`."""
    if not math.isfinite(size) or size != int(size):
        raise ValidationError.of("size", Rule.INVALID_FORMAT, "must be a whole number")
    return int(size)


def show(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ShowUpload(**acting_user(acting), upload_id=arguments["id"])


def abandon(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, AbandonUpload(**acting_user(acting), upload_id=arguments["id"])


def add_resource(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    return HANDLER, AddResource(
        **acting_user(acting),
        course_id=given["courseId"],
        upload_id=given["uploadId"],
        title=given.get("title"),
        folder=given.get("folder") or "",
    )


def add_link(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    return HANDLER, AddLink(
        **acting_user(acting),
        course_id=given["courseId"],
        url=given["url"],
        title=given["title"],
        folder=given.get("folder") or "",
    )


def update(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, UpdateResource(
        **acting_user(acting),
        resource_id=arguments["id"],
        **changes(arguments["input"], RESOURCE_NAMES, frozenset()),
    )


def delete(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeleteResource(**acting_user(acting), resource_id=arguments["id"])


def link(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, LinkResource(
        **acting_user(acting),
        resource_id=arguments["resourceId"],
        version=arguments.get("version"),
    )


def shown(reply: UploadShown) -> Outcome:
    """An `Upload`."""
    members: dict[str, Payload] = {
        "id": PlainValue(reply.upload_id),
        "fileName": PlainValue(reply.file_name),
        "size": PlainValue(reply.size),
        "partSize": PlainValue(reply.part_size),
        "stored": PlainValue(reply.stored),
        "links": ListValue([_part_link(each) for each in reply.links]),
        "expiresAt": PlainValue(iso(reply.expires_at)),
    }
    return Outcome(payload=ObjectValue("Upload", members))


def _part_link(part: PartLink) -> ObjectValue:
    members: dict[str, Payload] = {
        "part": PlainValue(part.part),
        "start": PlainValue(part.start),
        "size": PlainValue(part.size),
        "url": PlainValue(part.url),
        "headers": ListValue(
            [
                ObjectValue("UploadHeader", {"name": PlainValue(n), "value": PlainValue(v)})
                for n, v in part.headers
            ]
        ),
        "expiresAt": PlainValue(iso(part.expires_at)),
    }
    return ObjectValue("UploadLink", members)


def linked(reply: ResourceLinked) -> Outcome:
    """A `ResourceLink`."""
    members = {"url": PlainValue(reply.url), "expiresAt": PlainValue(iso(reply.expires_at))}
    return Outcome(payload=ObjectValue("ResourceLink", members))


def abandoned(_: Arguments, _acting: Acting, reply: UploadAbandoned) -> ObjectValue:
    """An `AbandonUploadPayload`."""
    return ObjectValue("AbandonUploadPayload", {"uploadId": PlainValue(reply.upload_id)})


def deleted(_: Arguments, _acting: Acting, reply: ResourceDeleted) -> ObjectValue:
    """A `DeleteCourseResourcePayload`."""
    return ObjectValue(
        "DeleteCourseResourcePayload",
        {
            "resourceId": PlainValue(reply.resource_id),
            "course": ReadBack("course", reply.course_id, optional=True),
        },
    )
