"""Films: added, shown, replaced, captioned, deleted, and copied with their course."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.content import video_commands
from protocol.content.video_values import VideoFault, VideoStatus
from protocol.courses.commands import AddLesson, CloneCourse, DeleteCourse, UpdateLesson
from protocol.courses.values import LessonType
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from protocol.transcoding import NotTranscodable
from storage.postgres import Database
from storage.records.files import referenced_files
from tests.actors.content.cinema import MADE, Cinema, cinema, nobody

ADD, UPDATE = video_commands.AddVideo, video_commands.UpdateVideo
CUES = "WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n"


async def refused(films: Cinema, kind: Any, **more: Any) -> Any:
    with pytest.raises((RefusedError, NotFoundError, ValidationError)) as caught:
        await films.do(kind, **more)
    return caught.value


async def fail(fault: VideoFault) -> None:
    raise NotTranscodable(fault)


async def lesson(films: Cinema, video: str, **more: Any) -> str:
    """A video lesson of the course that shows it."""
    module = await films.school.module(films.books.teacher, films.course)
    added: Any = await films.school.courses.handle(
        AddLesson(
            by=films.books.teacher,
            by_role="educator",
            module_id=module,
            title="L",
            type=LessonType.VIDEO,
            video_id=video,
            **more,
        )
    )
    return str(added.lesson_id)


async def captioned(films: Cinema, video: str, language: str = "de", text: str = CUES) -> Any:
    return await films.do(
        video_commands.SetCaptions, video_id=video, language=language, label="D", text=text
    )


async def test_a_film_is_shown_once_it_has_been_processed(database: Database) -> None:
    films = await cinema(database)
    added = await films.added()
    assert added.status == VideoStatus.PROCESSING
    row = await films.video(added.video_id)
    assert (row["title"], row["file_name"], row["next"]) == ("week 1", "week 1.mp4", "waiting")
    early = await refused(films, video_commands.StreamVideo, video_id=added.video_id)
    assert early.code == "VIDEO_NOT_READY"
    await films.process()
    row = await films.video(added.video_id)
    assert (row["shown"], row["next"]) == ("ready", None)
    stream = await films.do(video_commands.StreamVideo, video_id=added.video_id)
    assert stream.expires_at == films.school.clock.at + 62_000
    assert stream.url.startswith("/streams/")
    assert await films.school.announced("videos.changed") == 2


async def test_the_same_upload_once_more_is_the_same_film(database: Database) -> None:
    films = await cinema(database)
    upload = await films.uploaded()
    asked: Any = {"course_id": films.course, "upload_id": upload}
    one, two = [await films.do(ADD, **asked) for _ in range(2)]
    assert one.video_id == two.video_id
    newer: Any = {"video_id": one.video_id, "upload_id": await films.uploaded(b"newer\n")}
    for _ in range(2):
        await films.do(UPDATE, **newer)
    assert len(await films.queued()) == 2
    assert await films.school.announced("videos.changed") == 2
    other = await films.added()
    stolen = await refused(films, UPDATE, video_id=other.video_id, upload_id=newer["upload_id"])
    assert isinstance(stolen, NotFoundError)


async def test_a_film_that_is_replaced_is_shown_until_the_new_one_is_ready(
    database: Database,
) -> None:
    films = await cinema(database)
    added = await films.added()
    await films.process()
    first = (await films.video(added.video_id))["shown_id"]
    changed = await films.replaced(added.video_id)
    assert changed.status == VideoStatus.READY
    films.projector.act = lambda _: fail(VideoFault.TOO_LONG)
    await films.process()
    row = await films.video(added.video_id)
    assert (row["shown_id"], row["fault"]) == (first, "too_long")
    films.projector.act = None
    again = await films.do(video_commands.RetryVideo, video_id=added.video_id)
    assert (again.status, again.fault) == (VideoStatus.READY, None)
    await films.process()
    row = await films.video(added.video_id)
    assert (row["shown"], row["next"]) == ("ready", None)
    assert row["shown_id"] != first


async def test_only_what_failed_is_processed_again(database: Database) -> None:
    films = await cinema(database)
    added = await films.added()
    for _ in range(2):
        await films.do(video_commands.RetryVideo, video_id=added.video_id)
        assert len(await films.queued()) == 1
    films.projector.act = lambda _: fail(VideoFault.UNREADABLE)
    await films.process()
    again = await films.do(video_commands.RetryVideo, video_id=added.video_id)
    assert again.status == VideoStatus.PROCESSING
    assert len(await films.queued()) == 1


async def test_a_film_that_lessons_show_stays(database: Database) -> None:
    films = await cinema(database)
    added = await films.added()
    shown = await lesson(films, added.video_id)
    used = await refused(films, video_commands.DeleteVideo, video_id=added.video_id)
    assert (used.code, used.details["lessons"]) == ("VIDEO_IN_USE", 1)
    change: Any = {"by": films.books.teacher, "by_role": "educator", "lesson_id": shown}
    with pytest.raises(ValidationError):  # it would show nothing
        await films.school.courses.handle(UpdateLesson(**change, video_id=None))
    await films.school.courses.handle(
        UpdateLesson(**change, video_id=None, content_url="https://example.org/film")
    )
    await films.process()
    await films.do(video_commands.DeleteVideo, video_id=added.video_id)
    gone = await refused(films, video_commands.DeleteVideo, video_id=added.video_id)
    assert isinstance(gone, NotFoundError)
    assert await films.day() == 2  # what was made, and what was uploaded
    assert films.books.shelf.kept == {}


async def test_a_lesson_shows_films_of_its_course_and_takes_their_length(
    database: Database,
) -> None:
    films = await cinema(database)
    added = await films.added()
    early = await lesson(films, added.video_id)
    await films.process()
    late = await lesson(films, added.video_id)
    told = await lesson(films, added.video_id, duration_minutes=7)
    rows = await films.school.rows("select id::text, duration_minutes from lessons")
    assert dict(rows) == {early: 2, late: 2, told: 7}
    modules = await films.school.rows("select duration_minutes from course_modules order by 1")
    assert [row[0] for row in modules] == [2, 2, 7]
    other = await films.school.course(films.books.teacher)
    module = await films.school.module(films.books.teacher, other)
    foreign = AddLesson(
        by=films.books.teacher,
        by_role="educator",
        module_id=module,
        title="L",
        type=LessonType.VIDEO,
        video_id=added.video_id,
    )
    with pytest.raises(ValidationError) as caught:
        await films.school.courses.handle(foreign)
    assert [each["field"] for each in caught.value.details["fields"]] == ["videoId"]


async def test_who_may_open_a_lesson_may_see_its_film_until_the_right_is_gone(
    database: Database,
) -> None:
    films = await cinema(database)
    added = await films.added()
    await films.process()
    shown = await lesson(films, added.video_id)
    student, stranger = await films.school.user(), await films.school.user()
    ask: Any = {"lesson_id": shown, "role": "student"}
    hidden = await refused(films, video_commands.StreamLesson, by=stranger, **ask)
    assert isinstance(hidden, NotFoundError)
    await films.school.rows("update courses set status = 'published'")
    with pytest.raises(AuthorizationError):
        await films.do(video_commands.StreamLesson, by=stranger, **ask)
    enrolled = await films.school.enroll(student, films.course)
    stream = await films.do(video_commands.StreamLesson, by=student, **ask)
    assert stream.video_id == added.video_id
    await films.school.withdraw(student, enrolled.enrollment_id)
    with pytest.raises(AuthorizationError):
        await films.do(video_commands.StreamLesson, by=student, **ask)
    await films.school.rows("update lessons set is_preview = true")
    await films.do(video_commands.StreamLesson, by=stranger, **ask)
    guest = video_commands.StreamLesson(by="", by_role="", lesson_id=shown)
    await films.handler.handle(guest)
    private = await refused(films, video_commands.StreamVideo, by=stranger, video_id=added.video_id)
    assert isinstance(private, NotFoundError)


async def test_a_locked_lesson_shows_no_film_to_a_student(database: Database) -> None:
    films = await cinema(database)
    added = await films.added()
    await films.process()
    first, shown = await lesson(films, added.video_id), await lesson(films, added.video_id)
    await films.school.rows("update courses set status = 'published'")
    await films.school.rows(
        "insert into lesson_prerequisites values ($1::text::uuid, $2::text::uuid)", shown, first
    )
    student = await films.school.user()
    enrolled = await films.school.enroll(student, films.course)
    with pytest.raises(AuthorizationError):
        await films.do(video_commands.StreamLesson, by=student, role="student", lesson_id=shown)
    await films.school.complete(student, enrolled.enrollment_id, first)
    await films.do(video_commands.StreamLesson, by=student, role="student", lesson_id=shown)


async def test_captions_are_kept_one_for_each_language(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.content.video_rules.MAX_CAPTIONS", 2)
    films = await cinema(database)
    added = await films.added()
    await films.process()
    for language in ("de", "pt-BR", "de"):
        await captioned(films, added.video_id, language)
    full = await refused(
        films,
        video_commands.SetCaptions,
        **{"video_id": added.video_id, "language": "fr", "label": "F", "text": CUES},
    )
    assert full.code == "CAPTIONS_FULL"
    stream = await films.do(video_commands.StreamVideo, video_id=added.video_id)
    assert [each.language for each in stream.captions] == ["de", "pt-BR"]
    await films.do(video_commands.DeleteCaptions, video_id=added.video_id, language="pt-BR")
    gone = await refused(
        films, video_commands.DeleteCaptions, video_id=added.video_id, language="pt-BR"
    )
    assert isinstance(gone, NotFoundError)
    # The upload, the first German ones and the Portuguese.
    assert await films.day() == 3


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"language": "german"}, "language"),
        ({"language": "de-" + "x" * 10_000}, "language"),
        ({"label": ""}, "label"),
        ({"text": "no captions"}, "text"),
    ],
)
async def test_captions_that_are_none_are_refused(
    database: Database, more: dict[str, str], field: str
) -> None:
    films = await cinema(database)
    added = await films.added()
    given: dict[str, Any] = {"language": "de", "label": "D", "text": CUES, **more}
    wrong = await refused(films, video_commands.SetCaptions, video_id=added.video_id, **given)
    assert [each["field"] for each in wrong.details["fields"]] == [field]
    assert await films.school.rows("select * from video_captions") == []


async def test_a_copy_of_a_course_shares_its_films(database: Database) -> None:
    films = await cinema(database)
    ready, coming = await films.added(), await films.added(title="Later")
    first, second = await films.queued()
    await films.processing.process(first, nobody, last=False)
    await captioned(films, ready.video_id)
    for video in (ready.video_id, coming.video_id):
        await lesson(films, video)
    await films.school.courses.handle(
        CloneCourse(by=films.books.teacher, by_role="educator", course_id=films.course)
    )
    await films.processing.process(second, nobody, last=False)
    rows = await films.school.rows(
        "select v.course_id::text <> $1 as copied, v.title, v.shown_id is not null, l.title,"
        " l.duration_minutes, exists (select from video_captions c where c.video_id = v.id)"
        " from videos v join lessons l on l.video_id = v.id order by 1, 2",
        films.course,
    )
    expected = [("Later", True, "L", 2, False), ("week 1", True, "L", 2, True)]
    assert [tuple(row) for row in rows] == [
        (copied, *each) for copied in (False, True) for each in expected
    ]
    await films.school.courses.handle(
        DeleteCourse(by=films.books.teacher, by_role="educator", course_id=films.course)
    )
    assert await films.day() == 2  # the uploads; what is shown and its captions stay
    names = await films.school.database.run(referenced_files, transaction=False)
    assert len(names["films"]) == 2
    assert names["films"] | names["files of courses"] == set(films.books.shelf.kept)


async def test_what_was_made_counts_towards_the_course(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.content.machine.COURSE_BYTES", 40)
    films = await cinema(database)
    films.projector.made = msgspec.structs.replace(MADE, bytes=20)
    await films.added()
    await films.uploaded()
    await films.process()
    with pytest.raises(RefusedError) as caught:
        await films.uploaded()
    assert caught.value.code == "STORAGE_FULL"
