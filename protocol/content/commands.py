"""Commands and questions to the content handler, `Address("content", "")`.

`protocol.permissions` says who may send which. Fields of an update that are UNSET stay as they are.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from protocol.content.uses import FileUse
from protocol.envelope import Message
from protocol.idempotency import Repeatable


class ContentCommand(Message, frozen=True, kw_only=True):
    """`by` is the acting user, `by_role` the user's role."""

    by: str
    by_role: str


class GenerateUpload(ContentCommand, frozen=True, kw_only=True, tag="content.generate_upload"):
    """Begin an upload for a course. Replies `UploadShown`.

    ValidationError for a kind or size of file that the use does not take; RefusedError
    COURSE_ARCHIVED, STORAGE_FULL, TOO_MANY_UPLOADS.
    """

    use: FileUse
    course_id: str
    file_name: str
    content_type: str
    size: int


class ShowUpload(ContentCommand, frozen=True, kw_only=True, tag="content.show_upload"):
    """Which parts of one's own upload have arrived, and links for the others.

    Replies `UploadShown`. NotFoundError, also for one that has been taken over or removed.
    """

    upload_id: str


class AbandonUpload(ContentCommand, frozen=True, kw_only=True, tag="content.abandon_upload"):
    """Give up one's own upload and remove what has arrived. Replies `UploadAbandoned`.

    NotFoundError, also for one that has been taken over.
    """

    upload_id: str


class AddResource(ContentCommand, frozen=True, kw_only=True, tag="content.add_resource"):
    """Make a finished upload a resource of its course. Replies `ResourceChanged`.

    Once more gives the same resource. RefusedError UPLOAD_INCOMPLETE while parts are missing,
    FILE_REFUSED for content that is not what its name says or that may not be here; the upload is
    gone then. RefusedError COURSE_ARCHIVED, RESOURCES_FULL. ValidationError, NotFoundError.
    """

    course_id: str
    upload_id: str
    title: str | None = None
    folder: str = ""


class AddLink(Repeatable, frozen=True, kw_only=True, tag="content.add_link"):
    """Add a link to the resources of a course. Replies `ResourceChanged`.

    RefusedError COURSE_ARCHIVED, RESOURCES_FULL; ValidationError.
    """

    course_id: str
    url: str
    title: str
    folder: str = ""


class UpdateResource(ContentCommand, frozen=True, kw_only=True, tag="content.update_resource"):
    """Change a resource. Replies `ResourceChanged`.

    `upload_id` makes a finished upload its new version, with the errors of `AddResource`; the same
    upload once more changes nothing, and one that another resource has is NOT_FOUND.
    ValidationError for a `url` of a file, and for an upload for a link.
    """

    resource_id: str
    title: str | UnsetType = UNSET
    folder: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    upload_id: str | UnsetType = UNSET


class DeleteResource(ContentCommand, frozen=True, kw_only=True, tag="content.delete_resource"):
    """Delete a resource with all its versions. Replies `ResourceDeleted`."""

    resource_id: str


class LinkResource(ContentCommand, frozen=True, kw_only=True, tag="content.link_resource"):
    """A link to the file of a resource that one sees. Replies `ResourceLinked`.

    Versions before the newest are for those who teach or assist. NotFoundError, also for a link.
    """

    resource_id: str
    version: int | None = None


class PartLink(msgspec.Struct, frozen=True, kw_only=True):
    """Where one part of a file is sent: `size` bytes from `start` on."""

    part: int
    start: int
    size: int
    url: str
    headers: tuple[tuple[str, str], ...]
    expires_at: int


class UploadShown(Message, frozen=True, kw_only=True, tag="content.upload_shown"):
    """Reply. `stored` are the numbers of the parts that have arrived; `links` lead to others."""

    upload_id: str
    file_name: str
    size: int
    part_size: int
    stored: tuple[int, ...]
    links: tuple[PartLink, ...]
    expires_at: int


class UploadAbandoned(Message, frozen=True, kw_only=True, tag="content.upload_abandoned"):
    """Reply."""

    upload_id: str


class ResourceLinked(Message, frozen=True, kw_only=True, tag="content.resource_linked"):
    """Reply. The link is valid until `expires_at`, for whoever has it."""

    url: str
    expires_at: int
