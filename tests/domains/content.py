"""What the content domain brings to the shared tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from protocol.content import commands, events
from protocol.content.commands import AddLink, GenerateUpload
from protocol.content.uses import FileUse
from protocol.envelope import Message
from protocol.permissions import Relation
from tests.storage.reads.resolvers.content import RESOLVERS
from tests.storage.reads.rows import START, School, uid
from tests.support.domain import CommandSamples, DomainSamples, EventSamples, ReadSamples
from tests.support.world import Make, World, on

GIVE = "update files set owner_id = $1::text::uuid where taken_at is null"
TEXT = b"What to read until Monday\n"


def add_rows(school: School) -> None:
    """A file in three versions and a link of `open`, and a file of `hidden`."""
    add_file(school, "open", "book", versions=3, folder="Books")
    add_file(school, "hidden", "secret", versions=1)
    school.add("course_resources", **resource("open", "site"), url='https://example.org/a?b="c"')


def add_file(school: School, course: str, name: str, *, versions: int, folder: str = "") -> None:
    row = resource(course, name)
    row |= {
        "kind": "file",
        "folder": folder,
        "file_name": f"{name}-{versions}.pdf",
        "content_type": "application/pdf",
        "size": 6_000_000_000 + versions,
        "version": versions,
        "url": None,
    }
    school.add("course_resources", **row)
    for version in range(1, versions + 1):
        add_version(school, course, name, version)


def add_version(school: School, course: str, name: str, version: int) -> None:
    file = f"{course}-{name}-{version}"
    school.add(
        "files",
        id=uid(file),
        owner_id=uid("ada"),
        course_id=uid(course),
        use="resource",
        object_key=f"files/{file}.pdf",
        storage_upload="",
        name=f"{name}-{version}.pdf",
        content_type="application/pdf",
        size=6_000_000_000 + version,
        created_at=START,
        taken_at=START,
        removing=False,
    )
    school.add(
        "course_resource_versions",
        resource_id=uid(f"{course}-{name}"),
        version=version,
        file_id=uid(file),
        file_name=f"{name}-{version}.pdf",
        size=6_000_000_000 + version,
        added_at=START + timedelta(days=version),
    )


def resource(course: str, name: str) -> dict[str, Any]:
    """The columns that a link has, but for its address."""
    return {
        "id": uid(f"{course}-{name}"),
        "course_id": uid(course),
        "kind": "link",
        "title": f"The '{name}'",
        "folder": "",
        "file_name": None,
        "content_type": None,
        "size": None,
        "version": 1,
        "added_by": uid("ada"),
        "created_at": START,
        "updated_at": START + timedelta(days=1),
    }


async def upload(world: World, who: Relation) -> str:
    """A whole file for the course that nothing has taken over."""
    shelf: Any = world.desk.shelf
    before = set(shelf.begun)
    shown = await world.do(generate(world, who))
    [name] = set(shelf.begun) - before
    shelf.send(name, 1, TEXT)
    return str(shown.upload_id)


async def furnish(world: World) -> None:
    """An upload that became the owner's, and a link among the resources of the course."""
    world.ids["upload"] = await upload(world, Relation.INSTRUCTOR)
    await give(world, Relation.OWNER)
    added = await world.do(add_link(world, Relation.INSTRUCTOR))
    world.ids["resource"] = added.resource_id


def generate(world: World, who: Relation) -> GenerateUpload:
    return GenerateUpload(
        **world.by(who),
        use=FileUse.RESOURCE,
        course_id=world.ids["course"],
        file_name="week-1.txt",
        content_type="text/plain",
        size=len(TEXT),
    )


def add_link(world: World, who: Relation) -> Message:
    return AddLink(
        **world.by(who), course_id=world.ids["course"], url="https://example.org", title="Site"
    )


def add_resource(world: World, who: Relation) -> Message:
    return commands.AddResource(
        **world.by(who), course_id=world.ids["course"], upload_id=world.ids["upload"]
    )


async def give(world: World, who: Relation) -> None:
    """The upload is theirs from now on."""
    rows, whose = world.desk.school.rows, world.people[who]
    await rows(f"{GIVE} and id::text = $2", whose, world.ids["upload"])


async def instructors(world: World) -> Mapping[str, Any]:
    await give(world, Relation.INSTRUCTOR)
    return {}


SIGNED_IN: Mapping[str, Make] = {
    "generateUploadUrl": generate,
    "abandonUpload": on("upload", commands.AbandonUpload),
    "addCourseResource": add_resource,
    "addCourseLink": add_link,
    "updateCourseResource": on("resource", commands.UpdateResource, title="Other"),
    "deleteCourseResource": on("resource", commands.DeleteResource),
}

DOMAIN = DomainSamples(
    name="content",
    reads=ReadSamples(
        add_rows=add_rows,
        resolvers=RESOLVERS,
        enumerations=frozenset({"CourseResource.kind"}),
        ids=("open-book", "open-site", "hidden-secret"),
        arguments={"version": (None, 1, 2)},
    ),
    commands=CommandSamples(
        furnish=furnish,
        signed_in=SIGNED_IN,
        owned=frozenset({"upload"}),
        fits={"addCourseResource": instructors},
    ),
    events=EventSamples(announced=(events.ResourceChanged, events.ResourceDeleted)),
)
