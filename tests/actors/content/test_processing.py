"""Processing: whatever happens to a job, a film moves once, and nothing is left over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.content import video_commands
from protocol.content.jobs import PROCESS_VIDEO
from protocol.content.video_values import VideoFault, VideoStatus
from protocol.errors import AuthenticationError, StorageUnavailable
from protocol.transcoding import Report, Transcoded
from storage.postgres import Database
from tests.actors.content.cinema import MADE, Cinema, cinema, nobody
from tests.actors.content.library import Library
from tests.storage.records.school import opened

HISTORY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STEPS = ("complete", "complete", "fail", "replace", "retry", "progress", "begin", "delete", "add")
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 3), st.integers(1, 400_000))


async def test_progress_is_noted_and_a_film_that_nobody_wants_is_given_up(
    database: Database,
) -> None:
    films = await cinema(database)
    added = await films.added()
    seen = []

    async def act(report: Report) -> None:
        await report(40)
        seen.append((await films.video(added.video_id))["progress"])
        await films.do(video_commands.DeleteVideo, video_id=added.video_id)
        await report(50)
        seen.append("went on")

    films.projector.act = act
    await films.process()
    assert seen == [40]
    assert await films.school.rows("select state from video_encodings") == [("failed",)]
    assert await films.day() == 2
    assert films.books.shelf.kept == {}


async def test_a_fault_of_the_storage_is_tried_again_and_the_last_is_said(
    database: Database,
) -> None:
    films = await cinema(database)
    added = await films.added()

    async def away(_: Report) -> None:
        raise StorageUnavailable

    films.projector.act = away
    [encoding] = await films.queued()
    with pytest.raises(StorageUnavailable):
        await films.processing.process(encoding, nobody, last=False)
    assert (await films.video(added.video_id))["next"] == "processing"
    with pytest.raises(StorageUnavailable):
        await films.processing.process(encoding, nobody, last=True)
    assert (await films.video(added.video_id))["fault"] == "not_possible"


async def test_without_a_program_or_a_source_it_is_said(database: Database) -> None:
    films = await cinema(database)
    one, two = await films.added(), await films.added()
    first, second = await films.queued()
    await films.processing_by(None).process(first, nobody, last=False)
    assert (await films.video(one.video_id))["fault"] == "not_possible"
    await films.school.rows("update video_encodings set source_id = null where state = 'waiting'")
    await films.processing.process(second, nobody, last=False)
    assert (await films.video(two.video_id))["fault"] == "source_gone"


async def test_what_no_job_works_on_any_more_has_failed(database: Database) -> None:
    films = await cinema(database)
    lost, queued = await films.added(), await films.added()
    first, _ = await films.queued()
    await films.school.rows(
        "update jobs set failed_at = 1 where kind = $1 and unique_key = $2",
        *(PROCESS_VIDEO.name, first),
    )
    assert await films.processing.collect() == 0
    films.school.clock.at += 3_600_001
    assert await films.processing.collect() == 0
    assert (await films.video(lost.video_id))["fault"] == "not_possible"
    assert (await films.video(queued.video_id))["next"] == "waiting"
    again = await films.do(video_commands.RetryVideo, video_id=lost.video_id)
    assert again.status == VideoStatus.PROCESSING


class History:
    """Films and what is made of them, as somebody would remember it who did it by hand."""

    def __init__(self, films: Cinema) -> None:
        self.films = films
        self.videos: dict[str, dict[str, Any]] = {}
        """By id: what is shown, with its length, and what comes next, with its state."""
        self.encodings: list[str] = []

    async def act(self, kind: str, which: int, number: int) -> None:
        if kind == "add":
            added = await self.films.added()
            self.videos[added.video_id] = {"shown": None, "next": await self._newest()}
            return
        if not self.encodings:
            return
        encoding = self.encodings[which % len(self.encodings)]
        video = list(self.videos)[which % len(self.videos)] if self.videos else None
        await getattr(self, f"_{kind}")(encoding, video, number)

    async def _newest(self) -> list[Any]:
        [row] = await self.films.school.rows(
            "select next_id::text from videos where course_id::text = $1"
            " and not (next_id::text = any($2))",
            *(self.films.course, self.encodings),
        )
        self.encodings.append(row[0])
        return [row[0], "waiting"]

    def _having(self, encoding: str) -> list[dict[str, Any]]:
        videos = self.videos.values()
        return [each for each in videos if each["next"] and each["next"][0] == encoding]

    async def _complete(self, encoding: str, _: Any, length: int) -> None:
        made = Transcoded(duration_ms=length, width=2, height=2, bytes=1, files=MADE.files)
        await self.films.records.complete(encoding, made, self.films.school.clock.at)
        for each in self._having(encoding):
            if each["next"][1] != "failed":
                each["shown"], each["next"] = (encoding, length), None

    async def _fail(self, encoding: str, _: Any, __: int) -> None:
        at = self.films.school.clock.at
        await self.films.records.fail(encoding, VideoFault.UNREADABLE, at)
        for each in self._having(encoding):
            each["next"][1] = "failed"

    async def _begin(self, encoding: str, _: Any, __: int) -> None:
        found = await self.films.records.begin(encoding)
        wanted = [each for each in self._having(encoding) if each["next"][1] != "failed"]
        assert (found is not None) == bool(wanted)

    async def _progress(self, encoding: str, _: Any, number: int) -> None:
        wanted = [each for each in self._having(encoding) if each["next"][1] != "failed"]
        assert await self.films.records.progress(encoding, number % 101) == bool(wanted)

    async def _replace(self, _: str, video: str | None, __: int) -> None:
        if video is not None:
            await self.films.replaced(video)
            self.videos[video]["next"] = await self._newest()

    async def _retry(self, _: str, video: str | None, __: int) -> None:
        if video is None:
            return
        await self.films.do(video_commands.RetryVideo, video_id=video)
        following = self.videos[video]["next"]
        if following and following[1] == "failed":
            following[1] = "waiting"

    async def _delete(self, _: str, video: str | None, __: int) -> None:
        if video is not None:
            await self.films.do(video_commands.DeleteVideo, video_id=video)
            del self.videos[video]

    async def check(self) -> None:
        rows = await self.films.school.rows(
            "select v.id::text, v.shown_id::text, s.duration_ms, v.next_id::text,"
            " n.state = 'failed' as failed from videos v"
            " left join video_encodings s on s.id = v.shown_id"
            " left join video_encodings n on n.id = v.next_id where v.course_id::text = $1",
            self.films.course,
        )
        found = {
            key: (shown and (shown, length), following and (following, failed))
            for key, shown, length, following, failed in rows
        }
        assert found == {
            key: (
                each["shown"],
                each["next"] and (each["next"][0], each["next"][1] == "failed"),
            )
            for key, each in self.videos.items()
        }

    async def check_leftovers(self) -> None:
        """What is not shown or coming is gone after a day, once the jobs have ended."""
        await self.films.school.rows("delete from jobs where kind = $1", PROCESS_VIDEO.name)
        for _ in range(2):
            await self.films.day()
        rows = await self.films.school.rows(
            "select id::text from video_encodings where id::text = any($1)", self.encodings
        )
        kept = {each["shown"][0] for each in self.videos.values() if each["shown"]}
        kept |= {each["next"][0] for each in self.videos.values() if each["next"]}
        assert {row[0] for row in rows} == kept


@settings(HISTORY)
@given(steps=st.lists(step, min_size=1, max_size=14))
async def test_a_completion_moves_a_lesson_once_whatever_comes_when(
    database_url: str, steps: list[Any]
) -> None:
    """Property 20: Video processing status update

    Validates: Requirements 4.4

    Events of processing come in any order, repeatedly and late, between what teachers do. A film
    shows the newest file that was made ready, and what has failed or ended moves no more.
    """
    async with opened(database_url) as school:
        teacher = await school.user("educator")
        films = Cinema(Library(school, teacher, await school.course(teacher)))
        history = History(films)
        await history.act("add", 0, 0)
        for each in steps:
            await history.act(*each)
            await history.check()
        await history.check_leftovers()


@settings(HISTORY)
@given(duration_ms=st.integers(1, 6 * 3_600_000))
async def test_a_link_to_a_film_ends_after_the_length_of_the_lesson(
    database_url: str, duration_ms: int
) -> None:
    """Property 21: Streaming URL expiration

    Validates: Requirements 4.5
    """
    async with opened(database_url) as school:
        teacher = await school.user("educator")
        films = Cinema(Library(school, teacher, await school.course(teacher)))
        films.projector.made = Transcoded(
            duration_ms=duration_ms, width=2, height=2, bytes=1, files=MADE.files
        )
        added = await films.added()
        await films.process()
        stream = await films.do(video_commands.StreamVideo, video_id=added.video_id)
        seconds = (stream.expires_at - school.clock.at) / 1000
        assert 0 <= seconds - duration_ms / 1000 < 1
        token = stream.url.split("/")[2]
        school.clock.at = stream.expires_at - 1
        assert films.streams.open_stream(token).prefix.startswith("videos/")
        school.clock.at = stream.expires_at
        with pytest.raises(AuthenticationError):
            films.streams.open_stream(token)
