"""What the content domain brings to the shared tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from protocol.content import commands, events, video_commands, video_events
from protocol.content.commands import AddLink, GenerateUpload
from protocol.content.uses import FileUse
from protocol.content.video_commands import AddVideo, SetCaptions
from protocol.envelope import Message
from protocol.permissions import Relation
from tests.storage.reads.resolvers.content import RESOLVERS
from tests.storage.reads.rows import START, School, uid
from tests.support.domain import CommandSamples, DomainSamples, EventSamples, ReadSamples
from tests.support.files import examples
from tests.support.world import Make, World, on

GIVE = "update files set owner_id = $1::text::uuid where taken_at is null"
TEXT = b"What to read until Monday\n"
FILM = examples()["mp4"]


def add_rows(school: School) -> None:
    """A file in three versions and a link of `open`, a file of `hidden`, and films of both."""
    add_file(school, "open", "book", versions=3, folder="Books")
    add_file(school, "hidden", "secret", versions=1)
    school.add("course_resources", **resource("open", "site"), url='https://example.org/a?b="c"')
    add_films(school)


def add_films(school: School) -> None:
    """Films of `open`: one that is shown while a newer file is processed, one whose newer file
    failed, one of which nothing is ready, and one that failed; and one of `hidden`."""
    for name, state, rest in (
        ("shown", "ready", {"duration_ms": 61_500, "width": 1280, "height": 720}),
        ("heard", "ready", {"duration_ms": 60_000}),
        ("newer", "processing", {"progress": 40}),
        ("failed", "failed", {"fault": "too_long"}),
    ):
        add_encoding(school, name, state, **rest)
    add_film(school, "open", "film", "shown", "newer", lesson="open-1-2")
    add_film(school, "open", "again", "heard", "failed", lesson="open-1-1")
    add_film(school, "open", "early", None, "newer", lesson="open-2-1")
    add_film(school, "open", "broken", None, "failed")
    add_film(school, "hidden", "secret", "shown", None, lesson="hidden-1-2")
    for language, label in (("pt-BR", "Português"), ("de", 'Deutsch "A"')):
        file_id = add_captions_file(school, language)
        school.add(
            "video_captions",
            video_id=uid("open-film"),
            language=language,
            label=label,
            file_id=file_id,
        )
    school.put_before("lessons", "files", "video_encodings", "videos")


def add_encoding(school: School, name: str, state: str, **rest: Any) -> None:
    row = {"progress": 0, "fault": None, "duration_ms": None, "width": None, "height": None} | rest
    ended = START if state in ("ready", "failed") else None
    school.add(
        "video_encodings",
        id=uid(f"encoding-{name}"),
        state=state,
        created_at=START,
        ended_at=ended,
        **row,
    )


def add_film(
    school: School,
    course: str,
    name: str,
    shown: str | None,
    following: str | None,
    *,
    lesson: str = "",
) -> None:
    video = school.add(
        "videos",
        id=uid(f"{course}-{name}"),
        course_id=uid(course),
        title=f"The '{name}'",
        file_name=f"{name}.mp4",
        size=7_000_000_000,
        shown_id=None if shown is None else uid(f"encoding-{shown}"),
        next_id=None if following is None else uid(f"encoding-{following}"),
        added_by=uid("ada"),
        created_at=START,
        updated_at=START + timedelta(days=1),
    )
    for row in school.rows("lessons"):
        row.setdefault("video_id", None)
        if lesson and row["id"] == uid(lesson):
            row["video_id"] = video["id"]


def add_captions_file(school: School, language: str) -> Any:
    row = school.add(
        "files",
        id=uid(f"captions-{language}"),
        owner_id=uid("ada"),
        course_id=uid("open"),
        use="captions",
        object_key=f"files/captions-{language.lower()}.vtt",
        storage_upload="",
        name=f"{language}.vtt",
        content_type="text/vtt",
        size=100,
        created_at=START,
        taken_at=START,
        removing=False,
    )
    return row["id"]


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


async def upload(world: World, who: Relation, *, film: bool = False) -> str:
    """A whole file for the course that nothing has taken over."""
    shelf: Any = world.desk.shelf
    before = set(shelf.begun)
    shown = await world.do(generate_film(world, who) if film else generate(world, who))
    [name] = set(shelf.begun) - before
    shelf.send(name, 1, FILM if film else TEXT)
    return str(shown.upload_id)


async def furnish(world: World) -> None:
    """An upload that became the owner's, and a link among the resources of the course."""
    world.ids["upload"] = await upload(world, Relation.INSTRUCTOR)
    await give(world, Relation.OWNER)
    added = await world.do(add_link(world, Relation.INSTRUCTOR))
    world.ids["resource"] = added.resource_id
    world.ids["film"] = await upload(world, Relation.INSTRUCTOR, film=True)
    added = await world.do(add_video(world, Relation.INSTRUCTOR))
    world.ids["video"] = added.video_id
    world.ids["film"] = await upload(world, Relation.INSTRUCTOR, film=True)
    await world.do(set_captions(world, Relation.INSTRUCTOR))


def generate(world: World, who: Relation) -> GenerateUpload:
    return GenerateUpload(
        **world.by(who),
        use=FileUse.RESOURCE,
        course_id=world.ids["course"],
        file_name="week-1.txt",
        content_type="text/plain",
        size=len(TEXT),
    )


def generate_film(world: World, who: Relation) -> GenerateUpload:
    return GenerateUpload(
        **world.by(who),
        use=FileUse.VIDEO,
        course_id=world.ids["course"],
        file_name="week-1.mp4",
        content_type="video/mp4",
        size=len(FILM),
    )


def add_video(world: World, who: Relation) -> AddVideo:
    return AddVideo(**world.by(who), course_id=world.ids["course"], upload_id=world.ids["film"])


def set_captions(world: World, who: Relation) -> SetCaptions:
    return SetCaptions(
        **world.by(who),
        video_id=world.ids["video"],
        language="de",
        label="Deutsch",
        text="WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n",
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
    "addVideo": add_video,
    "updateVideo": on("video", video_commands.UpdateVideo, title="Other"),
    "retryVideo": on("video", video_commands.RetryVideo),
    "deleteVideo": on("video", video_commands.DeleteVideo),
    "setVideoCaptions": set_captions,
    "deleteVideoCaptions": on("video", video_commands.DeleteCaptions, language="de"),
}

DOMAIN = DomainSamples(
    name="content",
    reads=ReadSamples(
        add_rows=add_rows,
        resolvers=RESOLVERS,
        enumerations=frozenset({"CourseResource.kind"}),
        columns={"Video.addedBy": "added_by"},
        ids=("open-book", "open-site", "open-film", "hidden-secret"),
        arguments={"version": (None, 1, 2)},
    ),
    commands=CommandSamples(
        furnish=furnish,
        signed_in=SIGNED_IN,
        owned=frozenset({"upload"}),
        fits={"addCourseResource": instructors},
    ),
    events=EventSamples(
        announced=(
            events.ResourceChanged,
            events.ResourceDeleted,
            video_events.VideoChanged,
            video_events.VideoDeleted,
        )
    ),
)
