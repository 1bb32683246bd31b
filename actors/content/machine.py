"""The rules of uploads and resources: who may, how much, and what they are called.

The functions that return a rule are called by the handler; the rule itself runs inside the
transaction that it guards.
"""

from __future__ import annotations

from msgspec import UNSET

from actors.course_rules import changeable
from actors.fields import Fields
from protocol.content.commands import AddLink, AddResource, UpdateResource
from protocol.content.uses import FileUse
from protocol.content.values import (
    COURSE_BYTES,
    GIB,
    MAX_FOLDER,
    MAX_OPEN_UPLOADS,
    MAX_RESOURCES,
    MAX_TITLE,
    PERSON_BYTES,
    ResourceKind,
)
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from protocol.idempotency import once
from protocol.permissions import VISIBLE, Relation, by_role, require
from protocol.records.common import CourseFacts
from protocol.records.content import (
    FileFacts,
    KindRule,
    NewResource,
    QuotaFacts,
    QuotaRule,
    RelationRule,
    ResourceChange,
    ResourceFacts,
    ResourcesRule,
)
from protocol.validation import Rule


def has_room(size: int, by: str, role: str, *, school_bytes: int) -> QuotaRule:
    """Raises what `changeable` does, and `RefusedError` STORAGE_FULL, TOO_MANY_UPLOADS.

    `school_bytes` bounds all files together, 0 does not.
    """
    permitted = changeable("generateUploadUrl", by, role)

    def rule(facts: QuotaFacts) -> None:
        permitted(facts.course)
        if facts.open_uploads >= MAX_OPEN_UPLOADS:
            said = f"At most {MAX_OPEN_UPLOADS} uploads may be under way; end or give up some"
            raise RefusedError("TOO_MANY_UPLOADS", said)
        for whose, has, most in (
            ("course", facts.course_bytes, COURSE_BYTES),
            ("person", facts.person_bytes, PERSON_BYTES),
            ("school", facts.school_bytes, school_bytes),
        ):
            if most and has + size > most:
                raise full(whose, most)

    return rule


def full(whose: str, most: int) -> RefusedError:
    """The error for a quota that is used up."""
    said = {
        "course": f"The files of a course may have {most // GIB} GiB; remove some first",
        "person": f"Your files may have {most // GIB} GiB; remove some first",
        "school": "There is no room for more files; an administrator can make some",
    }
    return RefusedError("STORAGE_FULL", said[whose], whose=whose, allowed_bytes=most)


def check_owner(file: FileFacts, by: str) -> None:
    """Other people's uploads do not exist. Raises `NotFoundError`."""
    if file.owner_id != by:
        raise NotFoundError("upload", file.id)


def check_open(file: FileFacts) -> None:
    """Raises `NotFoundError` for an upload that was taken over."""
    if file.taken:
        raise NotFoundError("upload", file.id)


def check_abandonable(file: FileFacts, by: str, role: str) -> None:
    """Raises `AuthorizationError`, `NotFoundError`."""
    own = {Relation.OWNER} if file.owner_id == by else set()
    require("abandonUpload", by_role(by, role) | own, role)
    check_open(file)


def check_fits(file: FileFacts, use: FileUse, course_id: str | None) -> None:
    """The upload was begun for this. Raises `ValidationError`."""
    if file.use != use or file.course_id != course_id:
        said = "was begun for something else"
        raise ValidationError.of("uploadId", Rule.NOT_APPLICABLE, said)


def addable(operation: str, by: str, role: str) -> ResourcesRule:
    """Raises what `changeable` does, and `RefusedError` RESOURCES_FULL."""
    permitted = changeable(operation, by, role)

    def rule(facts: ResourceFacts) -> None:
        permitted(facts.course)
        if facts.resources > MAX_RESOURCES:
            raise RefusedError("RESOURCES_FULL", f"A course has at most {MAX_RESOURCES} resources")

    return rule


def new_file(command: AddResource, file: FileFacts, resource_id: str, at: int) -> NewResource:
    """A resource that is a file, called as the file is unless it has a title.

    Raises `ValidationError`.
    """
    fields = Fields()
    title = file.name if command.title is None else command.title
    new = NewResource(
        id=resource_id,
        course_id=command.course_id,
        kind=ResourceKind.FILE,
        title=fields.line("title", title, most=MAX_TITLE),
        folder=folder(fields, command.folder),
        by=command.by,
        at=at,
        file_id=file.id,
        size=file.size,
    )
    fields.check()
    return new


def new_link(command: AddLink, resource_id: str, at: int) -> NewResource:
    """A resource that is a link. Raises `ValidationError`."""
    fields = Fields()
    new = NewResource(
        id=resource_id,
        course_id=command.course_id,
        kind=ResourceKind.LINK,
        title=fields.line("title", command.title, most=MAX_TITLE),
        folder=folder(fields, command.folder),
        url=address(fields, command.url),
        by=command.by,
        at=at,
        once=once(command),
    )
    fields.check()
    return new


def change_of(command: UpdateResource, file: FileFacts | None, at: int) -> ResourceChange:
    """Raises `ValidationError`."""
    fields = Fields()
    title, named, url = command.title, command.folder, command.url
    change = ResourceChange(
        resource_id=command.resource_id,
        by=command.by,
        at=at,
        title=None if title is UNSET else fields.line("title", str(title), most=MAX_TITLE),
        folder=None if named is UNSET else folder(fields, str(named)),
        url=None if url is UNSET else address(fields, str(url)),
        file_id=None if file is None else file.id,
        size=0 if file is None else file.size,
    )
    fields.check()
    return change


def fitting(change: ResourceChange, by: str, role: str) -> KindRule:
    """Raises what `changeable` does, and `ValidationError` for what the kind does not have."""
    permitted = changeable("updateCourseResource", by, role)

    def rule(course: CourseFacts, kind: ResourceKind) -> None:
        permitted(course)
        if kind is ResourceKind.FILE and change.url is not None:
            raise ValidationError.of("url", Rule.NOT_APPLICABLE, "is not changed for a file")
        if kind is ResourceKind.LINK and change.file_id is not None:
            raise ValidationError.of("uploadId", Rule.NOT_APPLICABLE, "is not for a link")

    return rule


def folder(fields: Fields, name: str) -> str:
    """The name of a folder, empty for none."""
    return fields.line("folder", name, most=MAX_FOLDER) if name.strip() else ""


def address(fields: Fields, url: str) -> str:
    """An address that is not empty."""
    found = fields.url("url", url)
    if found is None:
        fields.wrong("url", Rule.REQUIRED, "is required")
    return found or ""


def sees(resource_id: str, role: str) -> RelationRule:
    """Who may have the file of a resource.

    Raises `NotFoundError` for whoever does not see the resource, `AuthorizationError` for older
    versions.
    """

    def rule(relations: frozenset[Relation], older: bool) -> None:
        if VISIBLE["CourseResource"].to.isdisjoint(relations):
            raise NotFoundError("resource", resource_id)
        if older and VISIBLE["CourseResource.versions"].to.isdisjoint(relations):
            raise AuthorizationError("Older versions are for those who teach", user_role=role)

    return rule
