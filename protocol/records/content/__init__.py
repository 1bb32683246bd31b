"""The records of content: files, and the resources of courses that show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from protocol.content.events import ResourceChanged, ResourceDeleted
from protocol.content.uses import FileUse
from protocol.content.values import ResourceKind
from protocol.idempotency import Once
from protocol.permissions import Relation
from protocol.records.common import CourseFacts, CourseRule


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A file, with what was declared of it. `storage_upload` is the storage's name for its upload.

    `taken`: something has, or had, taken it over.
    """

    id: str
    owner_id: str | None
    course_id: str | None
    use: FileUse
    key: str
    storage_upload: str
    name: str
    content_type: str
    size: int
    at: int
    taken: bool = False


class QuotaFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Before an upload begins: bytes of the course, of the person, and of the whole school, with
    all that are being uploaded, and how many of the person are."""

    course: CourseFacts
    course_bytes: int
    person_bytes: int
    school_bytes: int
    open_uploads: int


QuotaRule = Callable[[QuotaFacts], None]


class ResourceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`resources` are how many the course would have with one more."""

    course: CourseFacts
    resources: int


ResourcesRule = Callable[[ResourceFacts], None]
RelationRule = Callable[[frozenset[Relation], bool], None]
"""Asked with what the acting user is to the course, and whether it is about an older version."""


class NewResource(msgspec.Struct, frozen=True, kw_only=True):
    """A resource to be added. Of a link there is a `url` and no file."""

    id: str
    course_id: str
    kind: ResourceKind
    title: str
    folder: str
    by: str
    at: int
    url: str | None = None
    file_id: str | None = None
    size: int = 0
    once: Once | None = None


class ResourceChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be changed; None stays as it is. `file_id`, of `size` bytes, is a new version."""

    resource_id: str
    by: str
    at: int
    title: str | None = None
    folder: str | None = None
    url: str | None = None
    file_id: str | None = None
    size: int = 0


KindRule = Callable[[CourseFacts, ResourceKind], None]


class StoredVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a resource that is a file."""

    key: str
    name: str


class ContentRecords(Protocol):
    """Each method is a transaction. Rules are asked inside it, before anything is written."""

    async def begin(self, file: FileFacts, rule: QuotaRule, *, whole: bool) -> None:
        """Note a file that is about to be uploaded. Raises `NotFoundError` for its course.

        `whole`: the rule wants to know what the whole school has, which is 0 otherwise.
        """

    async def file(self, file_id: str) -> FileFacts:
        """A file that is not being removed. Raises `NotFoundError`."""
        ...

    async def began(self, file_id: str, storage_upload: str) -> None:
        """Note the storage's name for the upload."""

    async def permit(self, course_id: str, rule: CourseRule) -> None:
        """Ask the rule about a course before anything costs much. Raises `NotFoundError`."""

    async def permit_change(self, resource_id: str, rule: CourseRule) -> str:
        """The same for the course of a resource, whose id is returned."""
        ...

    async def remove(self, file_id: str) -> bool:
        """Mark an upload that nothing has taken over for removal; False if there is none."""
        ...

    async def add(self, resource: NewResource, rule: ResourcesRule) -> ResourceChanged:
        """Add a resource, which takes its file over. Announces the reply.

        One whose file has been taken over by a resource of the course is that resource, unchanged.
        """
        ...

    async def update(self, change: ResourceChange, rule: KindRule) -> ResourceChanged:
        """Change a resource. Announces the reply, unless nothing changes."""
        ...

    async def delete(self, resource_id: str, by: str, at: int, rule: CourseRule) -> ResourceDeleted:
        """Delete a resource; its files are collected later. Announces the reply."""
        ...

    async def version(
        self, resource_id: str, version: int | None, by: str, role: str, rule: RelationRule
    ) -> StoredVersion:
        """A version of a file, None: the newest. Raises `NotFoundError`."""
        ...

    async def collectable(self, *, before: int, limit: int) -> Sequence[FileFacts]:
        """Mark files from before that time that nothing has, and return those that are marked."""
        ...

    async def forget(self, file_ids: Sequence[str]) -> None:
        """Forget marked files whose objects are gone."""
